/**
 * The booking page: from a procedure to a visit, in at most four screens once the procedure is known.
 *
 * It runs in a frame of its own origin: no script of the page around sees what a patient types. That lives in
 * memory alone, never in an address, the history or a store. Nodes are never made from text.
 */

/**
 * @typedef {{id: string, name: string, timeZone: string, slug?: string}} Place
 * @typedef {{startsAt: string, endsAt: string, token: string, location: Place, providers?: {id: string, title: string}[]}} Slot
 * @typedef {{token: string, endsAt: number, slot: Slot}} Hold `endsAt` is on this machine's clock.
 * @typedef {{id: string, slug: string, title: string, acceptingNewPatients: boolean}} Provider
 * @typedef {{id: string, slug: string, title: string, booking: {durationMinutes: number, durations: number[],
 *   horizonDays: number, requiresConfirmation: boolean} | null, providers: {nodes: Provider[]},
 *   offeredOn: {provider: {id: string}, location: Place, weekdays: string[]}[]}} Procedure
 * @typedef {{code: string, field: string | null, alternatives?: Slot[]}} Refusal
 */

const config = JSON.parse(document.getElementById("booking").textContent);
const { labels } = config;
const stage = document.getElementById("screen");
const parameters = new URLSearchParams(location.search);

const visit = {
  /** @type {Procedure?} */ procedure: null,
  /** @type {Provider?} null: anyone */ provider: undefined,
  /** @type {number} in minutes */ duration: 0,
  /** @type {string?} */ day: null,
  /** @type {Hold?} */ hold: null,
  appointment: null,
  patient: { name: "", email: "", phone: "", note: "" },
};

// Nodes

/** Make an element. `on…` are listeners. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const button = (text, onclick, attributes = {}) => h("button", { type: "button", onclick, ...attributes }, text);
const byId = (id) => document.getElementById(id);

/** Return the label with its {places} filled in, in the plural form for `count`. */
function label(key, places = {}) {
  const forms = labels[key];
  const text = typeof forms === "string" ? forms : (forms[plurals.select(places.count)] ?? forms.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => places[name]);
}

function announce(text) {
  const status = byId("status");
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 100);
}

// Language, zones and dates

const language = config.locale.split("-")[0];
// The region decides about a.m. and the first day of the week.
const tag = navigator.languages.find((one) => one.split("-")[0] === language) ?? config.locale;
const plurals = new Intl.PluralRules(tag);
const PATIENT_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const TIME = { hour: "numeric", minute: "2-digit" };
const DAY = { weekday: "long", month: "long", day: "numeric" };
const MONTH = { month: "long", year: "numeric" };
const formatters = new Map();

// Making a formatter is slow.
function words(instant, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(tag, { timeZone: zone, ...options }));
  return formatters.get(key).format(new Date(instant));
}

/** Return such as 2027-03-09. */
function dateIn(zone, instant) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(new Date(instant));
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

// Days are counted at noon UTC: no clock is put forward or back there.
const noon = (date) => new Date(`${date}T12:00:00Z`);
const plusDays = (date, days) => new Date(noon(date).getTime() + days * 86_400_000).toISOString().slice(0, 10);
const dayWords = (date, options = DAY) => words(noon(date), "UTC", options);
const monthOf = (date) => date.slice(0, 7);
const plusMonths = (month, months) => {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
};
const lastDayOf = (month) => plusDays(`${plusMonths(month, 1)}-01`, -1);

function zoneName(zone, instant) {
  return new Intl.DateTimeFormat(tag, { timeZone: zone, timeZoneName: "longGeneric" })
    .formatToParts(new Date(instant)).find((part) => part.type === "timeZoneName").value;
}

const clock = (instant, zone) => words(instant, zone, TIME);

function isSameTime(instant, one, other) {
  return clock(instant, one) === clock(instant, other) && dateIn(one, instant) === dateIn(other, instant);
}

/** Return the patient's time, with its day where that is another one; null where clocks agree. */
function patientTime(instant, zone) {
  if (isSameTime(instant, zone, PATIENT_ZONE)) return null;
  const isSameDay = dateIn(zone, instant) === dateIn(PATIENT_ZONE, instant);
  const day = isSameDay ? {} : { weekday: "short", month: "short", day: "numeric" };
  return words(instant, PATIENT_ZONE, { ...day, ...TIME });
}

/** The day and both times, the clinic's first: the visit takes place there. */
function whenLines({ startsAt, location: { timeZone } }) {
  const there = `${clock(startsAt, timeZone)} (${zoneName(timeZone, startsAt)})`;
  const here = patientTime(startsAt, timeZone);
  const yours = here && label("yourTime", { time: here, zone: zoneName(PATIENT_ZONE, startsAt) });
  return [words(startsAt, timeZone, { ...DAY, year: "numeric" }), there, yours].filter(Boolean);
}

function duration(seconds) {
  const isLong = seconds > 90;
  return label(isLong ? "minutes" : "seconds", { count: isLong ? Math.round(seconds / 60) : seconds });
}

// The API

class Unreachable extends Error {}
class Unavailable extends Error {}
class Limited extends Error {
  constructor(seconds) {
    super();
    this.seconds = seconds;
  }
}

const BRIEF_FAILURES = ["TIMEOUT", "UNAVAILABLE", "INTERNAL"];

/** Run a stored document. Throws Unreachable, Limited or Unavailable. */
async function ask(operationName, variables) {
  const { response, answer } = await send({ documentId: config.documents[operationName], operationName, variables });
  const code = answer?.errors?.[0]?.extensions?.code;
  if (response.status === 429 || code === "RATE_LIMITED") {
    throw new Limited(Number(response.headers.get("Retry-After")) || 60);
  }
  if (!answer || response.status >= 500 || BRIEF_FAILURES.includes(code)) throw new Unreachable();
  if (code || !answer.data) throw new Unavailable();
  return answer.data;
}

