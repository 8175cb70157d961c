/**
 * <clinic-procedure> shows an article of the clinic, <clinic-booking> lets visitors book.
 *
 *   <clinic-procedure partner="key" slug="micro-needling" locale="en"><a href="…">Micro needling</a></clinic-procedure>
 *   <clinic-booking partner="key" procedure="micro-needling" mode="inline|popup|button"><a href="…">Book</a></clinic-booking>
 *
 * What stands inside an element is shown without JavaScript and whenever the clinic cannot be reached. There
 * are no cookies, no other hosts and no inline styles. Articles become nodes without a parser of HTML; where a
 * page demands Trusted Types, the name clinic-embed is all that it has to allow.
 */

const HOME = new URL(import.meta.url).origin;
const PATIENCE = 12_000;

/** What is said before, or without, an answer of the API. */
const TEXTS = {
  en: { book: "Book a visit", close: "Close", loading: "Loading…", failed: "Booking online cannot be reached at the moment.", call: "Call", retry: "Try again" },
  es: { book: "Reservar una cita", close: "Cerrar", loading: "Cargando…", failed: "En este momento no se puede reservar en línea.", call: "Llame al", retry: "Volver a intentar" },
};

/** The loader's policy, or the same under its name: it lets JSON pass, which does nothing even as code. */
let policy = window[Symbol.for("clinic-embed")];
try {
  policy ??= window.trustedTypes?.createPolicy("clinic-embed", { createScript: (text) => (JSON.parse(text), text) });
} catch {
  // The page allows no policy of this name: it gets the article without JSON-LD.
  policy = null;
}

// Nodes -------------------------------------------------------------------------------------------

/** Make an element. `on…` are listeners; null, undefined and false leave an attribute out. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

const fill = (text, places) => text.replace(/\{(\w+)\}/g, (_, name) => places[name]);

const TAGS = new Set(("section h2 h3 h4 p ul ol li dl dt dd div span strong b em i br hr a time details summary "
  + "blockquote sub sup figure figcaption img table thead tbody tr th td").split(" "));
const ATTRIBUTES = new Set("class data-section data-severity href datetime src alt width height lang dir".split(" "));
const EMPTY = new Set(["br", "hr", "img"]);
const DROPPED = new Set(["script", "style", "template", "iframe", "object", "svg", "math", "noscript", "textarea", "title"]);
const TOKEN = /<!--[^]*?-->|<(\/?)([a-z][\w-]*)((?:\s+[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*\/?>|([^<]+|<)/gi;
const ATTRIBUTE = /([^\s=>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;
const ENTITY = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi;
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

const decoded = (text) => text.replace(ENTITY, (whole, hex, decimal, name) => {
  if (name) return NAMED[name] ?? whole;
  const code = parseInt(hex ?? decimal, hex ? 16 : 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
});

/**
 * Build the nodes of well-formed HTML, from a list of what is allowed. No text becomes markup by itself, so
 * that neither Trusted Types nor a sanitiser is needed. Headings move to below `level`.
 */
function nodesOf(html, { level, base }) {
  const root = document.createDocumentFragment();
  const open = [{ tag: "", node: root }];
  let dropping = "";
  for (const [, slash, name, attributes = "", text] of html.matchAll(TOKEN)) {
    const tag = name?.toLowerCase();
    if (dropping) dropping = slash && tag === dropping ? "" : dropping;
    else if (text) open.at(-1).node.append(decoded(text));
    else if (DROPPED.has(tag) && !slash) dropping = tag;
    else if (slash) close(open, tag);
    else if (TAGS.has(tag)) {
      const node = elementOf(tag, attributes, { level, base });
      open.at(-1).node.append(node);
      if (!EMPTY.has(tag)) open.push({ tag, node });
    }
  }
  return root;
}

function close(open, tag) {
  const index = open.findLastIndex((one) => one.tag === tag);
  if (index > 0) open.length = index;
}

