// What is shown at an address: which data it needs, and which component shows them.
import type { ComponentType } from "preact";
import { ApiError, read } from "./api/client";
import {
  BookableDocument,
  type BookableQuery,
  CategoriesDocument,
  HighlightsDocument,
  type HighlightsQuery,
  LayoutDocument,
  type LayoutQuery,
  type PageAtQuery,
  PageAtDocument,
  ProceduresDocument,
  type ProceduresQuery,
  ProvidersDocument,
  type ProvidersQuery,
  SearchDocument,
  type SearchQuery,
} from "./api/generated/graphql";
import { type Place, addressOf, ownPath, splitLocale } from "./addresses";
import { type Head, pageHead, plainHead } from "./head";
import type { Text } from "./text/en";
import { type Language, languageOf, textIn } from "./text/languages";

type Route = PageAtQuery["route"];
export type HomeRoute = Extract<Route, { __typename: "HomePage" }>;
export type ArticleRoute = Extract<Route, { __typename: "ProcedurePage" }>;
export type ProfileRoute = Extract<Route, { __typename: "ProviderPage" }>;
export type ProceduresRoute = Extract<Route, { __typename: "ProcedureIndexPage" }>;
export type ProvidersRoute = Extract<Route, { __typename: "ProviderIndexPage" }>;
export type PageRoute = HomeRoute | ArticleRoute | ProfileRoute | ProceduresRoute | ProvidersRoute;

export type BookableProcedure = NonNullable<BookableQuery["procedure"]>;

export interface Category {
  name: string;
  slug: string;
}

/** The data of each kind of screen. */
export interface Screens {
  home: { page: HomeRoute; highlights: HighlightsQuery };
  procedures: { page: ProceduresRoute; list: ProceduresQuery["procedures"]; categories: Category[] };
  article: { page: ArticleRoute };
  providers: { page: ProvidersRoute; list: ProvidersQuery["providers"] };
  profile: { page: ProfileRoute };
  search: { results: SearchQuery["search"] | null };
  booking: { procedure: BookableProcedure };
  choosing: { list: ProceduresQuery["procedures"] };
  offer: Record<never, never>;
  visit: Record<never, never>;
  preview: Record<never, never>;
  missing: { path: string };
  failed: { unreachable: boolean };
}

export type Kind = keyof Screens;

export interface Screen<Of extends Kind = Kind> {
  kind: Of;
  data: Screens[Of];
  head: Head;
  layout: Layout | null;
  /** The language of the interface, by the address. */
  language: Language;
  /** The locale whose content is shown; undefined is the default one of the site. */
  locale: string | undefined;
  /** The addresses of the same content in other locales. */
  translations: { locale: string; path: string }[];
  /** Another address to go to instead. */
  redirect?: string;
}

export interface Layout extends LayoutQuery {
  locales: string[];
}

export type ScreenProps<Of extends Kind> = { data: Screens[Of]; screen: Screen<Of>; place: Place };

const components: { [Of in Kind]?: ComponentType<ScreenProps<Of>> } = {};

/** Make a component known before the first screen of its kind is shown. */
export function register<Of extends Kind>(kind: Of, component: ComponentType<ScreenProps<Of>>): void {
  (components as Record<string, unknown>)[kind] = component;
}

export function componentOf(kind: Kind): ComponentType<ScreenProps<Kind>> | undefined {
  return components[kind] as ComponentType<ScreenProps<Kind>> | undefined;
}

/** Screens whose code is fetched when they are first needed. */
const LATER: Partial<Record<Kind, () => Promise<unknown>>> = {
  booking: () => import("./booking/register"),
  offer: () => import("./booking/register"),
  visit: () => import("./booking/register"),
  preview: () => import("./pages/Preview"),
};

/** Fetch what is shown at `place`. Never rejects: a failure is a screen, too. */
export async function loadScreen(place: Place, { here }: { here: string }): Promise<Screen> {
  const layoutWanted = layoutFor(place);
  try {
    const screen = await contentAt(place, { layoutWanted, here });
    if (!componentOf(screen.kind)) await LATER[screen.kind]?.();
    return screen;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof TypeError)) throw error;
    console.info(error.message);
    return failed(await layoutWanted.catch(() => null), error);
  }
}