async function send(body) {
  try {
    const response = await fetch(config.endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "Clinic-Partner": config.partner },
      body: JSON.stringify(body),
      credentials: "omit",
      signal: AbortSignal.timeout(20_000),
    });
    return { response, answer: await response.json() };
  } catch {
    // Offline, too slow, or not the API's answer.
    throw new Unreachable();
  }
}

const intents = new Map();

/** Run a mutation. Until it is answered, the same input keeps its key: sent again, it happens once. */
async function change(operationName, field, input) {
  const content = JSON.stringify(input);
  if (intents.get(operationName)?.content !== content) {
    intents.set(operationName, { content, key: randomKey() });
  }
  const { key } = intents.get(operationName);
  const result = (await ask(operationName, { input: { ...input, idempotencyKey: key } }))[field];
  intents.delete(operationName);
  return result;
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let isBusy = false;

/** Let one action run at a time: second clicks do nothing. */
async function once(control, action) {
  if (isBusy) return;
  isBusy = true;
  control?.setAttribute("aria-busy", "true");
  stage.classList.add("waiting");
  try {
    await action();
  } finally {
    isBusy = false;
    control?.removeAttribute("aria-busy");
    stage.classList.remove("waiting");
  }
}

function trouble(error, { retry, unreachable = "unreachable" } = {}) {
  if (!(error instanceof Unreachable || error instanceof Limited || error instanceof Unavailable)) throw error;
  const text = error instanceof Limited
    ? label("limited", { wait: duration(error.seconds) })
    : label(error instanceof Unavailable ? "unavailable" : unreachable);
  return h("div", { class: "notice", role: "alert", id: "trouble" },
    h("p", {}, text),
    phoneLine(),
    retry && !(error instanceof Unavailable) && button(label("retry"), retry, { class: "quiet" }));
}

function phoneLine() {
  const { phone } = config.clinic;
  return phone ? h("p", {}, `${label("callInstead")} `, h("a", { href: `tel:${phone}` }, phone)) : null;
}

function notify(notice) {
  byId("notices")?.replaceChildren(notice ?? "");
}

// The page around

const isFramed = window.parent !== window;

/** Return where messages may go: the page around, if it is the partner's. */
function targets() {
  const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  // Not known: browsers deliver to the right one only.
  return around ? config.origins.filter((origin) => origin === around) : config.origins;
}

/** Tell the page around, never anything about the patient. */
function tell(type, more = {}) {
  if (!isFramed) return;
  const message = { source: "clinic-cms", v: 1, id: parameters.get("frame"), type, ...more };
  for (const origin of targets()) window.parent.postMessage(message, origin);
}

function watchSize() {
  let height = 0;
  new ResizeObserver(() => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now !== height) tell("resize", { height: (height = now) });
  }).observe(document.body);
}

// The contrast was checked when the partner's record was saved.
function applyTheme({ accent, onAccent, radius, font, scheme } = {}) {
  const { style, dataset } = document.documentElement;
  dataset.scheme = parameters.get("scheme") ?? scheme ?? "auto";
  const properties = { accent, "on-accent": onAccent, radius, font };
  for (const [name, value] of Object.entries(properties)) if (value) style.setProperty(`--clinic-${name}`, value);
}

// Screens

const screens = {
  procedure: procedureScreen,
  provider: providerScreen,
  time: timeScreen,
  details: detailsScreen,
  done: doneScreen,
  waitlist: waitlistScreen,
  waitlisted: waitlistedScreen,
};
let current = "";

function go(name) {
  history.pushState({ screen: name }, "");
  show(name);
}

/** Show a screen in place of this one: no way leads back to this. */
function finish(name) {
  history.replaceState({ screen: name }, "");
  show(name);
}

function show(name, { isFirst = false } = {}) {
  stopCountdown();
  current = name;
  stage.removeAttribute("aria-busy");
  const heading = h("h1", { tabindex: "-1" });
  const frame = { heading, body: h("div", { class: "body" }) };
  stage.replaceChildren(
    h("header", {}, h("div", { class: "where" }, backButton(name), stepLine(name)), heading),
    h("div", { id: "notices" }),
    frame.body,
  );
  screens[name](frame);
  document.title = heading.textContent;
  if (isFirst) return;
  // In a dialog the frame scrolls inside: the way back is above the heading.
  scrollTo(0, 0);
  heading.focus({ preventScroll: !isFramed });
  tell("navigate", { screen: name });
}

function steps() {
  const choosesProcedure = !config.procedure;
  return [choosesProcedure && "procedure", choosesProvider() && "provider", "time", "details"].filter(Boolean);
}

function stepLine(name) {
  const step = steps().indexOf(name) + 1;
  return step ? h("p", { class: "step" }, label("step", { step, steps: steps().length })) : null;
}

function backButton(name) {
  const isBackPossible = name === "waitlist" || steps().indexOf(name) > 0;
  return isBackPossible ? button(label("back"), () => history.back(), { class: "back" }) : null;
}

/** Return what to show to somebody who comes back to `name`. */
function reachable(name) {
  if (visit.appointment) return "done";
  if (current === "waitlisted") return "waitlisted";
  if (name === "procedure" && !config.procedure) return name;
  if (!visit.procedure) return null;
  if (name === "details" && !visit.hold) return "time";
  return name in screens && !["done", "waitlisted", "procedure"].includes(name) ? name : firstScreen();
}

function firstScreen() {
  return choosesProvider() ? "provider" : "time";
}