function elementOf(tag, attributes, { level, base }) {
  const heading = /^h([2-4])$/.exec(tag);
  const node = document.createElement(heading ? `h${Math.min(6, Number(heading[1]) - 1 + level)}` : tag);
  for (const [, name, double, single, bare] of attributes.matchAll(ATTRIBUTE)) {
    const value = decoded(double ?? single ?? bare);
    const key = name.toLowerCase();
    if (key === "href" || key === "src") setAddress(node, key, value, base);
    else if (ATTRIBUTES.has(key)) node.setAttribute(key, value);
  }
  if (heading) node.classList.add(tag);
  if (tag === "img") node.loading = "lazy";
  // Hiding a part of the article must not be able to hide a risk.
  if (tag === "section" && node.dataset.section !== "risks") node.setAttribute("part", `section ${node.dataset.section}`);
  return node;
}

function setAddress(node, name, value, base) {
  const allowed = name === "href" ? ["https:", "http:", "tel:", "mailto:"] : ["https:", "http:"];
  const address = URL.canParse(value, base) ? new URL(value, base) : null;
  if (address && allowed.includes(address.protocol)) node.setAttribute(name, address.href);
}

// Styles ------------------------------------------------------------------------------------------

/** Constructed sheets need no permission from a page's policy. */
function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

// `all: initial` keeps the page's styles out, transparent or tiny text among them. Only --clinic-… come in.
const COMMON = sheet(`
  :host([hidden]) { display: none !important; }
  .clinic { all: initial; display: block; box-sizing: border-box; color-scheme: light dark;
    --accent: var(--checked-accent, #0f766e); --on-accent: var(--checked-on-accent, #fff); --radius: var(--clinic-radius, var(--theme-radius, 8px));
    --text: light-dark(#1b1f24, #eef0f3); --muted: light-dark(#535c68, #b0b8c2); --surface: light-dark(#fff, #15181c);
    --line: light-dark(#cfd5dc, #434b55); --bad: light-dark(#a4161a, #ffb3ad); --warn: light-dark(#7a4a00, #ffd28a);
    font: max(1rem, 16px)/1.5 var(--clinic-font, var(--theme-font, system-ui, sans-serif)); color: var(--text); overflow-wrap: anywhere; }
  .clinic[data-scheme="light"] { color-scheme: light; }
  .clinic[data-scheme="dark"] { color-scheme: dark; }
  a { color: inherit; text-decoration: underline 2px var(--accent); text-underline-offset: 3px; }
  button, .button { font: inherit; display: inline-block; box-sizing: border-box; min-height: 44px; padding: .5em 1em; border: 1px solid var(--accent);
    border-radius: var(--radius); background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; cursor: pointer; }
  button:hover, .button:hover { box-shadow: 0 0 0 2px var(--surface), 0 0 0 4px var(--accent); }
  :focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
`);