function failed(layout: Layout | null, error: Error): Screen<"failed"> {
  const unreachable = !(error instanceof ApiError) || ["UNREACHABLE", "UNAVAILABLE", "TIMEOUT", "RATE_LIMITED"].includes(error.code);
  return bare("failed", { unreachable }, { layout, locale: undefined, title: (text) => text.failedTitle });
}

let kept: { menu: string; layout: Promise<Layout> } | null = null;

/** What stands around every page, asked for once. */
function layoutFor({ path }: Place): Promise<Layout> {
  const menu = `main-${path.split("/")[1] ?? ""}`;
  const handle = /^main-[a-z]{2}(-[a-z]+)?$/.test(menu) ? menu : "main";
  if (kept?.menu === handle) return kept.layout;
  const layout = read(LayoutDocument, { menu: handle }).then((data) => ({
    ...data,
    locales: [data.home?.locale ?? "en", ...(data.home?.translations ?? []).map(({ locale }) => locale)],
  }));
  kept = { menu: handle, layout };
  layout.catch(() => (kept = null));
  return layout;
}

interface Around {
  layoutWanted: Promise<Layout>;
  here: string;
}

async function contentAt(place: Place, around: Around): Promise<Screen> {
  const own = ownScreen(place.path);
  if (!own) return pageAt(place, around);
  // Nothing waits for what it does not need: on slow networks each step is felt.
  const code = LATER[own.kind]?.();
  code?.catch(() => undefined);
  const isDefault = OWN.has(place.path.split("/")[1] ?? "");
  const locales = isDefault ? [] : (await around.layoutWanted).locales;
  return own.load({ place, ...splitLocale(place.path, locales), layoutWanted: around.layoutWanted });
}

interface OwnScreen {
  place: Place;
  /** The path without its locale. */
  rest: string;
  locale: string | undefined;
  layoutWanted: Promise<Layout>;
}

interface OwnScreenKind {
  kind: Kind;
  load(at: OwnScreen): Promise<Screen>;
}

const OWN = new Map<string, OwnScreenKind>([
  ["search", { kind: "search", load: searchScreen }],
  ["book", { kind: "booking", load: bookingScreen }],
  ["offer", { kind: "offer", load: (at) => own("offer", {}, at, (text) => text.offer.title) }],
  ["visit", { kind: "visit", load: (at) => own("visit", {}, at, (text) => text.visit.title) }],
  ["preview", { kind: "preview", load: (at) => own("preview", {}, at, (text) => text.preview.title) }],
]);

/** The screens that are no pages of the CMS: the first part of the path names them, perhaps behind a locale. */
function ownScreen(path: string): OwnScreenKind | undefined {
  const [, first = "", second = ""] = path.split("/");
  return OWN.get(first) ?? (/^[a-z]{2}(-[a-z]+)?$/.test(first) ? OWN.get(second) : undefined);
}

/** Whether all addresses of the path share one screen, which reads the query by itself. */
export function keepsScreen(path: string): boolean {
  const found = ownScreen(path);
  return found !== undefined && found.kind !== "search";
}

async function own<Of extends Kind>(
  kind: Of,
  data: Screens[Of] | Promise<Screens[Of]>,
  { layoutWanted, locale }: OwnScreen,
  title: (text: Text) => string,
): Promise<Screen<Of>> {
  const [layout, loaded] = await Promise.all([layoutWanted, data]);
  return bare(kind, loaded, { layout, locale, title });
}

async function searchScreen(at: OwnScreen): Promise<Screen> {
  const words = at.place.query.get("q")?.trim().slice(0, 200) ?? "";
  const results = words ? read(SearchDocument, { words, ...localeOf(at) }).then(({ search }) => search) : null;
  return own("search", Promise.resolve(results).then((found) => ({ results: found })), at, (text) => text.search);
}

