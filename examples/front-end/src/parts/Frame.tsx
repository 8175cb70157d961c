import type { ComponentChildren } from "preact";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { LANGUAGES, languageOf, textIn } from "../text/languages";
import { AddressLines } from "./Places";

/** What stands around every screen. */
export function Frame({ children }: { children: ComponentChildren }) {
  const { text, screen, isLoading } = useSite();
  return (
    <>
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <div class={isLoading ? "progress busy" : "progress"} aria-hidden="true" />
      {screen.layout && screen.kind !== "preview" && <Header />}
      <main id="content" tabIndex={-1} aria-busy={isLoading}>
        {children}
      </main>
      {screen.layout && screen.kind !== "preview" && <Footer />}
    </>
  );
}

function Header() {
  const { text, screen, place } = useSite();
  const { layout } = screen;
  if (!layout) return null;
  const menu = layout.menu.length ? layout.menu : layout.mainMenu;
  return (
    <header class="header">
      <div class="wide">
        <a class="brand" href={localAddress(screen.locale, "/")}>
          <Mark />
          <span>{layout.clinic.name}</span>
        </a>
        <nav aria-label={text.menu}>
          {menu.map(({ title, url, page }) => {
            const href = page ? addressOf(page.path) : url;
            // The clinic's name leads to the front page already.
            if (!href || href === localAddress(screen.locale, "/")) return null;
            return (
              <a key={title} href={href} aria-current={page?.path === place.path ? "page" : undefined}>
                {title}
              </a>
            );
          })}
          <a class="icon" href={localAddress(screen.locale, "/search/")} aria-current={place.path.includes("/search/") ? "page" : undefined}>
            <Glass />
            <span>{text.search}</span>
          </a>
        </nav>
        <LanguageSwitch />
        <a class="button small" href={localAddress(screen.locale, "/book/")}>
          <span class="long">{text.book}</span>
          <span class="short">{text.bookShort}</span>
        </a>
      </div>
    </header>
  );
}

/** An address of this site's own screens in the locale that is shown. */
export function localAddress(locale: string | undefined, path: string): string {
  return addressOf(locale ? `/${locale}${path}` : path);
}

/** Leads to the translation where there is one, and changes the interface alone where there is none. */
function LanguageSwitch() {
  const { text, language, setLanguage, screen, navigate } = useSite();
  return (
    <div class="languages" role="group" aria-label={text.languageSwitch}>
      {LANGUAGES.map((code) => {
        const page = screen.translations.find(({ locale }) => languageOf(locale) === code);
        return (
          <button
            key={code}
            type="button"
            lang={code}
            aria-pressed={code === language}
            onClick={() => {
              setLanguage(code);
              if (page) navigate(addressOf(page.path));
            }}
          >
            <span aria-hidden="true">{code.toUpperCase()}</span>
            <span class="hidden">{textIn(code).language}</span>
          </button>
        );
      })}
    </div>
  );
}

function Footer() {
  const { text, screen } = useSite();
  if (!screen.layout) return null;
  const { clinic } = screen.layout;
  return (
    <footer class="footer" aria-label={text.footer}>
      <div class="wide columns">
        <div>
          <p class="brand">
            <Mark />
            <span>{clinic.name}</span>
          </p>
          {clinic.openingStatement && <p>{clinic.openingStatement}</p>}
          <p class="contact">
            {clinic.phone && <a href={`tel:${clinic.phone.replace(/[^+\d]/g, "")}`}>{clinic.phone}</a>}
            {clinic.email && <a href={`mailto:${clinic.email}`}>{clinic.email}</a>}
          </p>
        </div>
        {clinic.locations.map((location) => (
          <div key={location.id}>
            <h2>{location.name}</h2>
            <AddressLines location={location} />
          </div>
        ))}
      </div>
    </footer>
  );
}

/** A larkspur in a few strokes. */
function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <path d="M16 30V13" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
      <g fill="currentColor">
        <path d="M16 15c-3-2-4-5-2.500-8.500C14.500 4.500 15.500 3 16 2c.5 1 1.500 2.500 2.500 4.500C20 10 19 13 16 15z" />
        <path opacity=".75" d="M15 18c-3.500.5-6.500-1-8-4.500C6.300 12 6 10.500 5.800 9.500c1.200.2 3 .5 4.700 1.300C13.800 12.300 15 15 15 18z" />
        <path opacity=".75" d="M17 18c3.500.5 6.500-1 8-4.500.7-1.500 1-3 1.200-4-1.200.2-3 .5-4.700 1.300C18.200 12.300 17 15 17 18z" />
        <path opacity=".5" d="M15 24c-2.500.5-4.800-.4-6-2.600-.5-1-.8-2-1-2.800.9 0 2.100.2 3.400.6C13.800 20.100 15 21.800 15 24z" />
        <path opacity=".5" d="M17 24c2.500.5 4.800-.4 6-2.600.5-1 .8-2 1-2.800-.9 0-2.100.2-3.400.6C18.200 20.100 17 21.800 17 24z" />
      </g>
    </svg>
  );
}

function Glass() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
      <circle cx="11" cy="11" r="7" />
      <path d="m20 20-4-4" />
    </svg>
  );
}