// Inside a shadow root !important wins over the page, so that no style of it hides, crops or covers the risks.
const ARTICLE = sheet(`
  :host { display: block; min-block-size: var(--clinic-reserve, 100vh); }
  :host { block-size: auto !important; max-block-size: none !important; overflow: visible !important; opacity: 1 !important;
    visibility: visible !important; clip: auto !important; clip-path: none !important; mask: none !important; filter: none !important; transform: none !important;
    scale: none !important; zoom: 1 !important; content-visibility: visible !important; contain: none !important; isolation: isolate !important;
    max-inline-size: none !important; min-inline-size: min(16rem, 100%) !important; }
  [part] { position: static !important; transform: none !important; translate: none !important; float: none !important; margin: 0 !important; }
  article.clinic { background: var(--surface); padding: 1rem; }
  section { padding-top: 1.75em; }
  h2, h3, h4, h5, h6, p, ul, ol, dl, dd, figure, blockquote { margin: 0; }
  h2, h3, h4, h5, h6 { line-height: 1.25; font-size: 1.0625em; text-wrap: balance; }
  .title { font-size: 1.5em; }
  .h2 { font-size: 1.1875em; margin-bottom: .625em; }
  .lead { font-size: 1.125em; color: var(--muted); margin-top: .375em; }
  :is(p, ul, ol, div) + :is(p, ul, ol, div), li > * + * { margin-top: .375em; }
  img { max-width: 100%; height: auto; }
  .items { list-style: none; padding: 0; display: grid; gap: 1.25em; }
  .items > li { padding-inline-start: 1em; border-inline-start: 3px solid var(--accent); margin: 0; }
  .facts, .review { font-size: .9375em; color: var(--muted); }
  .severity { font-weight: 600; color: var(--text); }
  .severity::after { content: " · "; font-weight: 400; }
  details { border-bottom: 1px solid var(--line); padding-bottom: .5em; }
  summary { min-height: 44px; box-sizing: border-box; padding: .625em 0; font-weight: 600; cursor: pointer; }
  [data-section="risks"] { position: relative !important; z-index: 2147483647 !important; background: var(--surface); }
  [data-section="risks"] li { border-color: var(--line); }
  [data-severity="serious"] { border-color: var(--bad) !important; }
  [data-severity="moderate"] { border-color: var(--warn) !important; }
  footer { margin-top: 1.75em; padding-top: 1em; border-top: 1px solid var(--line); }
  .actions { display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; margin-top: .75em; }
`);

const BOOKING = sheet(`
  :host { display: block; min-block-size: var(--clinic-reserve, max(44rem, 100vh)); }
  :host([mode="popup"]), :host([mode="button"]) { display: inline-block; min-block-size: 0; }
  :host([mode="button"]) { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; }
  .loading { margin: 0; padding: 1em; color: var(--muted); }
  .failed { padding: 1em; border: 1px solid var(--line); border-inline-start: 4px solid var(--warn); border-radius: var(--radius); background: var(--surface); }
  .failed > * { margin: 0 0 .5em; }
  iframe { display: block; width: 100%; min-height: min(44rem, 100vh); border: 0; background: var(--surface); color-scheme: normal; }
  .box { position: relative; }
  .box > .loading { position: absolute; inset: 0 0 auto; }
  dialog { box-sizing: border-box; width: min(52rem, 100vw); height: min(54rem, calc(100dvh - 3rem)); max-width: none; max-height: none; padding: 0; border: 0;
    border-radius: var(--radius); background: var(--surface); color: var(--text); overflow: hidden; overscroll-behavior: contain; }
  dialog[open] { display: flex; flex-direction: column; }
  dialog::backdrop { background: rgb(0 0 0 / .55); }
  dialog .bar { display: flex; justify-content: flex-end; padding: .25em .5em; border-bottom: 1px solid var(--line); }
  dialog .bar button { background: none; border: 0; color: var(--text); }
  dialog .box { flex: 1; min-height: 0; overflow: auto; }
  dialog iframe { height: 100%; min-height: 0; }
  @media (max-width: 40rem) { dialog { width: 100vw; height: 100dvh; border-radius: 0; } }
`);

const COLLAPSED = sheet(":host { min-block-size: 0 !important; }");

/** Return red, green, blue and alpha of a computed colour. */
const channels = (colour) => (/^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : null);

