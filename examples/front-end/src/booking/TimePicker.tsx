import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { AvailabilityInput, FreeSlotFragment } from "../api/generated/graphql";
import { useSite } from "../app";
import { CallUs } from "../parts/CallUs";
import { addDays, cityOf, clockIn, dayIn, dayName, daysBetween, differ, ownZone, wallTimes } from "../times";
import { type FreeTimes, useFreeTimes } from "./free-times";

const DAYS = 7;

interface TimePickerProps {
  wanted: Omit<AvailabilityInput, "from" | "to" | "timeZone">;
  /** The zone of the place of the visit. */
  clinicZone: string;
  /** The place that is known already: another one is named beside each of its times. */
  settled?: string | undefined;
  /** The day that is looked at; the first free one from there on where it has nothing. */
  day: string;
  onDay(day: string): void;
  /** The token of the slot that is being taken. */
  busy: string | null;
  /** Changes when free times have to be asked for again. */
  turn: number;
  /** Where to wait for another time. */
  waitlist?: string;
  onChoose(slot: FreeSlotFragment): void;
}

/** Days with their free times, a week at a time. */
export function TimePicker({ wanted, clinicZone, settled, day, onDay, busy, turn, waitlist, onChoose }: TimePickerProps) {
  const { text } = useSite();
  const [isOwnZone, setOwnZone] = useState(false);
  const [retries, setRetries] = useState(0);
  const zone = isOwnZone ? ownZone() : clinicZone;
  const today = dayIn(zone, new Date());
  const from = addDays(today, Math.max(0, Math.floor(daysBetween(today, day) / DAYS)) * DAYS);
  const input = { ...wanted, from, to: addDays(from, DAYS - 1), timeZone: zone };
  const { times, isLoading, hasFailed } = useFreeTimes(input, turn + retries);
  return (
    <div class="picker" aria-busy={isLoading}>
      <ZoneChoice clinicZone={clinicZone} isOwnZone={isOwnZone} onChange={setOwnZone} />
      <Days times={times} from={from} day={day} today={today} onDay={onDay} />
      <p role="status" class="hidden">
        {isLoading && text.booking.loadingTimes}
      </p>
      {hasFailed && (
        <p class="problem" role="alert">
          {text.failedTitle}{" "}
          <button type="button" class="link" onClick={() => setRetries(retries + 1)}>
            {text.retry}
          </button>
        </p>
      )}
      {times ? (
        <Times
          times={times}
          day={day}
          first={from > today ? today : null}
          zone={zone}
          settled={settled}
          busy={busy}
          waitlist={waitlist}
          onDay={onDay}
          onChoose={onChoose}
        />
      ) : (
        !hasFailed && <p class="times-space">{text.booking.loadingTimes}</p>
      )}
    </div>
  );
}

function ZoneChoice({ clinicZone, isOwnZone, onChange }: { clinicZone: string; isOwnZone: boolean; onChange(isOwn: boolean): void }) {
  const { text } = useSite();
  const own = ownZone();
  if (!differ(clinicZone, own, new Date().toISOString())) {
    return <p class="small">{text.booking.zoneNote(cityOf(clinicZone))}</p>;
  }
  return (
    <fieldset class="zones">
      <legend>{text.booking.zone}</legend>
      <label>
        <input type="radio" name="zone" checked={!isOwnZone} onChange={() => onChange(false)} />
        <span>{text.booking.clinicZone(cityOf(clinicZone))}</span>
      </label>
      <label>
        <input type="radio" name="zone" checked={isOwnZone} onChange={() => onChange(true)} />
        <span>{text.booking.ownZone(cityOf(own))}</span>
      </label>
    </fieldset>
  );
}

/** The day that is shown: the one asked for, or the first with something free. */
function shownDay(times: FreeTimes, day: string) {
  const free = times.days.filter(({ slots }) => slots.length);
  return free.find(({ date }) => date === day) ?? free[0];
}

interface DaysProps {
  times: FreeTimes | null;
  from: string;
  day: string;
  today: string;
  onDay(day: string): void;
}

