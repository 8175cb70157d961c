import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSite } from "../app";

/** The heading of a screen; readers who follow a link arrive at it. */
export function Title({ children, lang }: { children: ComponentChildren; lang?: string | undefined }) {
  const { screen } = useSite();
  const heading = useRef<HTMLHeadingElement>(null);
  // Pages of the CMS have a title of their own; steps of the site's screens are called as their headings are.
  useEffect(() => {
    if ("page" in screen.data || screen.kind === "preview") return;
    document.title = [heading.current?.textContent, screen.layout?.clinic.name].filter(Boolean).join(" | ");
  });
  return (
    <h1 ref={heading} tabIndex={-1} lang={lang} dir="auto">
      {children}
    </h1>
  );
}
