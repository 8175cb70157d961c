import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { send } from "../api/client";
import { type JoinWaitlistInput, JoinWaitlistDocument, LeaveWaitlistDocument, type RefusalFragment } from "../api/generated/graphql";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { CallUs } from "../parts/CallUs";
import { langOf } from "../parts/Cards";
import { Title } from "../parts/Title";
import type { BookableProcedure } from "../screens";
import type { Text } from "../text/en";
import { addDays, dayIn, dayName, daysBetween, isDay } from "../times";
import { Choices, choiceInWords, chosen } from "./Choices";
import { Field } from "./Field";
import { PATIENT, type Problems, type Typed, forgetTyped, patientOf, patientProblems, refusedField, useProblems, useSending, useTyped, wrong } from "./form";
import { focusHeading } from "./Linked";
import { PatientFields } from "./PatientFields";
import { Problem } from "./Refused";

const FIELDS = ["from", "to", ...PATIENT] as const;
type FieldName = (typeof FIELDS)[number];

const USUAL_DAYS = 28;
/** The API takes no more at once, nor days further ahead. */
const MOST_DAYS = 92;
const MOST_AHEAD = 730;

/** When the patient would come, and the key of the request: sent twice, it is one place. */
interface Wish {
  key: string;
  from: string;
  to: string;
}

/** A place on the waitlist. */
interface Waiting {
  reference: string;
  position: number;
  token: string;
  from: string;
  to: string;
  hasLeft?: boolean;
}

/** What the entry of the history holds: nothing about the patient. */
interface EntryState {
  wish?: Wish;
  waiting?: Waiting;
}

/** By procedure, until there is a place: the way back to the free times and here again makes no second one. */
const wishes = new Map<string, Wish>();

interface WaitlistProps {
  procedure: BookableProcedure;
  /** The zone of the place of the visit. */
  zone: string;
  /** The patient wants to look at the free times. */
  onOther(): void;
}

/** For patients whom no free time suits. */
export function Waitlist({ procedure, zone, onOther }: WaitlistProps) {
  const { place, navigate } = useSite();
  const [email, setEmail] = useState("");
  const { waiting } = entryState();
  useEffect(() => {
    if (!waiting) return;
    focusHeading();
    scrollTo(0, 0);
  }, [waiting?.reference, waiting?.hasLeft]);
  // In place of the form: the way back leads past it.
  const keep = (next: Waiting) => navigate(addressOf(place.path, Object.fromEntries(place.query)), { replace: true, state: { waiting: next } });
  if (waiting?.hasLeft) return <Left onOther={onOther} />;
  if (waiting) return <Place procedure={procedure} waiting={waiting} email={email} onLeft={() => keep({ ...waiting, hasLeft: true })} />;
  return (
    <WaitlistForm
      procedure={procedure}
      today={dayIn(zone, new Date())}
      onJoined={(joined, address) => {
        setEmail(address);
        keep(joined);
      }}
      onOther={onOther}
    />
  );
}

function entryState(): EntryState {
  return (history.state as EntryState | null) ?? {};
}

interface WaitlistFormProps extends Pick<WaitlistProps, "procedure" | "onOther"> {
  today: string;
  onJoined(waiting: Waiting, email: string): void;
}

function WaitlistForm({ procedure, today, onJoined, onOther }: WaitlistFormProps) {
  const { text, language, place, navigate } = useSite();
  const { values, set } = useTyped();
  const { problems, complain, form } = useProblems(FIELDS);
  const [wish, setWish] = useState(() => entryState().wish ?? wishes.get(procedure.id) ?? newWish(today, place.query.get("day") ?? ""));
  const [refusal, setRefusal] = useState<RefusalFragment | null>(null);
  const { isBusy, isUnreachable, sending } = useSending();
  // After a lost answer and a reload, the same key leads to the place that was given.
  useLayoutEffect(() => {
    wishes.set(procedure.id, wish);
    history.replaceState({ ...entryState(), wish }, "");
  }, [wish]);

  const submit = async () => {
    const found = { ...dayProblems(wish, today, text), ...patientProblems(values, text) };
    complain(found);
    if (Object.keys(found).length) return;
    await sending(async () => {
      setRefusal(null);
      const { joinWaitlist: result } = await send(JoinWaitlistDocument, { input: inputOf(procedure, place.query, wish, values) });
      if (result.__typename === "BookingRefused") return refused(result);
      const { reference, position, token } = result;
      wishes.delete(procedure.id);
      forgetTyped();
      onJoined({ reference, position, token, from: wish.from, to: wish.to }, values.email.trim());
    });
  };

  // The key stays: a refusal uses none up, and an answer that was lost before may have made a place under it.
  const refused = (result: RefusalFragment) => {
    const name = refusedField(result, FIELDS);
    if (!name) return setRefusal(result);
    complain({ [name]: { ...wrong(text), from: text.waitlist.daysWrong, to: text.waitlist.daysWrong }[name] });
  };

  const choose = (change: Record<string, string | undefined>) =>
    navigate(addressOf(place.path, { ...Object.fromEntries(place.query), ...change }), { replace: true, stay: true, state: { wish } });
  const day = (name: "from" | "to", label: string, max: string) => (
    <Field name={name} type="date" label={label} value={wish[name]} problem={problems[name]} onInput={(value) => setWish({ ...wish, [name]: value })} min={today} max={max} isRequired />
  );
  const count = Object.keys(problems).length;
  return (
    <>
      <Title>{text.waitlist.join}</Title>
      <p class="lead" lang={langOf(procedure.locale, language)}>
        {procedure.title}
      </p>
      <p class="after">{text.waitlist.hint}</p>
      {refusal && (
        <Problem of={refusal}>
          <p>{text.waitlist.refusals[refusal.code] ?? text.booking.refusals[refusal.code]}</p>
          <CallUs />
        </Problem>
      )}
      <form
        ref={form}
        noValidate
        class="details-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Choices procedure={procedure} query={place.query} onChange={choose} />
        <p class="small">{text.booking.required}</p>
        <div class="pair">
          {day("from", text.waitlist.from, addDays(today, MOST_AHEAD))}
          {day("to", text.waitlist.to, addDays(isDay(wish.from) ? wish.from : today, MOST_DAYS - 1))}
        </div>
        <PatientFields values={values} problems={problems} phoneHint={text.waitlist.phoneHint} set={set} />
        <p role="status" class="problem-count">
          {count > 0 && text.booking.problems(count)}
        </p>
        {isUnreachable && (
          <p class="problem" role="alert">
            {text.waitlist.offline}
          </p>
        )}
        <div class="actions">
          <button type="submit" class="button" disabled={isBusy}>
            {isBusy ? text.waitlist.joining : isUnreachable ? text.booking.sendAgain : text.waitlist.join}
          </button>
          <button type="button" class="button quiet" onClick={onOther}>
            {text.offer.freeTimes}
          </button>
        </div>
        <p class="small">{text.waitlist.privacy}</p>
      </form>
    </>
  );
}