/** Fill `body` from the answer, unless another screen is shown by then. */
async function load(body, question, build) {
  const waiting = h("p", { class: "loading", role: "status" }, label("loading"));
  body.replaceChildren(waiting);
  try {
    const answer = await question();
    if (!body.isConnected) return;
    body.replaceChildren();
    build(answer);
  } catch (error) {
    if (!body.isConnected) return;
    body.replaceChildren(trouble(error, { retry: () => load(body, question, build) }));
  }
}

// Procedure and provider

function procedureScreen({ heading, body }) {
  heading.textContent = label("chooseProcedure");
  load(body, () => ask("BookingProcedures", { locale: config.locale, partner: config.partner }), ({ procedures }) => {
    const bookable = procedures.nodes.filter((node) => node.booking && node.embed);
    if (!bookable.length) return body.append(h("p", {}, label("nothingBookable")), phoneLine() ?? "");
    body.append(choices(bookable.map((node) => choice({
      title: node.title,
      hint: `${label("minutes", { count: node.booking.durationMinutes })} · ${node.summary}`,
      onclick: ({ currentTarget }) => once(currentTarget, () => chooseProcedure(node.slug)),
    }))));
  });
}

async function chooseProcedure(slug) {
  try {
    Object.assign(visit, { provider: undefined, day: null });
    await loadProcedure(slug);
    go(firstScreen());
  } catch (error) {
    notify(trouble(error, { retry: () => once(null, () => chooseProcedure(slug)) }));
  }
}

async function loadProcedure(slug) {
  const { procedure } = await ask("BookingProcedure", { slug, locale: config.locale });
  if (!procedure?.booking) throw new Unavailable();
  visit.procedure = procedure;
  visit.duration = procedure.booking.durationMinutes;
  const wanted = procedure.providers.nodes.find((one) => one.slug === config.provider?.slug);
  if (wanted) visit.provider = wanted;
  months.clear();
}

/** Nobody is asked to choose between one. */
function choosesProvider() {
  if (!visit.procedure) return !config.provider;
  const { nodes } = visit.procedure.providers;
  return nodes.length > 1 && !nodes.some((one) => one.slug === config.provider?.slug);
}

function providerScreen({ heading, body }) {
  heading.textContent = label("chooseProvider");
  body.append(
    h("p", { class: "lead" }, visit.procedure.title),
    choices([
      choice({ title: label("anyone"), hint: label("anyoneHint"), onclick: () => chooseProvider(null) }),
      ...visit.procedure.providers.nodes.map((one) => choice({
        title: one.title,
        hint: [one.acceptingNewPatients ? null : label("notNew"), ...hoursOf(one)].filter(Boolean).join(" · "),
        onclick: () => chooseProvider(one),
      })),
    ]),
  );
}

const MONDAY = "2024-01-01";
const WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/** Return lines such as "Denver: Tuesday and Thursday". */
function hoursOf(provider) {
  const list = new Intl.ListFormat(tag, { type: "conjunction" });
  return visit.procedure.offeredOn.filter((one) => one.provider.id === provider.id).map(({ location, weekdays }) => {
    const days = weekdays.map((day) => dayWords(plusDays(MONDAY, WEEKDAYS.indexOf(day)), { weekday: "long" }));
    return `${location.name}: ${list.format(days)}`;
  });
}

function chooseProvider(provider) {
  if (visit.provider !== provider) Object.assign(visit, { provider, day: null });
  months.clear();
  go("time");
}

const choices = (items) => h("ul", { class: "choices" }, items.map((item) => h("li", {}, item)));

function choice({ title, hint, onclick }) {
  return button(
    [h("span", { class: "title" }, title), hint ? h("span", { class: "hint" }, hint) : ""], onclick, { class: "choice" },
  );
}

// Day and time

/** How many times are free, by month and day. Forgotten whenever one turns out to be taken. */
const months = new Map();
let nextStart = null;

/** Where the visit can take place, as far as that is settled. */
function places() {
  const { offeredOn } = visit.procedure;
  const possible = offeredOn.filter((one) => !visit.provider || one.provider.id === visit.provider.id)
    .map((one) => one.location);
  const wanted = possible.filter((one) => one.slug === config.location?.slug);
  return wanted.length ? wanted : possible;
}

/** The zone of the calendar's dates: that of the places, where they share one. */
function calendarZone() {
  const zones = new Set(places().map((one) => one.timeZone));
  return zones.size === 1 ? [...zones][0] : config.clinic.timeZone;
}

function wish() {
  const wanted = places().find((one) => one.slug === config.location?.slug);
  return { procedure: visit.procedure.id, provider: visit.provider?.id, location: wanted?.id };
}

/** What is asked about free times. */
const asked = (window) => ({ input: { ...wish(), ...window, durationMinutes: visit.duration, timeZone: calendarZone() } });

const today = () => dateIn(calendarZone(), Date.now());
const lastBookableDay = () => plusDays(today(), visit.procedure.booking.horizonDays);

/** Read the days of two months at once: most people find a time there. */
async function loadMonths(month) {
  if (months.has(month)) return;
  const from = `${month}-01` < today() ? today() : `${month}-01`;
  const { availability } = await ask("BookingDays", asked({ from, to: lastDayOf(plusMonths(month, 1)) }));
  if (month === monthOf(today())) ({ nextStart } = availability);
  months.set(month, new Map());
  months.set(plusMonths(month, 1), new Map());
  for (const day of availability.days) months.get(monthOf(day.date)).set(day.date, day.starts.length);
}

const freeTimes = (date) => months.get(monthOf(date))?.get(date) ?? 0;

function timeScreen({ heading, body }) {
  heading.textContent = label("chooseTime");
  const { provider, procedure } = visit;
  const lead = provider ? `${procedure.title} ${label("with", { provider: provider.title })}` : procedure.title;
  const times = h("div", { class: "body" });
  body.append(h("p", { class: "lead" }, lead), durationChoice(() => loadCalendar(times)) ?? "", times);
  loadCalendar(times);
}