async function bookingScreen(at: OwnScreen): Promise<Screen> {
  const slug = at.rest.split("/")[2] ?? "";
  if (!slug) {
    const list = read(ProceduresDocument, localeOf(at)).then(({ procedures }) => ({ list: procedures }));
    return own("choosing", list, at, (text) => text.book);
  }
  const { procedure } = await read(BookableDocument, { slug, ...localeOf(at) });
  if (!procedure) return own("missing", { path: at.place.path }, at, (text) => text.notFoundTitle);
  return own("booking", { procedure }, at, (text) => text.bookTitle(procedure.title));
}

function localeOf({ locale }: { locale: string | undefined }): { locale?: string } {
  return locale ? { locale } : {};
}

async function pageAt(place: Place, { layoutWanted, here }: Around): Promise<Screen> {
  const early = place.path === "/" ? read(HighlightsDocument, {}) : null;
  early?.catch(() => undefined);
  const [{ route }, layout] = await Promise.all([read(PageAtDocument, { path: place.path }), layoutWanted]);
  switch (route.__typename) {
    case "NotFound":
      return bare("missing", { path: route.notFound }, { layout, locale: undefined, title: (text) => text.notFoundTitle });
    case "Redirect":
      return { ...bare("missing", { path: place.path }, { layout, locale: undefined, title: () => "" }), redirect: redirected(route.to, here) };
    case "HomePage":
      return pageScreen("home", { page: route, highlights: await (early ?? read(HighlightsDocument, { locale: route.locale })) }, layout);
    case "ProcedureIndexPage": {
      const { category, q: search } = Object.fromEntries(place.query);
      const wanted = { locale: route.locale, ...(category && { category }), ...(search && { search }) };
      const [{ procedures }, all] = await Promise.all([
        read(ProceduresDocument, wanted),
        read(CategoriesDocument, { locale: route.locale }),
      ]);
      return pageScreen("procedures", { page: route, list: procedures, categories: categoriesOf(all.procedures.nodes) }, layout);
    }
    case "ProviderIndexPage": {
      const { providers } = await read(ProvidersDocument, { locale: route.locale });
      return pageScreen("providers", { page: route, list: providers }, layout);
    }
    case "ProcedurePage":
      return pageScreen("article", { page: route }, layout);
    case "ProviderPage":
      return pageScreen("profile", { page: route }, layout);
  }
}

/** Redirects lead to a path of the site, or elsewhere. */
function redirected(to: string, here: string): string {
  if (to.startsWith("/")) return addressOf(to);
  return ownPath(to, here) ?? to;
}

function categoriesOf(nodes: { category: Category | null }[]): Category[] {
  const bySlug = new Map(nodes.flatMap(({ category }) => (category ? [[category.slug, category] as const] : [])));
  return [...bySlug.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** The screen of a page of the CMS; previews use it, too. */
export function pageScreen<Of extends Kind>(kind: Of, data: Screens[Of] & { page: PageRoute }, layout: Layout): Screen<Of> {
  const { page } = data;
  const language = languageOf(page.locale);
  // The front page speaks for the clinic.
  const described = "highlights" in data ? { ...page, jsonLd: data.highlights.clinic.jsonLd } : page;
  return {
    kind,
    data,
    layout,
    language,
    locale: page.locale === layout.locales[0] ? undefined : page.locale,
    translations: page.translations.filter((other) => other.locale !== page.locale),
    head: pageHead(described, { clinic: layout.clinic.name, language: page.locale }),
  };
}

function bare<Of extends Kind>(
  kind: Of,
  data: Screens[Of],
  { layout, locale, title }: { layout: Layout | null; locale: string | undefined; title: (text: ReturnType<typeof textIn>) => string },
): Screen<Of> {
  const language = languageOf(locale ?? layout?.locales[0] ?? "en");
  const clinic = layout?.clinic.name ?? "";
  const head = plainHead([title(textIn(language)), clinic].filter(Boolean).join(" | "), language);
  return { kind, data, layout, language, locale, translations: [], head };
}
