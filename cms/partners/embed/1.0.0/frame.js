/**
 * For article pages in a frame: tells the page around how high the article is.
 *
 * The origins that may be told stand on the document: <html data-origins="https://a.example https://b.example">.
 */

const id = new URLSearchParams(location.search).get("frame");
const origins = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);

/** Return where messages may go: the page around, if it is one of the partner's. */
function targets() {
  const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  // Without knowing, all may be tried: browsers deliver to the right one only.
  return around ? origins.filter((origin) => origin === around) : origins;
}

function tell(type, more = {}) {
  if (window.parent === window) return;
  for (const origin of targets()) window.parent.postMessage({ source: "clinic-cms", v: 1, id, type, ...more }, origin);
}

let height = 0;
new ResizeObserver(() => {
  const now = Math.ceil(document.body.getBoundingClientRect().height);
  if (now !== height) tell("resize", { height: (height = now) });
}).observe(document.body);

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) tell("close");
});

tell("ready");