function loadCalendar(body) {
  load(body, async () => {
    await loadMonths(monthOf(today()));
    if (nextStart) await loadMonths(monthOf(visit.day ?? dateIn(calendarZone(), nextStart)));
  }, () => {
    if (!nextStart && !visit.hold) return body.append(nothingFree());
    const next = nextStart ?? visit.hold.slot.startsAt;
    visit.day ??= dateIn(calendarZone(), next);
    body.append(
      nextButton(next),
      h("div", { class: "when" }, h("div", { id: "calendar" }), h("div", { id: "times" })),
      h("p", { class: "aside" }, `${label("nothingFits")} `,
        button(label("joinWaitlist"), () => go("waitlist"), { class: "link" })),
    );
    showMonth(monthOf(visit.day));
    showTimes();
  });
}

function durationChoice(onchange) {
  const { durations } = visit.procedure.booking;
  if (durations.length < 2) return null;
  const choose = (minutes) => {
    Object.assign(visit, { duration: minutes, day: null });
    months.clear();
    onchange();
  };
  return h("fieldset", { class: "durations" }, h("legend", {}, label("howLong")), durations.map((minutes) => h("label", {},
    h("input", { type: "radio", name: "duration", checked: minutes === visit.duration, onchange: () => choose(minutes) }),
    h("span", {}, label("minutes", { count: minutes })))));
}

function nothingFree() {
  return h("div", { class: "notice" },
    h("p", {}, label("nothingFree")),
    button(label("joinWaitlist"), () => go("waitlist"), { class: "main" }),
    phoneLine());
}

function nextButton(next) {
  const zone = calendarZone();
  const when = words(next, zone, { weekday: "short", month: "short", day: "numeric", ...TIME });
  const jump = async () => {
    visit.day = dateIn(zone, next);
    showMonth(monthOf(visit.day));
    await showTimes();
    byId("times")?.querySelector("button")?.focus();
  };
  return button(label("nextFree", { when }), jump, { class: "quiet next" });
}

/** Return 0 for Sunday to 6 for Saturday: the day with which weeks begin in the patient's region. */
function firstWeekday() {
  return (new Intl.Locale(tag).getWeekInfo?.().firstDay ?? (language === "en" ? 7 : 1)) % 7;
}

function showMonth(month, { focus } = {}) {
  const name = words(noon(`${month}-01`), "UTC", MONTH);
  const step = (months, text, sign, id) => button(
    h("span", { "aria-hidden": "true" }, sign), () => turnTo(plusMonths(month, months), id),
    { class: "turn", id, "aria-label": text, "aria-disabled": String(!isMonthOpen(plusMonths(month, months))) },
  );
  const free = [...months.get(month)?.values() ?? []].some(Boolean);
  byId("calendar").replaceChildren(
    h("div", { class: "month" },
      step(-1, label("previousMonth"), "‹", "earlier"), h("h2", { id: "month" }, name), step(1, label("nextMonth"), "›", "later")),
    calendarTable(month),
    free ? "" : h("p", { class: "hint" }, label("noTimesInMonth")),
  );
  if (focus) byId(focus)?.focus();
}

const isMonthOpen = (month) => month >= monthOf(today()) && month <= monthOf(lastBookableDay());

async function turnTo(month, focus) {
  if (!isMonthOpen(month)) return;
  await once(byId(focus), async () => {
    try {
      await loadMonths(month);
      if (!byId("calendar")) return;
      showMonth(month, { focus });
      const count = [...months.get(month).values()].filter(Boolean).length;
      announce(label("freeDays", { month: byId("month").textContent, count }));
    } catch (error) {
      notify(trouble(error, { retry: () => turnTo(month, focus) }));
    }
  });
}

function calendarTable(month) {
  const first = plusDays(`${month}-01`, -((noon(`${month}-01`).getUTCDay() - firstWeekday() + 7) % 7));
  const week = (start) => Array.from({ length: 7 }, (_, index) => plusDays(start, index));
  const weeks = [];
  for (let start = first; start <= lastDayOf(month); start = plusDays(start, 7)) weeks.push(week(start));
  const days = Array.from({ length: 31 }, (_, index) => plusDays(`${month}-01`, index)).filter((day) => monthOf(day) === month);
  // The Tab key leads to one day, arrow keys to the others.
  const entry = monthOf(visit.day) === month ? visit.day : days.find(freeTimes) ?? days[0];
  const head = h("tr", {}, week(first).map((date) => h("th", { scope: "col", abbr: dayWords(date, { weekday: "long" }) },
    dayWords(date, { weekday: "short" }))));
  const cell = (date) => h("td", {}, monthOf(date) === month ? dayButton(date, { isEntry: date === entry }) : "");
  return h("table", { role: "grid", "aria-labelledby": "month", onkeydown: moveByKey },
    h("thead", {}, head), h("tbody", {}, weeks.map((dates) => h("tr", {}, dates.map(cell)))));
}

function dayButton(date, { isEntry }) {
  const count = freeTimes(date);
  const isChosen = date === visit.day;
  const free = count ? label("timesFree", { count }) : label("noTimes");
  return button(String(Number(date.slice(8))), () => count && chooseDay(date), {
    class: "day",
    "data-date": date,
    "aria-label": `${dayWords(date)}, ${free}`,
    "aria-pressed": String(isChosen),
    "aria-disabled": count ? null : "true",
    "aria-current": date === today() ? "date" : null,
    tabindex: isEntry ? "0" : "-1",
  });
}