function Days({ times, from, day, today, onDay }: DaysProps) {
  const { text, language } = useSite();
  const current = times && shownDay(times, day)?.date;
  const counts = new Map(times?.days.map(({ date, slots }) => [date, slots.length]));
  const last = addDays(from, DAYS - 1);
  const style: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
  return (
    <>
      <div class="week">
        <button type="button" class="round" disabled={from <= today} onClick={() => onDay(addDays(from, -DAYS))} aria-label={text.booking.earlier}>
          ‹
        </button>
        <h2>
          {dayName(from, language, style)} – {dayName(last, language, { ...style, year: "numeric" })}
        </h2>
        <button type="button" class="round" onClick={() => onDay(addDays(from, DAYS))} aria-label={text.booking.later}>
          ›
        </button>
      </div>
      <div class="days" role="group" aria-label={text.booking.day}>
        {Array.from({ length: DAYS }, (_, offset) => addDays(from, offset)).map((date) => {
          const count = counts.get(date) ?? 0;
          return (
            <button key={date} type="button" disabled={!count} aria-pressed={date === current} onClick={() => onDay(date)}>
              <span aria-hidden="true">{dayName(date, language, { weekday: "short" })}</span>
              <strong aria-hidden="true">{Number(date.slice(8))}</strong>
              <span class="hidden">{dayName(date, language)}, </span>
              <span class="hidden">{text.booking.free(count)}</span>
              <i aria-hidden="true" class={count ? "dot" : "dot none"} />
            </button>
          );
        })}
      </div>
    </>
  );
}

interface TimesProps extends Pick<TimePickerProps, "settled" | "busy" | "onDay" | "onChoose"> {
  times: FreeTimes;
  day: string;
  /** The first day of all, where earlier ones can be looked at. */
  first: string | null;
  zone: string;
  waitlist: string | undefined;
}

function Times({ times, day, first, zone, settled, busy, waitlist, onDay, onChoose }: TimesProps) {
  const { text, language } = useSite();
  const shown = shownDay(times, day);
  if (!shown) {
    const next = times.nextStart && dayIn(zone, new Date(times.nextStart));
    return <NothingFree next={next} first={first} waitlist={waitlist} onDay={onDay} />;
  }
  const isPlaceShown = times.days.some(({ slots }) => slots.some(({ location }) => location.id !== settled));
  const names = new Map(wallTimes(shown.slots, language).map((name, position) => [shown.slots[position]?.token, name]));
  const parts = text.booking.parts.map((name, part) => ({ name, slots: shown.slots.filter((slot) => partOf(slot) === part) }));
  return (
    <div class="times-space">
      <h3>{text.booking.times(dayName(shown.date, language))}</h3>
      {parts
        .filter(({ slots }) => slots.length)
        .map(({ name, slots }) => (
          <section key={name} class="part">
            <h4>{name}</h4>
            <ul class="times">
              {slots.map((slot) => (
                <li key={slot.token}>
                  <button type="button" onClick={() => onChoose(slot)} disabled={busy !== null} aria-busy={busy === slot.token}>
                    <Label slot={slot} zone={zone} name={names.get(slot.token)} isPlaceShown={isPlaceShown} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      <NoneSuits waitlist={waitlist}>{text.waitlist.noneSuits} </NoneSuits>
    </div>
  );
}

interface NothingFreeProps extends Pick<TimesProps, "first" | "waitlist" | "onDay"> {
  /** The next day with something free. */
  next: string | null;
}

function NothingFree({ next, first, waitlist, onDay }: NothingFreeProps) {
  const { text, language } = useSite();
  const other = next ?? first;
  if (other) {
    return (
      <div class="times-space">
        <p>{text.booking.nothingFree}</p>
        <button type="button" class="button quiet" onClick={() => onDay(other)}>
          {next ? text.booking.goTo(dayName(next, language)) : text.booking.earlier}
        </button>
        <NoneSuits waitlist={waitlist} />
      </div>
    );
  }
  return (
    <div class="times-space">
      <p>{waitlist ? text.waitlist.nothingAtAll : text.booking.nothingAtAll}</p>
      <div class="actions">
        {waitlist && (
          <a class="button" href={waitlist}>
            {text.waitlist.join}
          </a>
        )}
        <CallUs />
      </div>
    </div>
  );
}

function NoneSuits({ waitlist, children }: Pick<TimesProps, "waitlist"> & { children?: ComponentChildren }) {
  const { text } = useSite();
  if (!waitlist) return null;
  return (
    <p class="none-suits">
      {children}
      <a href={waitlist}>{text.waitlist.join}</a>
    </p>
  );
}

function Label({ slot, zone, name, isPlaceShown }: { slot: FreeSlotFragment; zone: string; name: string | undefined; isPlaceShown: boolean }) {
  const { language } = useSite();
  const there = slot.location.timeZone;
  return (
    <>
      <span class="time">{name}</span>
      {isPlaceShown && <span class="small">{slot.location.address.city || slot.location.name}</span>}
      {isPlaceShown && differ(there, zone, slot.startsAt) && (
        <span class="small">
          {clockIn(there, slot.startsAt, language)} {cityOf(there)}
        </span>
      )}
    </>
  );
}

function partOf({ localStart }: FreeSlotFragment): number {
  const hour = Number(localStart.slice(11, 13));
  return hour < 12 ? 0 : hour < 17 ? 1 : 2;
}
