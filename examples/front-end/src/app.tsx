import { createContext } from "preact";
import { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Place, ownPath, placeOf } from "./addresses";
import { applyHead } from "./head";
import { Frame } from "./parts/Frame";
import { type Screen, componentOf, keepsScreen, loadScreen } from "./screens";
import type { Text } from "./text/en";
import { LANGUAGES, type Language, textIn } from "./text/languages";

interface Site {
  screen: Screen;
  place: Place;
  text: Text;
  language: Language;
  isLoading: boolean;
  setLanguage(language: Language): void;
  navigate(address: string, options?: NavigateOptions): void;
  reload(): void;
}

interface NavigateOptions {
  replace?: boolean;
  /** Kept in the history entry, and there again after a reload. */
  state?: object;
  /** Stay where the reader is, as when a filter changes. */
  stay?: boolean;
}

const SiteContext = createContext<Site | null>(null);

export function useSite(): Site {
  const site = useContext(SiteContext);
  if (!site) throw new Error("Outside of the app.");
  return site;
}

const CHOSEN = "language";
/** Redirects that lead in a circle end as “not found”. */
export const MOST_REDIRECTS = 5;

interface AppProps {
  first: Screen;
  place: Place;
  /** The first screen was made some time ago, and is fetched again. */
  isOld?: boolean;
}

/** The whole site, from its first screen on. */
export function App({ first, place: firstPlace, isOld = false }: AppProps) {
  const [{ screen, place }, setShown] = useState({ screen: first, place: firstPlace });
  const [isLoading, setLoading] = useState(false);
  const [chosen, setChosen] = useState<Language | null>(null);
  const latest = useRef(0);

  const show = useCallback(async (next: Place, { stay = false, top = 0, hops = 0, isRefresh = false } = {}) => {
    const turn = ++latest.current;
    setLoading(true);
    const loaded = await loadScreen(next, { here: location.href });
    if (turn !== latest.current) return;
    if (loaded.redirect && hops < MOST_REDIRECTS) return leave(loaded.redirect, hops + 1);
    setLoading(false);
    // Old content is better than none.
    if (isRefresh && loaded.kind === "failed") return;
    setShown({ screen: loaded, place: next });
    if (!stay) arrive(top);
  }, []);

  const leave = (address: string, hops: number) => {
    const path = ownPath(address, location.href);
    if (path === null) return location.replace(address);
    history.replaceState(null, "", path);
    void show(placeOf(path), { hops });
  };

  const current = useRef(place);
  current.current = place;
  const go = useCallback((options: { stay?: boolean; top?: number } = {}) => {
    const next = placeOf(location.href);
    if (next.path === current.current.path && keepsScreen(next.path)) setShown((shown) => ({ ...shown, place: next }));
    else void show(next, options);
  }, []);

  const navigate = useCallback((address: string, { replace = false, state, stay = false }: NavigateOptions = {}) => {
    rememberScroll();
    history[replace ? "replaceState" : "pushState"](state ?? null, "", address);
    go({ stay });
  }, []);

  useEffect(() => {
    setChosen(rememberedLanguage());
    history.scrollRestoration = "manual";
    // The browser looked for it before it was there.
    targetOf(location.hash)?.scrollIntoView();
    // Unless somebody has gone elsewhere already.
    if (isOld && latest.current === 0) void show(firstPlace, { stay: true, isRefresh: true });
  }, []);

  useLayoutEffect(() => {
    const back = () => {
      const next = placeOf(location.href);
      const isSame = next.path === current.current.path && next.query.toString() === current.current.query.toString();
      // A link within the page, which browsers follow by themselves.
      if (!isSame) go({ top: (history.state as { top?: number } | null)?.top ?? 0 });
    };
    addEventListener("popstate", back);
    addEventListener("pagehide", rememberScroll);
    document.addEventListener("click", followLink);
    // Somebody may have gone back while the first screen was on its way.
    back();
    return () => {
      removeEventListener("popstate", back);
      removeEventListener("pagehide", rememberScroll);
      document.removeEventListener("click", followLink);
    };

    function followLink(event: MouseEvent): void {
      const link = (event.target as Element).closest("a");
      if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (link.target || link.hasAttribute("download") || (link.hash && link.pathname === location.pathname)) return;
      const path = ownPath(link.href, location.href);
      if (path === null || /\.\w+$/.test(link.pathname)) return;
      event.preventDefault();
      navigate(path + link.hash);
    }
  }, []);

  const language = chosen ?? screen.language;
  useLayoutEffect(() => applyHead({ ...screen.head, language }), [screen, language]);

  const site = useMemo<Site>(
    () => ({
      screen,
      place,
      language,
      text: textIn(language),
      isLoading,
      navigate,
      reload: () => void show(current.current, { stay: true }),
      setLanguage: (wanted) => {
        rememberLanguage(wanted);
        setChosen(wanted);
      },
    }),
    [screen, place, language, isLoading],
  );
  const Component = componentOf(screen.kind);
  return (
    <SiteContext.Provider value={site}>
      <Frame>{Component && <Component data={screen.data} screen={screen} place={place} />}</Frame>
    </SiteContext.Provider>
  );
}

function rememberedLanguage(): Language | null {
  try {
    const saved = localStorage.getItem(CHOSEN) as Language;
    return LANGUAGES.includes(saved) ? saved : null;
  } catch {
    // The visitor's browser keeps nothing: the address decides.
    return null;
  }
}

function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(CHOSEN, language);
  } catch {
    // Then the choice lasts as long as the page.
  }
}

function rememberScroll(): void {
  history.replaceState({ ...(history.state as object | null), top: scrollY }, "");
}

function targetOf(hash: string): HTMLElement | null {
  return document.getElementById(hash.slice(1));
}

/** Put a reader who changed the page where a fresh load would: at the top, or where they were before. */
function arrive(top: number): void {
  requestAnimationFrame(() => {
    const target = targetOf(location.hash);
    if (target) return target.scrollIntoView();
    scrollTo(0, top);
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  });
}