function moveByKey(event) {
  const { date } = event.target.dataset;
  const weekday = date && (noon(date).getUTCDay() - firstWeekday() + 7) % 7;
  const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday, End: 6 - weekday };
  if (event.key === "PageUp" || event.key === "PageDown") {
    event.preventDefault();
    return byId(event.key === "PageUp" ? "earlier" : "later").click();
  }
  if (!date || !(event.key in moves)) return undefined;
  event.preventDefault();
  const target = stage.querySelector(`[data-date="${plusDays(date, moves[event.key])}"]`);
  if (!target) return undefined;
  for (const other of stage.querySelectorAll(".day[tabindex='0']")) other.tabIndex = -1;
  target.tabIndex = 0;
  return target.focus();
}

async function chooseDay(date) {
  visit.day = date;
  showMonth(monthOf(date));
  stage.querySelector(`[data-date="${date}"]`)?.focus();
  await showTimes();
  announce(`${dayWords(date)}: ${label("timesFree", { count: byId("times")?.querySelectorAll("button").length ?? 0 })}`);
}

async function showTimes() {
  const date = visit.day;
  const box = byId("times");
  await load(box, () => ask("BookingTimes", asked({ from: date, to: date })), ({ availability }) => {
    if (visit.day !== date) return;
    const slots = availability.days.flatMap((day) => day.slots).filter((slot) => slot.token !== visit.hold?.slot.token);
    const isKept = isHoldUsable() && minutesOf(visit.hold.slot) === visit.duration;
    if (isKept && dateIn(calendarZone(), visit.hold.slot.startsAt) === date) slots.push(visit.hold.slot);
    slots.sort((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt));
    box.append(h("h2", {}, dayWords(date)), ...(slots.length ? timeLists(slots) : [h("p", {}, label("dayIsFull"))]));
  });
}

function timeLists(slots) {
  const byPlace = new Map();
  for (const slot of slots) byPlace.set(slot.location.id, [...(byPlace.get(slot.location.id) ?? []), slot]);
  return [...byPlace.values()].flatMap((some) => {
    const [{ startsAt, location: place }] = some;
    const clinic = zoneName(place.timeZone, startsAt);
    const isElsewhere = some.some((slot) => !isSameTime(slot.startsAt, place.timeZone, PATIENT_ZONE));
    const zones = { clinic, yours: zoneName(PATIENT_ZONE, startsAt) };
    return [
      places().length > 1 || byPlace.size > 1 ? h("h3", {}, place.name) : null,
      h("p", { class: "hint" }, isElsewhere ? label("bothZones", zones) : label("clinicZone", { zone: clinic })),
      h("ul", { class: "slots" }, some.map((slot) => h("li", {}, slotButton(slot, some)))),
    ].filter(Boolean);
  });
}

/** Return the time at the place, with its zone where clocks that are put back show it twice. */
function slotTime({ startsAt, location: { timeZone } }, beside) {
  const shown = clock(startsAt, timeZone);
  const isTwice = beside.filter((other) => clock(other.startsAt, timeZone) === shown).length > 1;
  return isTwice ? words(startsAt, timeZone, { ...TIME, timeZoneName: "short" }) : shown;
}

function slotButton(slot, beside, { withDay = false } = {}) {
  const { timeZone } = slot.location;
  const yours = patientTime(slot.startsAt, timeZone);
  const isHeld = visit.hold?.slot.token === slot.token && isHoldUsable();
  return button([
    withDay ? h("span", { class: "day-of" }, words(slot.startsAt, timeZone, { weekday: "short", month: "short", day: "numeric" }), " ") : "",
    h("span", { class: "time" }, slotTime(slot, beside)),
    yours ? h("span", { class: "yours" }, " ", label("yours", { time: yours })) : "",
    isHeld ? h("span", { class: "yours" }, " ", label("keptForYou")) : "",
  ], ({ currentTarget }) => chooseSlot(slot, currentTarget), { class: "slot" });
}

// Hold

const secondsLeft = () => (visit.hold ? Math.max(0, Math.ceil((visit.hold.endsAt - Date.now()) / 1000)) : 0);
const minutesOf = ({ startsAt, endsAt }) => (Date.parse(endsAt) - Date.parse(startsAt)) / 60_000;
const isHoldUsable = () => secondsLeft() > 0;

function chooseSlot(slot, control) {
  if (visit.hold?.slot.token === slot.token && isHoldUsable()) {
    if (!isBusy && current !== "details") go("details");
    return undefined;
  }
  announce(label("reserving"));
  return once(control, async () => {
    try {
      const result = await hold(slot);
      if (result.token) return afterHold();
      months.clear();
      return await offerOthers(result);
    } catch (error) {
      return notify(trouble(error, { retry: () => chooseSlot(slot, null) }));
    }
  });
}

function afterHold() {
  if (current === "details") return show("details");
  tell("booking.started", { procedure: visit.procedure.slug });
  return go("details");
}

/** Hold `slot` in place of what is held. */
async function hold(slot) {
  const input = { slotToken: slot.token, provider: visit.provider?.id, replaces: visit.hold?.token };
  let result = await change("BookingHold", "holdSlot", input);
  if (result.code === "NOT_FOUND" && input.replaces) {
    result = await change("BookingHold", "holdSlot", { ...input, replaces: undefined });
  }
  if (result.token) {
    visit.hold = { token: result.token, endsAt: Date.now() + result.secondsLeft * 1000, slot: { ...result.slot, token: slot.token } };
    visit.day = dateIn(calendarZone(), slot.startsAt);
    months.clear();
  }
  return result;
}

const REASONS = {
  SLOT_TAKEN: "taken",
  HOLD_EXPIRED: "holdLost",
  NOT_FOUND: "holdLost",
  NOT_OFFERED: "notOffered",
  TOO_FAR: "notOffered",
  TOO_SOON: "tooSoon",
  DAILY_LIMIT: "dayFull",
  RATE_LIMITED: "tooManyHolds",
  INVALID_STATE: "alreadyUsed",
};

