// Times of visits. Instants are UTC; `localStart` is what a clock on the wall shows, and no instant.

/** The zone of whoever reads the page. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The city that names a zone, such as New York. */
export function cityOf(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}

/** The calendar day of an instant in a zone, such as 2027-03-09. */
export function dayIn(zone: string, instant: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(instant);
  const value = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${value("year")}-${value("month")}-${value("day")}`;
}

/** Whether this is a calendar day, as an address may say anything. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && atNoon(text).toJSON()?.slice(0, 10) === text;
}

/** Another calendar day. */
export function addDays(day: string, count: number): string {
  const date = atNoon(day);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** How many days lie from one calendar day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((atNoon(to).getTime() - atNoon(from).getTime()) / 86_400_000);
}

/** “Tuesday, March 9”, or shorter. */
export function dayName(day: string, language: string, style: Intl.DateTimeFormatOptions = LONG_DAY): string {
  return new Intl.DateTimeFormat(language, { ...style, timeZone: "UTC" }).format(atNoon(day));
}

/** “9:00 AM” of a wall-clock time such as 2027-03-09T09:00. */
export function timeOf(localStart: string, language: string): string {
  return new Intl.DateTimeFormat(language, { ...CLOCK, timeZone: "UTC" }).format(new Date(`${localStart}Z`));
}

interface WallTime {
  startsAt: string;
  localStart: string;
  timeZone: string;
}

/** “9:00 AM” of each, with the zone where clocks that are put back show a time twice. */
export function wallTimes(slots: readonly WallTime[], language: string): string[] {
  return slots.map(({ startsAt, localStart, timeZone }) => {
    const isTwice = slots.some((other) => other.localStart === localStart && other.startsAt !== startsAt);
    const style = { ...CLOCK, timeZone, timeZoneName: "short" } as const;
    return isTwice ? new Intl.DateTimeFormat(language, style).format(new Date(startsAt)) : timeOf(localStart, language);
  });
}

/** “Tuesday, March 9, 9:00 AM” of an instant in a zone. */
export function momentIn(zone: string, instant: string, language: string): string {
  return new Intl.DateTimeFormat(language, { ...LONG_DAY, ...CLOCK, timeZone: zone }).format(new Date(instant));
}

/** The same, short: “Tue, Mar 9, 9:00 AM”. */
export function shortMoment(zone: string, instant: string, language: string): string {
  const style: Intl.DateTimeFormatOptions = { weekday: "short", month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(language, { ...style, ...CLOCK, timeZone: zone }).format(new Date(instant));
}

/** “9:00 AM” of an instant in a zone. */
export function clockIn(zone: string, instant: string, language: string): string {
  return new Intl.DateTimeFormat(language, { ...CLOCK, timeZone: zone }).format(new Date(instant));
}

/** Whether clocks in two zones show something else at an instant. */
export function differ(one: string, other: string, instant: string): boolean {
  return momentIn(one, instant, "en") !== momentIn(other, instant, "en");
}

/** “4:09”, and from an hour on “1:04:09” */
export function countdown(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = hours ? [hours, twoDigits(minutes)] : [minutes];
  return [...shown, twoDigits(rest)].join(":");
}

const LONG_DAY: Intl.DateTimeFormatOptions = { weekday: "long", month: "long", day: "numeric" };
const CLOCK: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function atNoon(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}
