import { type Text, en } from "./en";
import { es } from "./es";

const TEXTS = { en, es } as const;
export type Language = keyof typeof TEXTS;
export const LANGUAGES = Object.keys(TEXTS) as Language[];

export function textIn(language: Language): Text {
  return TEXTS[language];
}

/** The interface's language for a locale of the content, such as `es-mx`; English where there is none. */
export function languageOf(locale: string): Language {
  const base = locale.split("-")[0] as Language;
  return LANGUAGES.includes(base) ? base : "en";
}
