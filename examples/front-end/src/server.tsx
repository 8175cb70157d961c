// What `npm run prerender` builds and calls: the same screens as text.
import { renderToString } from "preact-render-to-string";
import { read } from "./api/client";
import { PathsDocument } from "./api/generated/graphql";
import { addressOf, placeOf } from "./addresses";
import { App } from "./app";
import { headHtml } from "./head";
import "./pages/register";
import { loadScreen } from "./screens";

/** Everything that a prerendered page has beside the plain one. */
export interface Prerendered {
  language: string;
  head: string;
  body: string;
  /** The data of the screen, safe inside a script element. */
  state: string;
}

/** The paths of all pages of the site, in all its locales. */
export async function paths(): Promise<string[]> {
  const { layout } = await loadScreen(placeOf(addressOf("/")), { here: "http://here/" });
  if (!layout) throw new Error("The API cannot be reached.");
  const found: string[] = [];
  for (const locale of layout.locales) {
    let after: string | null = null;
    do {
      const { pages }: Awaited<ReturnType<typeof pagesOf>> = await pagesOf(locale, after);
      found.push(...pages.nodes.map(({ path }) => path));
      after = pages.pageInfo.hasNextPage ? pages.pageInfo.endCursor : null;
    } while (after);
  }
  return found;
}

function pagesOf(locale: string, after: string | null) {
  return read(PathsDocument, { locale, after });
}

/** One page as text. Raises an error where it cannot be loaded: nothing half-done is to be deployed. */
export async function prerendered(path: string): Promise<Prerendered> {
  const place = placeOf(addressOf(path));
  const screen = await loadScreen(place, { here: "http://here/" });
  if (screen.kind === "failed" || screen.kind === "missing") throw new Error(`${path} could not be loaded.`);
  return {
    language: screen.language,
    head: headHtml(screen.head),
    body: renderToString(<App first={screen} place={place} />),
    state: JSON.stringify({ path: place.path, screen }).replaceAll("<", "\\u003c"),
  };
}
