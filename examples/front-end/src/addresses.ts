// Addresses of this site: pages stand at their paths in the CMS, below BASE; a few screens are this site's own.
import { BASE } from "./config";

export interface Place {
  /** Below BASE, with a slash in front: /procedures/micro-needling/. */
  path: string;
  query: URLSearchParams;
}

export function placeOf(address: string | URL): Place {
  const url = new URL(address, "http://here");
  const path = url.pathname.startsWith(BASE) ? `/${url.pathname.slice(BASE.length)}` : url.pathname;
  return { path: withSlash(decodedOr(path)), query: url.searchParams };
}

/** The address of a path of the CMS on this site. */
export function addressOf(path: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const search = new URLSearchParams(given).toString();
  return `${BASE}${path.replace(/^\//, "")}${search ? `?${search}` : ""}`;
}

/** The path of an absolute address that leads to this site, null for another one. */
export function ownPath(address: string, here: string): string | null {
  const url = new URL(address, here);
  return url.origin === new URL(here).origin && url.pathname.startsWith(BASE) ? url.pathname + url.search : null;
}

/** What the path says about the language: /es/book/cupping/ is `es` and /book/cupping/. */
export function splitLocale(path: string, locales: readonly string[]): { locale: string | undefined; rest: string } {
  const [, first = "", ...others] = path.split("/");
  return locales.includes(first) ? { locale: first, rest: `/${others.join("/")}` } : { locale: undefined, rest: path };
}

function withSlash(path: string): string {
  return path.endsWith("/") || /\.\w+$/.test(path) ? path : `${path}/`;
}

function decodedOr(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
