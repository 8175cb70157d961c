// What was offered to a patient of the waitlist who looks at other times of the procedure. Kept as long as the tab is
// open: a phone may load the page anew at any moment, and a repeated request has to be the same.

const DECLINED = "declined-offer";

interface Declined {
  /** The token of its link. */
  offer: string;
  /** The path of the procedure. */
  path: string;
}

export function keepDeclined(declined: Declined): void {
  try {
    sessionStorage.setItem(DECLINED, JSON.stringify(declined));
  } catch {
    // The visitor's browser keeps nothing: the patient goes on waiting.
  }
}

/** The token of the offer, if it was one of the procedure with these paths, a path for each language. */
export function declinedFor(paths: readonly string[]): string | undefined {
  try {
    const declined = JSON.parse(sessionStorage.getItem(DECLINED) ?? "null") as Declined | null;
    return declined && paths.includes(declined.path) ? declined.offer : undefined;
  } catch {
    return undefined;
  }
}

export function forgetDeclined(): void {
  try {
    sessionStorage.removeItem(DECLINED);
  } catch {
    // There was nothing.
  }
}