async function offerOthers(/** @type {Refusal} */ refusal, { isRenewal = false } = {}) {
  const reason = REASONS[refusal.code] ?? "refused";
  const key = isRenewal && reason === "tooManyHolds" ? "heldLongest" : reason;
  const hasChoice = !["tooManyHolds", "heldLongest", "alreadyUsed"].includes(key);
  const others = refusal.alternatives?.length || !hasChoice ? refusal.alternatives ?? [] : await nearestTimes().catch(() => []);
  const isOnDetails = current === "details";
  if (isOnDetails && hasChoice) stage.querySelector(".summary")?.remove();
  notify(h("div", { class: "notice", role: "alert" },
    h("p", {}, h("strong", {}, label(key))),
    others.length ? h("p", {}, label(isOnDetails ? "detailsKept" : "otherTimes")) : null,
    others.length ? h("ul", { class: "slots wide" }, others.map((slot) => h("li", {}, slotButton(slot, others, { withDay: true })))) : null,
    hasChoice ? null : phoneLine(),
    isOnDetails && hasChoice && button(label("allTimes"), () => history.back(), { class: "link" })));
  byId("notices").querySelector("button, a")?.focus();
  // Where they cannot be read either, what is shown stays.
  if (current === "time") refreshTimes().catch(trouble);
}

async function nearestTimes() {
  const { procedure, provider, location: place } = wish();
  const { nextAvailable } = await ask("BookingNext", { procedure, provider, location: place, durationMinutes: visit.duration });
  return nextAvailable;
}

async function refreshTimes() {
  const shown = visit.day;
  await loadMonths(monthOf(today()));
  await loadMonths(monthOf(shown));
  if (current !== "time" || visit.day !== shown) return;
  showMonth(monthOf(shown));
  showTimes();
}

let countdown = 0;

function stopCountdown() {
  clearInterval(countdown);
}

/** Show how long the time is kept; say it aloud rarely, so that nobody is hurried. */
function holdLine() {
  const timer = h("span", { class: "timer", role: "timer", "aria-live": "off" });
  const text = h("span", {}, `${label("held")} `, timer, ".");
  const renew = button(label("holdLonger"), ({ currentTarget }) => renewHold(currentTarget), { class: "link" });
  const change = button(label("changeTime"), () => history.back(), { class: "link" });
  const line = h("div", { class: "hold" }, h("p", {}, text), h("p", { class: "links" }, renew, change));
  const tick = () => {
    const left = secondsLeft();
    timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    line.classList.toggle("soon", left <= 60);
    if (left === 120 || left === 60 || left === 30) {
      announce(label("heldLeft", { time: duration(left), button: label("holdLonger") }));
    }
    if (left > 0) return;
    stopCountdown();
    text.textContent = label("holdOver");
    renew.textContent = label("holdAgain");
    announce(label("holdOver"));
  };
  stopCountdown();
  countdown = setInterval(tick, 1000);
  tick();
  return line;
}

function renewHold(control) {
  return once(control, async () => {
    try {
      const result = await hold(visit.hold.slot);
      if (!result.token) return await offerOthers(result, { isRenewal: true });
      const line = holdLine();
      stage.querySelector(".hold").replaceWith(line);
      line.querySelector("button").focus();
      return announce(label("holdRenewed", { time: duration(secondsLeft()) }));
    } catch (error) {
      return notify(trouble(error, { retry: () => renewHold(null) }));
    }
  });
}

// Details

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;
const PHONE = /^[\d\s+().\-/]*$/;

/** Return the label of a complaint about a field's value. */
const rules = {
  name: (value) => (value ? value.length > 120 && "nameWrong" : "nameMissing"),
  email: (value) => (value ? (!EMAIL.test(value) || value.length > 254) && "emailWrong" : "emailMissing"),
  phone: (value) => (!PHONE.test(value) || value.length > 40) && "phoneWrong",
  note: (value) => value.length > 1000 && "noteWrong",
};

function detailsScreen({ heading, body }) {
  heading.textContent = label("details");
  const isRequest = visit.procedure.booking.requiresConfirmation;
  body.append(
    visitSummary(),
    h("form", { novalidate: true, onsubmit: submitDetails },
      h("div", { id: "problems" }),
      field("name", { autocomplete: "name", required: true }),
      field("email", { type: "email", autocomplete: "email", inputmode: "email", required: true }),
      field("phone", { type: "tel", autocomplete: "tel", inputmode: "tel" }),
      field("note", { tag: "textarea", rows: "3", hint: "noteHint" }),
      isRequest ? h("p", { class: "hint" }, label("requestHint")) : null,
      h("p", { class: "hint" }, label("privacy")),
      h("button", { type: "submit", class: "main" }, label(isRequest ? "confirmRequest" : "confirm"))),
  );
}

function visitSummary() {
  const { slot } = visit.hold;
  const [day, ...times] = whenLines(slot);
  const who = slot.providers?.[0]?.title ?? visit.provider?.title;
  return h("section", { class: "summary", "aria-label": label("yourVisit") },
    h("p", { class: "title" }, visit.procedure.title, who ? ` ${label("with", { provider: who })}` : ""),
    h("p", {}, h("strong", {}, day)),
    times.map((line) => h("p", {}, line)),
    visit.procedure.booking.durations.length > 1 ? h("p", {}, label("minutes", { count: minutesOf(slot) })) : "",
    h("p", {}, slot.location.name),
    holdLine());
}