/** Return the relative luminance of a colour: 0 for black, 1 for white. */
function luminance([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Use the page's or the partner's accent where it can be told from the surface, with readable text on it. */
function applyTheme(box, host, theme = {}) {
  box.dataset.scheme = host.getAttribute("scheme") ?? theme.scheme ?? "auto";
  for (const name of ["radius", "font"]) if (theme[name]) box.style.setProperty(`--theme-${name}`, theme[name]);
  const probe = h("span");
  box.append(probe);
  const wanted = getComputedStyle(host).getPropertyValue("--clinic-accent").trim() || theme.accent || "#0f766e";
  probe.style.background = wanted;
  const [accent, surface] = [getComputedStyle(probe).backgroundColor, surfaceOf(probe)].map(channels);
  probe.remove();
  if (!accent || !surface || (accent[3] ?? 1) < 1) return;
  const [a, s] = [luminance(accent), luminance(surface)];
  if ((Math.max(a, s) + 0.05) / (Math.min(a, s) + 0.05) < 3) return;
  box.style.setProperty("--checked-accent", wanted);
  box.style.setProperty("--checked-on-accent", a > 0.179 ? "#000" : "#fff");
}

function surfaceOf(probe) {
  probe.style.color = "var(--surface)";
  return getComputedStyle(probe).color;
}

// Elements ----------------------------------------------------------------------------------------

class ClinicElement extends HTMLElement {
  shadow = this.attachShadow({ mode: "open" });

  get api() {
    return this.getAttribute("api")?.replace(/\/$/, "") ?? HOME;
  }

  get language() {
    return this.getAttribute("locale") || document.documentElement.lang || "en";
  }

  get texts() {
    return TEXTS[this.language.split("-")[0]] ?? TEXTS.en;
  }

  connectedCallback() {
    this.renew();
  }

  attributeChangedCallback(_name, before, after) {
    if (this.isConnected && before !== after) this.renew();
  }

  /** Build once for all attributes that are set one after the other, as they are while a page is read. */
  async renew() {
    const turn = (this.turn = {});
    await null;
    if (this.turn === turn && this.isConnected) this.build(turn);
  }

  announce(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  phoneLine() {
    const phone = this.getAttribute("phone");
    return phone && h("p", {}, `${this.texts.call} `, h("a", { href: `tel:${phone}` }, phone));
  }
}

const answers = new Map();

/** How long an answer is shared, in milliseconds: what is recalled is not to come back from here. */
const SHARED = 5_000;

/** Elements that show the same article share one request; a failed one may be repeated. */
function contentAt(address) {
  if (!answers.has(address)) {
    const asked = fetch(address, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE) }).then((response) => {
      if (!response.ok) throw new Error(`The article is not available (${response.status}).`);
      return response.json();
    });
    const forget = () => answers.delete(address);
    asked.then(() => setTimeout(forget, SHARED), forget);
    answers.set(address, asked);
  }
  return answers.get(address);
}

class ClinicProcedure extends ClinicElement {
  static observedAttributes = ["partner", "slug", "locale", "scheme", "api"];

  constructor() {
    super();
    this.shadow.adoptedStyleSheets = [COMMON, ARTICLE];
    this.shadow.append(h("slot"));
  }

  get address() {
    const [partner, slug] = ["partner", "slug"].map((name) => encodeURIComponent(this.getAttribute(name) ?? ""));
    const locale = this.getAttribute("locale");
    return `${this.api}/embed/${partner}/procedures/${slug}/content.json${locale ? `?locale=${encodeURIComponent(locale)}` : ""}`;
  }

  async build(turn) {
    if (!this.hasAttribute("partner") || !this.hasAttribute("slug")) return;
    try {
      const content = await contentAt(this.address);
      if (this.turn === turn) this.render(content);
    } catch (error) {
      if (this.turn === turn) this.fail(error);
    }
  }

  render(content) {
    const level = Math.min(4, Math.max(1, Number(this.getAttribute("heading")) || 2));
    const title = h(`h${level}`, { class: "title", part: "title" }, content.title);
    const article = h("article", { class: "clinic", lang: content.locale, dir: "auto" },
      h("header", { part: "header" }, title, content.summary && h("p", { class: "lead" }, content.summary)),
      nodesOf(content.html, { level, base: content.url }),
      this.footer(content));
    this.shadow.adoptedStyleSheets = [COMMON, ARTICLE];
    this.shadow.replaceChildren(article);
    applyTheme(article, this, content.theme);
    this.describe(content);
    this.announce("clinic.ready", { title: content.title });
  }

  footer({ labels, locale, bookingUrl, phone, clinic, reviewedOn, reviewedBy }) {
    const date = reviewedOn && new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(reviewedOn));
    const reviewed = reviewedOn ? (reviewedBy ? labels.reviewedBy : labels.reviewed) : labels.notReviewed;
    return h("footer", {},
      h("p", { class: "review" }, fill(reviewed, { date, name: reviewedBy })),
      clinic && h("p", { class: "review" }, fill(labels.from, { clinic })),
      h("div", { class: "actions" },
        bookingUrl && this.bookingLink(bookingUrl, phone, labels),
        phone && h("a", { part: "call", href: `tel:${phone}` }, fill(labels.call, { phone }))));
  }

  bookingLink(address, phone, labels) {
    const { partner, slug, locale, scheme, api } = Object.fromEntries(Array.from(this.attributes, (one) => [one.name, one.value]));
    return h("clinic-booking", { mode: "popup", partner, procedure: slug, locale, scheme, api, phone },
      h("a", { class: "button", part: "book", href: address }, labels.book));
  }

  /** Search engines read light DOM; each article is described once, however often it is shown. */
  describe({ jsonLd, url }) {
    this.querySelector("script[data-clinic]")?.remove();
    if (!jsonLd || policy === null || document.querySelector(`script[data-clinic="${CSS.escape(url)}"]`)) return;
    const script = h("script", { type: "application/ld+json", "data-clinic": url });
    script.textContent = policy ? policy.createScript(jsonLd) : jsonLd;
    this.append(script);
  }

  fail(error) {
    this.shadow.adoptedStyleSheets = [COMMON, ARTICLE, COLLAPSED];
    this.shadow.replaceChildren(h("slot"), h("div", { class: "clinic" }, this.phoneLine()));
    this.announce("clinic.error", { message: error.message });
  }
}

