import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { useSite } from "../app";
import { Title } from "../parts/Title";

type Shown<Found> = { kind: "found"; found: Found } | { kind: "unknown" } | { kind: "failed" };

interface LinkedProps<Found> {
  /** What the token stands for, null where it is unknown or has ended. */
  find(token: string): Promise<Found | null>;
  unknown: ComponentChildren;
  children(found: Found, token: string, onChange: (found: Found) => void): ComponentChildren;
}

/** What whoever has a link may see: the token stands behind `#`, which browsers send nowhere. */
export function Linked<Found>({ find, unknown, children }: LinkedProps<Found>) {
  const { text } = useSite();
  const token = useToken();
  const [shown, setShown] = useState<Shown<Found> | null>(null);
  const load = () => {
    setShown(null);
    void lookUp(token, find).then(setShown);
  };
  useEffect(load, [token]);
  // The heading that a reader arrives at was not there yet.
  useEffect(() => {
    if (shown && document.activeElement === document.body) focusHeading();
  }, [shown]);
  return (
    <>
      {!shown && <p role="status">{text.loading}</p>}
      {shown?.kind === "unknown" && unknown}
      {shown?.kind === "failed" && (
        <div role="alert">
          <Title>{text.failedTitle}</Title>
          <button type="button" class="button" onClick={load}>
            {text.retry}
          </button>
        </div>
      )}
      {shown?.kind === "found" && children(shown.found, token, (found) => setShown({ kind: "found", found }))}
    </>
  );
}

export function focusHeading(): void {
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}

function useToken(): string {
  const read = () => new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const [token, setToken] = useState(read);
  useEffect(() => {
    const change = () => setToken(read());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return token;
}

async function lookUp<Found>(token: string, find: LinkedProps<Found>["find"]): Promise<Shown<Found>> {
  if (!token) return { kind: "unknown" };
  try {
    const found = await find(token);
    return found ? { kind: "found", found } : { kind: "unknown" };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: "failed" };
  }
}
