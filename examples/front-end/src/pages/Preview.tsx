import { useEffect, useState } from "preact/hooks";
import { ApiError, type PreviewNotes, read, sendForPreview } from "../api/client";
import { DraftDocument, HighlightsDocument, ProceduresDocument, ProvidersDocument } from "../api/generated/graphql";
import { useSite } from "../app";
import { Title } from "../parts/Title";
import { type Layout, type PageRoute, type Screen, type ScreenProps, componentOf, pageScreen, register } from "../screens";

type Shown = { kind: "draft"; screen: Screen; notes: PreviewNotes } | { kind: "failed"; message: string };

/** One draft. The editor leads here with `#token=…`. */
function Preview({ screen, place }: ScreenProps<"preview">) {
  const { text, language } = useSite();
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const load = () => void draft(screen.layout, text.preview.openAgain).then(setShown);
    addEventListener("hashchange", load);
    load();
    return () => removeEventListener("hashchange", load);
  }, [screen.layout]);
  const until = (notes: PreviewNotes) =>
    new Date(notes.expiresAt).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  const Component = shown?.kind === "draft" ? componentOf(shown.screen.kind) : undefined;
  return (
    <>
      <aside class="preview-bar" aria-label={text.preview.title}>
        <strong>{text.preview.title}</strong>
        <span role="status">
          {!shown && text.preview.loading}
          {shown?.kind === "failed" && text.preview.nothing}
          {shown?.kind === "draft" && text.preview.draft(until(shown.notes))}
        </span>
        {shown?.kind === "draft" && <Gaps places={shown.notes.placeholders} />}
      </aside>
      {shown?.kind === "failed" && (
        <div class="narrow top">
          <Title>{text.preview.none}</Title>
          <p>{shown.message}</p>
        </div>
      )}
      {shown?.kind === "draft" && Component && <Component data={shown.screen.data} screen={shown.screen} place={place} />}
    </>
  );
}

function Gaps({ places }: { places: string[] }) {
  const { text } = useSite();
  if (!places.length) return null;
  return (
    <div class="gaps">
      <p>{text.preview.gaps}</p>
      <ul>
        {places.map((place) => (
          <li key={place}>{place}</li>
        ))}
      </ul>
    </div>
  );
}

async function draft(layout: Layout | null, openAgain: string): Promise<Shown> {
  const token = tokenOfAddress();
  if (!token || !layout) return { kind: "failed", message: openAgain };
  try {
    const { data, preview } = await sendForPreview(DraftDocument, { token });
    if (!data.page) return { kind: "failed", message: openAgain };
    const screen = await draftScreen(data.page, layout);
    return { kind: "draft", screen, notes: preview };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: "failed", message: error.message };
  }
}

/** The token leaves the address bar, and stays in the history entry, so that a reload still has it. */
function tokenOfAddress(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState({ token }, "", location.pathname);
  return (history.state as { token?: string } | null)?.token;
}

async function draftScreen(page: PageRoute, layout: Layout): Promise<Screen> {
  const { locale } = page;
  switch (page.__typename) {
    case "HomePage":
      return pageScreen("home", { page, highlights: await read(HighlightsDocument, { locale }) }, layout);
    case "ProcedureIndexPage":
      return pageScreen("procedures", { page, list: (await read(ProceduresDocument, { locale })).procedures, categories: [] }, layout);
    case "ProviderIndexPage":
      return pageScreen("providers", { page, list: (await read(ProvidersDocument, { locale })).providers }, layout);
    case "ProcedurePage":
      return pageScreen("article", { page }, layout);
    case "ProviderPage":
      return pageScreen("profile", { page }, layout);
  }
}

register("preview", Preview);