class ClinicBooking extends ClinicElement {
  static observedAttributes = ["partner", "procedure", "provider", "location", "locale", "mode", "scheme", "api"];

  constructor() {
    super();
    this.shadow.adoptedStyleSheets = [COMMON, BOOKING];
    this.hear = this.hear.bind(this);
    this.intercept = this.intercept.bind(this);
  }

  connectedCallback() {
    addEventListener("message", this.hear);
    this.addEventListener("click", this.intercept);
    super.connectedCallback();
  }

  disconnectedCallback() {
    removeEventListener("message", this.hear);
    this.removeEventListener("click", this.intercept);
    clearTimeout(this.patience);
  }

  /** A page that turns dark takes nothing from somebody who is booking. */
  attributeChangedCallback(name, before, after) {
    if (name !== "scheme" || !this.frame || !this.isReady) return super.attributeChangedCallback(name, before, after);
    applyTheme(this.box, this);
    const message = { source: "clinic-host", v: 1, id: this.frameId, type: "scheme", scheme: after };
    return this.frame.contentWindow?.postMessage(message, new URL(this.api).origin);
  }

  get isInline() {
    return !["popup", "button"].includes(this.getAttribute("mode"));
  }

  get label() {
    return this.getAttribute("label") ?? this.texts.book;
  }

  build() {
    clearTimeout(this.patience);
    this.frame = null;
    this.dialog = null;
    this.box = h("div", { class: "clinic" });
    this.shadow.replaceChildren(this.box);
    applyTheme(this.box, this);
    if (this.isInline) {
      const place = h("div", { class: "box" });
      this.box.append(place);
      this.load(place);
    } else if (this.getAttribute("mode") === "popup" && this.querySelector("a, button")) {
      this.shadow.prepend(h("slot"));
    } else {
      this.box.append(h("button", { type: "button", part: "button", onclick: (event) => this.open(event.currentTarget) }, this.label));
    }
  }

  /** The link inside opens the dialog; with Ctrl and the like it stays a link. */
  intercept(event) {
    const link = event.target.closest?.("a, button");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (this.getAttribute("mode") !== "popup" || !link || !this.contains(link) || !isPlain) return;
    event.preventDefault();
    this.open(link);
  }