/** A labelled field. What is typed is kept for when the screen is left. */
function field(name, { tag = "input", hint, required = false, values = visit.patient, ...attributes }) {
  const input = h(tag, {
    id: name, name, class: "input", ...attributes,
    "aria-required": required ? "true" : null,
    "aria-describedby": hint ? `${name}-hint` : null,
    oninput: () => { values[name] = input.value; },
  });
  input.value = values[name] ?? "";
  return h("div", { class: "field" },
    h("label", { for: name }, label(name), required ? "" : h("span", { class: "optional" }, ` (${label("optional")})`)),
    hint ? h("p", { class: "hint", id: `${name}-hint` }, label(hint)) : null,
    input);
}

/** Complain beside the fields, and in a list above that gets the focus. */
function showProblems(/** @type {Record<string, string>} */ problems) {
  for (const input of stage.querySelectorAll(".input")) complainAt(input, problems[input.name]);
  const entries = Object.entries(problems);
  byId("problems").replaceChildren(entries.length ? h("div", { class: "notice", tabindex: "-1", role: "alert" },
    h("p", {}, label("problems", { count: entries.length })),
    h("ul", {}, entries.map(([name, key]) => h("li", {}, h("a", { href: `#${name}`, onclick: (event) => {
      event.preventDefault();
      byId(name).focus();
    } }, label(key)))))) : "");
  byId("problems").firstElementChild?.focus();
}

function complainAt(input, key) {
  byId(`${input.name}-problem`)?.remove();
  const hint = byId(`${input.name}-hint`) ? `${input.name}-hint` : null;
  input.toggleAttribute("aria-invalid", false);
  const described = [hint, key && `${input.name}-problem`].filter(Boolean).join(" ");
  if (described) input.setAttribute("aria-describedby", described);
  else input.removeAttribute("aria-describedby");
  if (!key) return;
  input.setAttribute("aria-invalid", "true");
  input.before(h("p", { class: "problem", id: `${input.name}-problem` }, label(key)));
}

const trimmed = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));

function problemsOf(values, names) {
  return Object.fromEntries(names.map((name) => [name, rules[name](values[name])]).filter(([, key]) => key));
}

/** The server names the field at fault: `patient.email`. */
function problemAt(path) {
  const name = path?.split(".").pop();
  return name in rules ? { [name]: `${name}Wrong` } : null;
}

function submitDetails(event) {
  event.preventDefault();
  const values = trimmed(visit.patient);
  const problems = problemsOf(values, ["name", "email", "phone", "note"]);
  showProblems(problems);
  if (!Object.keys(problems).length) book(values, event.submitter ?? stage.querySelector(".main"));
}

function book({ name, email, phone, note }, control) {
  const input = { holdToken: visit.hold.token, patient: { name, email, phone: phone || undefined }, note: note || undefined, language: config.locale };
  return once(control, async () => {
    notify();
    const text = control?.textContent;
    if (control) control.textContent = label("sending");
    try {
      await afterBooking(await change("BookingBook", "bookAppointment", input));
    } catch (error) {
      notify(trouble(error, { retry: () => book({ name, email, phone, note }, control), unreachable: "unreachableSaving" }));
      byId("trouble").querySelector("button")?.focus();
    } finally {
      if (control) control.textContent = text;
    }
  });
}

async function afterBooking(result) {
  if (result.reference) {
    visit.appointment = result;
    stopCountdown();
    tell("booking.completed", { procedure: visit.procedure.slug, start: result.startsAt });
    return finish("done");
  }
  if (result.code === "INVALID_INPUT" && problemAt(result.field)) return showProblems(problemAt(result.field));
  months.clear();
  return offerOthers(result);
}

// Done

function doneScreen({ heading, body }) {
  const { appointment } = visit;
  const isRequest = appointment.status === "REQUESTED";
  heading.textContent = label(isRequest ? "requested" : "booked");
  const row = (key, ...lines) => h("div", {}, h("dt", {}, label(key)), lines.map((line) => h("dd", {}, line)));
  body.append(
    h("div", { class: isRequest ? "banner" : "banner good" },
      h("p", {}, label(isRequest ? "requestedHint" : "keepReference")),
      h("p", { class: "reference" }, `${label("reference")}: `, h("strong", {}, appointment.reference))),
    h("dl", { class: "facts" },
      row("what", appointment.procedure.title),
      row("who", appointment.provider.title),
      row("when", ...whenLines(appointment)),
      row("where", appointment.location.name, ...[addressOf(appointment)].filter(Boolean))),
    h("p", { class: "actions" },
      h("a", { class: "button main", href: calendarFile(appointment), download: "visit.ics" }, label("calendarFile")),
      button(label("another"), () => location.reload(), { class: "quiet" })),
    h("h2", {}, label("change")),
    ...howToChange(appointment),
  );
}

const addressOf = ({ location: { address: { street, city, region, postalCode } } }) =>
  [street, city, `${region} ${postalCode}`.trim()].filter(Boolean).join(", ");

function howToChange(appointment) {
  const { canRescheduleUntil, canCancelUntil, manageToken, location: { timeZone, phone } } = appointment;
  const until = (instant) => words(instant, timeZone, { ...DAY, ...TIME });
  const number = phone || config.clinic.phone;
  return [
    canRescheduleUntil && canCancelUntil ? h("p", {}, label(
      canRescheduleUntil === canCancelUntil ? "changeBothUntil" : "changeUntil",
      { move: until(canRescheduleUntil), cancel: until(canCancelUntil) },
    )) : "",
    h("p", {}, `${label("changeByPhone")} `, number ? h("a", { href: `tel:${number}` }, number) : ""),
    manageToken && config.manageUrl ? h("p", {},
      h("a", { href: manageLink(manageToken), target: "_blank", rel: "noreferrer" }, label("changeOnline")), ` ${label("changeByLink")}`) : "",
    manageToken && !config.manageUrl ? h("details", {},
      h("summary", {}, label("manageCode")), h("p", { class: "hint" }, label("manageCodeHint")), h("code", {}, manageToken)) : "",
  ];
}

