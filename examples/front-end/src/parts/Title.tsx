import type { ComponentChildren } from "preact";

/** The heading of a screen; readers who follow a link arrive at it. */
export function Title({ children, lang }: { children: ComponentChildren; lang?: string | undefined }) {
  return (
    <h1 tabIndex={-1} lang={lang}>
      {children}
    </h1>
  );
}
