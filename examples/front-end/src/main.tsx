import { hydrate, render } from "preact";
import { placeOf } from "./addresses";
import { App, MOST_REDIRECTS } from "./app";
import { applyHead } from "./head";
import "./pages/register";
import { type Screen, loadScreen } from "./screens";
import "./styles.css";

interface Prerendered {
  path: string;
  screen: Screen;
}

/** Take over what was prerendered, or fetch the first screen. */
async function start(): Promise<void> {
  const root = document.getElementById("app") as HTMLElement;
  const text = document.getElementById("screen")?.textContent;
  const prerendered = text ? (JSON.parse(text) as Prerendered) : null;
  let place = placeOf(location.href);
  // A host may answer with the front page where it knows no page.
  if (prerendered?.path === place.path) {
    hydrate(<App first={prerendered.screen} place={place} isOld />, root);
    return;
  }
  let screen = await loadScreen(place, { here: location.href });
  for (let hops = 0; screen.redirect && hops < MOST_REDIRECTS; hops += 1) {
    const address = new URL(screen.redirect, location.href);
    if (address.origin !== location.origin) return location.replace(address);
    history.replaceState(null, "", address);
    place = placeOf(address);
    screen = await loadScreen(place, { here: location.href });
  }
  applyHead(screen.head);
  root.replaceChildren();
  render(<App first={screen} place={place} />, root);
}

void start();