  get address() {
    const query = new URLSearchParams();
    for (const name of ["procedure", "provider", "location", "locale", "scheme"]) {
      if (this.getAttribute(name)) query.set(name, this.getAttribute(name));
    }
    query.set("frame", this.frameId);
    return `${this.api}/embed/${encodeURIComponent(this.getAttribute("partner") ?? "")}/booking/?${query}`;
  }

  /** Put the frame into `place`; if it does not report within a while, what stands inside the element. */
  load(place) {
    this.frameId = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.isReady = false;
    this.shadow.adoptedStyleSheets = [COMMON, BOOKING];
    this.frame = h("iframe", {
      title: this.label,
      src: this.address,
      // Downloads: the calendar file of a booked visit.
      sandbox: "allow-scripts allow-forms allow-same-origin allow-popups allow-downloads",
      referrerpolicy: "origin",
    });
    place.replaceChildren(h("p", { class: "loading", role: "status" }, this.texts.loading), this.frame);
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.fail(place), PATIENCE);
  }

  fail(place) {
    this.frame = null;
    this.shadow.adoptedStyleSheets = [COMMON, BOOKING, COLLAPSED];
    const retry = h("button", { type: "button", onclick: () => this.load(place) }, this.texts.retry);
    place.replaceChildren(h("div", { class: "failed", role: "alert" },
      h("p", {}, this.texts.failed), this.phoneLine(), h("p", {}, this.isInline && h("slot")), retry));
    this.announce("clinic.error", { message: this.texts.failed });
  }

  open(opener) {
    this.opener = opener;
    if (!this.dialog) {
      const place = h("div", { class: "box" });
      this.dialog = h("dialog", { "aria-label": this.label, onclose: () => this.closed(), onclick: (event) => this.clickOutside(event) },
        h("div", { class: "bar" }, h("button", { type: "button", onclick: () => this.dialog.close() }, this.texts.close)), place);
      this.box.append(this.dialog);
      this.load(place);
    } else if (this.isDone) {
      this.load(this.dialog.querySelector(".box"));
    }
    this.isDone = false;
    if (!this.dialog.open) this.dialog.showModal();
  }

  clickOutside(event) {
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (event.target === this.dialog && !isInside) this.dialog.close();
  }

  closed() {
    this.opener?.focus();
    this.announce("clinic.closed");
  }

  /** Only the frame of this element, from the API's origin, is listened to. */
  hear({ origin, source, data }) {
    if (!this.frame || source !== this.frame.contentWindow || origin !== new URL(this.api).origin) return;
    if (data?.source !== "clinic-cms" || data.v !== 1 || data.id !== this.frameId) return;
    const handlers = {
      ready: () => this.ready(),
      resize: () => this.resize(data.height),
      navigate: () => this.follow(),
      "booking.started": () => this.announce(data.type, { procedure: String(data.procedure) }),
      "booking.completed": () => this.complete(data),
      close: () => this.dialog?.close(),
    };
    if (Object.hasOwn(handlers, data.type)) handlers[data.type]();
  }

  ready() {
    if (this.isReady) return;
    this.isReady = true;
    clearTimeout(this.patience);
    this.frame.parentNode.querySelector(".loading")?.remove();
    if (this.dialog?.open) this.frame.focus();
    this.announce("clinic.ready");
  }

  resize(height) {
    if (this.isInline && Number.isFinite(height)) this.frame.style.height = `${Math.min(Math.max(height, 0), 10_000)}px`;
  }

  /** After a step the new screen begins at the top of the frame. */
  follow() {
    if (!this.isInline) this.frame.parentNode.scrollTop = 0;
    else if (this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: "start" });
  }

  complete({ type, procedure, start }) {
    this.isDone = true;
    this.announce(type, { procedure: String(procedure), start: String(start) });
  }
}

if (!customElements.get("clinic-booking")) customElements.define("clinic-booking", ClinicBooking);
if (!customElements.get("clinic-procedure")) customElements.define("clinic-procedure", ClinicProcedure);
