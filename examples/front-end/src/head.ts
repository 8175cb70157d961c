import type { PageHeadFragment } from "./api/generated/graphql";

/** What stands in the document's head for one screen. */
export interface Head {
  title: string;
  language: string;
  tags: Tag[];
}

export interface Tag {
  name: "meta" | "link" | "script";
  attributes: Record<string, string>;
  text?: string;
}

/** The head of a screen that search engines are not to list. */
export function plainHead(title: string, language: string): Head {
  return { title, language, tags: [meta("robots", "noindex")] };
}

/** Any page; what only some kinds have stands in where editors filled in no description and no picture. */
type HeadSource = PageHeadFragment & {
  jsonLd?: string;
  summary?: string;
  heroImage?: { alt: string; usual: { url: string } } | null;
};

export function pageHead(page: HeadSource, { clinic, language }: { clinic: string; language: string }): Head {
  const { seo } = page;
  const description = seo.description || (page.summary ?? "");
  const image = seo.socialImage
    ? { alt: seo.socialImage.alt, url: seo.socialImage.rendition.url }
    : page.heroImage && { alt: page.heroImage.alt, url: page.heroImage.usual.url };
  const title = seo.title === clinic ? clinic : `${seo.title} | ${clinic}`;
  const others = page.translations.filter((other) => other.locale !== page.locale);
  const alternates = others.length ? [{ locale: page.locale, url: page.url }, ...others] : [];
  return {
    title,
    language,
    tags: [
      ...(description ? [meta("description", description), property("og:description", description)] : []),
      ...(seo.noindex ? [meta("robots", "noindex")] : []),
      link("canonical", page.url),
      ...alternates.map(({ locale, url }) => link("alternate", url, { hreflang: locale })),
      property("og:title", seo.title),
      property("og:type", "website"),
      property("og:url", page.url),
      property("og:site_name", clinic),
      property("og:locale", page.locale),
      ...(image
        ? [property("og:image", image.url), property("og:image:alt", image.alt), meta("twitter:card", "summary_large_image")]
        : []),
      ...(page.jsonLd ? [{ name: "script" as const, attributes: { type: "application/ld+json" }, text: page.jsonLd }] : []),
    ],
  };
}

export function applyHead({ title, language, tags }: Head): void {
  document.title = title;
  document.documentElement.lang = language;
  for (const old of document.head.querySelectorAll("[data-head]")) old.remove();
  for (const { name, attributes, text } of tags) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries({ ...attributes, "data-head": "" })) made.setAttribute(key, value);
    if (text) made.textContent = text;
    document.head.append(made);
  }
}

/** The same as text, for prerendering. */
export function headHtml({ title, tags }: Head): string {
  const all = tags.map(({ name, attributes, text }) => {
    const written = Object.entries({ ...attributes, "data-head": "" }).map(([key, value]) => ` ${key}="${escaped(value)}"`);
    // The API writes JSON-LD so that it cannot end the element.
    return `<${name}${written.join("")}>${name === "script" ? `${text ?? ""}</script>` : ""}`;
  });
  return [`<title>${escaped(title)}</title>`, ...all].join("\n    ");
}

function meta(name: string, content: string): Tag {
  return { name: "meta", attributes: { name, content } };
}

function property(name: string, content: string): Tag {
  return { name: "meta", attributes: { property: name, content } };
}

function link(rel: string, href: string, more: Record<string, string> = {}): Tag {
  return { name: "link", attributes: { rel, href, ...more } };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