/** Behind the #, where no server and no log sees it. */
const manageLink = (token) => `${config.manageUrl}#token=${encodeURIComponent(token)}`;

/** Return the address of a calendar file (RFC 5545) that is made here. */
function calendarFile(appointment) {
  const { reference, status, startsAt, endsAt, manageToken, procedure, provider, location: place } = appointment;
  const stamp = (instant) => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, "");
  const about = [
    `${label("reference")}: ${reference}`, provider.title, config.clinic.phone,
    manageToken && config.manageUrl && `${label("changeOnline")}: ${manageLink(manageToken)}`,
  ].filter(Boolean).join("\n");
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Clinic CMS//Booking//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
    `UID:${reference}@${location.hostname}`, `DTSTAMP:${stamp(Date.now())}`,
    `DTSTART:${stamp(startsAt)}`, `DTEND:${stamp(endsAt)}`,
    `SUMMARY:${escaped(`${procedure.title}, ${config.clinic.name}`)}`,
    `LOCATION:${escaped([place.name, addressOf(appointment)].filter(Boolean).join(", "))}`,
    `DESCRIPTION:${escaped(about)}`,
    `STATUS:${status === "REQUESTED" ? "TENTATIVE" : "CONFIRMED"}`,
    "END:VEVENT", "END:VCALENDAR",
  ];
  const text = lines.map(folded).map((line) => `${line}\r\n`).join("");
  return URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" }));
}

const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** Break a line after at most 75 bytes, never inside a character. */
function folded(line) {
  const encoder = new TextEncoder();
  let out = "";
  let size = 0;
  for (const character of line) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > 75) {
      out += "\r\n ";
      size = 1;
    }
    out += character;
    size += bytes;
  }
  return out;
}

// Waitlist

const wishes = { firstDay: "", lastDay: "" };

function waitlistScreen({ heading, body }) {
  heading.textContent = label("waitlist");
  wishes.firstDay ||= today();
  wishes.lastDay ||= plusDays(today(), 28);
  const day = (name) => field(name, { type: "date", required: true, values: wishes, min: today(), max: lastBookableDay() });
  body.append(
    h("p", { class: "lead" }, visit.procedure.title),
    h("p", {}, label("waitlistHint")),
    h("form", { novalidate: true, onsubmit: submitWaitlist },
      h("div", { id: "problems" }),
      h("div", { class: "pair" }, day("firstDay"), day("lastDay")),
      field("name", { autocomplete: "name", required: true }),
      field("email", { type: "email", autocomplete: "email", inputmode: "email", required: true }),
      field("phone", { type: "tel", autocomplete: "tel", inputmode: "tel" }),
      h("p", { class: "hint" }, label("privacy")),
      h("button", { type: "submit", class: "main" }, label("joinWaitlist"))),
  );
}

function submitWaitlist(event) {
  event.preventDefault();
  const { name, email, phone } = trimmed(visit.patient);
  const problems = problemsOf({ name, email, phone }, ["name", "email", "phone"]);
  const { firstDay, lastDay } = wishes;
  const isWindow = firstDay && lastDay && firstDay <= lastDay && lastDay <= plusDays(firstDay, 91);
  if (!isWindow) problems.lastDay = "datesWrong";
  showProblems(problems);
  if (Object.keys(problems).length) return;
  const { procedure, provider, location: place } = wish();
  const patient = { name, email, phone: phone || undefined };
  // Who wants the usual length gets whatever is usual by then.
  const isUsual = visit.duration === visit.procedure.booking.durationMinutes;
  const durationMinutes = isUsual ? undefined : visit.duration;
  join({ procedure, provider, location: place, durationMinutes, from: firstDay, to: lastDay, patient }, event.submitter);
}

function join(input, control) {
  return once(control, async () => {
    try {
      const result = await change("BookingWaitlist", "joinWaitlist", input);
      if (result.reference) {
        visit.waitlist = result;
        return finish("waitlisted");
      }
      if (problemAt(result.field)) return showProblems(problemAt(result.field));
      return notify(h("div", { class: "notice", role: "alert" },
        h("p", {}, label(result.field ? "datesWrong" : "refused")), phoneLine()));
    } catch (error) {
      return notify(trouble(error, { retry: () => join(input, control) }));
    }
  });
}

function waitlistedScreen({ heading, body }) {
  heading.textContent = label("waitlisted");
  const { position, reference } = visit.waitlist;
  body.append(h("div", { class: "banner good" },
    h("p", {}, h("strong", {}, label("waitlistPlace", { position, reference }))), h("p", {}, label("waitlistNext"))));
}

// Start

/** The page around may turn light or dark while somebody books. */
addEventListener("message", ({ source, origin, data }) => {
  if (source !== window.parent || !config.origins.includes(origin) || data?.source !== "clinic-host" || data.v !== 1) return;
  if (data.type !== "scheme" || data.id !== parameters.get("frame")) return;
  document.documentElement.dataset.scheme = String(data.scheme ?? config.theme?.scheme ?? "auto");
});

addEventListener("popstate", ({ state }) => {
  const name = reachable(state?.screen);
  if (name) show(name);
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) tell("close");
});

async function start() {
  applyTheme(config.theme);
  watchSize();
  try {
    if (config.procedure) await loadProcedure(config.procedure.slug);
    const first = visit.procedure ? firstScreen() : "procedure";
    history.replaceState({ screen: first }, "");
    show(first, { isFirst: true });
  } catch (error) {
    stage.removeAttribute("aria-busy");
    const title = config.procedure ? label("titleFor", { procedure: config.procedure.title }) : label("title");
    stage.replaceChildren(h("h1", {}, title), trouble(error, { retry: start }));
  }
  tell("ready");
}

start();