/** The next weeks, and on to the day that was looked at. */
function newWish(today: string, wanted: string): Wish {
  const usual = addDays(today, USUAL_DAYS);
  const isLater = isDay(wanted) && wanted > usual && wanted <= addDays(today, MOST_AHEAD);
  const to = isLater ? wanted : usual;
  const earliest = addDays(to, 1 - MOST_DAYS);
  return { key: crypto.randomUUID(), from: earliest > today ? earliest : today, to };
}

function inputOf(procedure: BookableProcedure, query: URLSearchParams, { key, from, to }: Wish, values: Typed): JoinWaitlistInput {
  const { provider, location, duration } = chosen(procedure, query);
  // Who wants the usual length gets whatever is usual by then.
  const isUsual = duration === procedure.booking?.durationMinutes;
  return {
    procedure: procedure.id,
    ...(provider && { provider: provider.id }),
    ...(location && { location: location.id }),
    ...(duration && !isUsual && { durationMinutes: duration }),
    from,
    to,
    patient: patientOf(values),
    idempotencyKey: key,
  };
}

function dayProblems({ from, to }: Wish, today: string, { waitlist }: Text): Problems<FieldName> {
  return {
    ...(!isDay(from) && { from: waitlist.dayMissing }),
    ...(!isDay(to) ? { to: waitlist.dayMissing } : to < from ? { to: waitlist.dayBefore } : to < today ? { to: waitlist.daysPassed } : {}),
    ...(daysBetween(from, to) >= MOST_DAYS && { to: waitlist.daysWrong }),
  };
}

interface PlaceProps extends Pick<WaitlistProps, "procedure"> {
  waiting: Waiting;
  email: string;
  onLeft(): void;
}

function Place({ procedure, waiting, email, onLeft }: PlaceProps) {
  const { text, language, place } = useSite();
  const style: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
  return (
    <>
      <Title>{text.waitlist.doneTitle}</Title>
      <div class="summary">
        <p class="what" lang={langOf(procedure.locale, language)}>
          {procedure.title}
        </p>
        <p class="when">
          {dayName(waiting.from, language, style)} – {dayName(waiting.to, language, { ...style, year: "numeric" })}
        </p>
        <p>{choiceInWords(procedure, place.query, text)}</p>
      </div>
      <dl class="details">
        <div>
          <dt>{text.waitlist.position}</dt>
          <dd>{waiting.position}</dd>
        </div>
        <div>
          <dt>{text.booking.reference}</dt>
          <dd class="reference">{waiting.reference}</dd>
        </div>
      </dl>
      <section class="next-steps">
        <h2>{text.waitlist.next}</h2>
        <ol>
          {text.waitlist.nextSteps(email).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p class="after">{text.waitlist.later}</p>
      </section>
      <div class="actions">
        <a class="button quiet" href={addressOf(place.path, { ...Object.fromEntries(place.query), step: undefined })}>
          {text.offer.freeTimes}
        </a>
      </div>
      <Leave token={waiting.token} onLeft={onLeft} />
    </>
  );
}

function Leave({ token, onLeft }: { token: string; onLeft(): void }) {
  const { text } = useSite();
  const [refusal, setRefusal] = useState("");
  const { isBusy, isUnreachable, sending } = useSending();
  const leave = () =>
    sending(async () => {
      setRefusal("");
      const { leaveWaitlist: result } = await send(LeaveWaitlistDocument, { input: { token } });
      // Not found is a place that was deleted since.
      if (result.__typename === "WaitlistEntry" || result.code === "NOT_FOUND") return onLeft();
      setRefusal(text.waitlist.refusals[result.code] ?? text.booking.refusals[result.code]);
    });
  const problem = isUnreachable ? text.waitlist.leaveOffline : refusal;
  return (
    <details class="leave">
      <summary class="link">{text.waitlist.leave}</summary>
      <p>{text.waitlist.leaveText}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" class="button danger" disabled={isBusy} onClick={() => void leave()}>
        {text.waitlist.leaveNow}
      </button>
    </details>
  );
}

function Left({ onOther }: Pick<WaitlistProps, "onOther">) {
  const { text } = useSite();
  return (
    <>
      <Title>{text.waitlist.leftTitle}</Title>
      <p class="lead">{text.waitlist.left}</p>
      <div class="actions">
        <button type="button" class="button" onClick={onOther}>
          {text.offer.freeTimes}
        </button>
      </div>
    </>
  );
}
