import { useEffect, useState } from "preact/hooks";
import { ApiError, send } from "../api/client";
import { type BookAppointmentInput, BookVisitDocument, type FreeSlotFragment, HeldTimeDocument, type RefusalFragment } from "../api/generated/graphql";
import { useSite } from "../app";
import { Title } from "../parts/Title";
import type { BookableProcedure } from "../screens";
import type { Text } from "../text/en";
import { countdown } from "../times";
import { declinedFor, forgetDeclined } from "./declined";
import type { BookedVisit } from "./Done";
import { Field } from "./Field";
import { PATIENT, type Problems, type Typed, forgetTyped, patientOf, patientProblems, refusedField, useProblems, useSending, useTyped, wrong } from "./form";
import { type Intent, hold } from "./intent";
import { PatientFields } from "./PatientFields";
import { Refused } from "./Refused";
import { VisitSummary } from "./VisitSummary";

const FIELDS = [...PATIENT, "note"] as const;

interface DetailsProps {
  title?: string | undefined;
  procedure: Pick<BookableProcedure, "title" | "locale" | "path" | "translations"> & { booking: Pick<NonNullable<BookableProcedure["booking"]>, "requiresConfirmation"> | null };
  intent: Intent;
  /** The token of what was offered to somebody on the waitlist: another time ends the wait. */
  offer?: string;
  /** The time or the key is another one from now on. */
  onIntent(intent: Intent): void;
  onBooked(visit: BookedVisit, email: string): void;
  /** The patient wants to choose among all times. */
  onOther(): void;
}

/** The patient's details, while the time is kept. */
export function Details({ title, procedure, intent, offer, onIntent, onBooked, onOther }: DetailsProps) {
  const { text, language } = useSite();
  const [known] = useState(() => offer ?? declinedFor([procedure.path, ...procedure.translations.map(({ path }) => path)]));
  const declined = intent.isOffer ? undefined : known;
  const { values, set } = useTyped();
  const { problems, complain, form } = useProblems(FIELDS);
  const [refusal, setRefusal] = useState<RefusalFragment | null>(null);
  const { isBusy, isUnreachable, setBusy, setUnreachable, sending } = useSending();

  const submit = async () => {
    const found = problemsOf(values, text);
    complain(found);
    if (Object.keys(found).length) return;
    await sending(async () => {
      setRefusal(null);
      const { bookAppointment: result } = await send(BookVisitDocument, { input: inputOf(values, intent, { language, declined }) });
      if (result.__typename === "BookingRefused") return refused(result);
      forgetTyped();
      if (known) forgetDeclined();
      onBooked({ ...result, ...(declined && { endsWait: true }) }, values.email.trim());
    });
  };

  const refused = (result: RefusalFragment) => {
    const name = refusedField(result, FIELDS);
    if (!name) return setRefusal(result);
    complain({ [name]: wrong(text)[name] });
    // Nothing was booked under this key, and what is sent next is another request.
    onIntent({ ...intent, key: crypto.randomUUID() });
  };

  const chooseOther = async (slot: FreeSlotFragment) => {
    setBusy(true);
    // What was offered stays: the patient may come back to it until another time is booked.
    const answer = await hold(slot, { provider: intent.provider, earlier: intent.isOffer ? null : intent });
    setBusy(false);
    if (answer.kind === "unreachable") return setUnreachable(true);
    if (answer.kind === "refused") return setRefusal(answer.refusal);
    setRefusal(null);
    onIntent(answer.intent);
  };

  const { slot } = intent;
  const count = Object.keys(problems).length;
  const isRequest = procedure.booking?.requiresConfirmation;
  return (
    <>
      <Title>{title ?? text.booking.details}</Title>
      <VisitSummary
        title={procedure.title}
        locale={procedure.locale}
        startsAt={slot.startsAt}
        location={slot.location}
        provider={intent.hold || slot.providers.length === 1 ? slot.providers[0]?.title : undefined}
      />
      {intent.hold && <Countdown hold={intent.hold} isBusy={isBusy} onRenew={intent.isOffer ? undefined : () => void chooseOther(slot)} />}
      {refusal && <Refused refusal={refusal} busy={isBusy ? "" : null} onChoose={(other) => void chooseOther(other)} />}
      <form
        ref={form}
        noValidate
        class="details-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p class="small">{text.booking.required}</p>
        <PatientFields values={values} problems={problems} set={set} />
        <Field name="note" label={text.booking.note} hint={text.booking.noteHint} value={values.note} problem={problems.note} onInput={set("note")} isLong />
        <p role="status" class="problem-count">
          {count > 0 && text.booking.problems(count)}
        </p>
        {isRequest && <p>{text.booking.requestNote}</p>}
        {isUnreachable && (
          <p class="problem" role="alert">
            {text.booking.offline}
          </p>
        )}
        <div class="actions">
          <button type="submit" class="button" disabled={isBusy}>
            {isBusy ? text.booking.confirming : isUnreachable ? text.booking.sendAgain : isRequest ? text.booking.request : text.booking.confirm}
          </button>
          <button type="button" class="button quiet" onClick={onOther}>
            {text.booking.otherTime}
          </button>
        </div>
        <p class="small">{text.booking.privacy}</p>
      </form>
    </>
  );
}

function inputOf(
  values: Typed,
  intent: Intent,
  { language, declined }: { language: string; declined: string | undefined },
): BookAppointmentInput {
  const note = values.note.trim();
  const time = intent.hold
    ? { holdToken: intent.hold.token }
    : { slotToken: intent.slot.token, ...(intent.provider && { provider: intent.provider }) };
  return {
    ...time,
    patient: patientOf(values),
    ...(note && { note }),
    language,
    ...(declined && { endsWait: declined }),
    idempotencyKey: intent.key,
  };
}

function problemsOf(values: Typed, text: Text): Problems<keyof Typed> {
  return { ...patientProblems(values, text), ...(values.note.trim().length > 1000 && { note: wrong(text).note }) };
}

interface CountdownProps {
  hold: NonNullable<Intent["hold"]>;
  isBusy: boolean;
  /** Not for offers, which last longer than what replaces them. */
  onRenew: (() => void) | undefined;
}

/** How long the time is still kept. Readers of screens hear of the last minute and of the end only. */
function Countdown({ hold: { token, lapsesAt }, isBusy, onRenew }: CountdownProps) {
  const { text } = useSite();
  const [end, setEnd] = useState(lapsesAt);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  // After a reload the clock of the entry may be off: the API knows.
  useEffect(() => {
    let isCurrent = true;
    setEnd(lapsesAt);
    send(HeldTimeDocument, { token }).then(
      ({ hold: held }) => isCurrent && setEnd(held ? Date.now() + held.secondsLeft * 1000 : 0),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [token]);
  const left = Math.max(0, Math.round((end - now) / 1000));
  return (
    <div class={left ? "hold" : "hold lapsed"}>
      <p role="timer">{left ? text.booking.held(countdown(left)) : text.booking.lapsed}</p>
      {onRenew && (
        <button type="button" class="link" aria-disabled={isBusy} onClick={() => isBusy || onRenew()}>
          {left ? text.booking.keepLonger : text.booking.keepAgain}
        </button>
      )}
      <p role="status" class="hidden">
        {left === 0 ? text.booking.lapsed : left <= 60 ? text.booking.minuteLeft : ""}
      </p>
    </div>
  );
}
