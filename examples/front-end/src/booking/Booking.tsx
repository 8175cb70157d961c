import { useEffect, useState } from "preact/hooks";
import type { FreeSlotFragment, RefusalFragment } from "../api/generated/graphql";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { CallUs } from "../parts/CallUs";
import { langOf } from "../parts/Cards";
import { Title } from "../parts/Title";
import type { BookableProcedure, Layout, ScreenProps } from "../screens";
import { dayIn, isDay, shortMoment } from "../times";
import { Choices, chosen } from "./Choices";
import { Details } from "./Details";
import { type BookedVisit, Done } from "./Done";
import { type Intent, hold } from "./intent";
import { Refused } from "./Refused";
import { TimePicker } from "./TimePicker";
import { Waitlist } from "./Waitlist";

/** What the entry of the history holds. */
interface EntryState {
  intent?: Intent;
  visit?: BookedVisit;
}

export function Booking({ data: { procedure }, place, screen }: ScreenProps<"booking">) {
  const { text, language, navigate } = useSite();
  const [held, setHeld] = useState<Intent | null>(null);
  // Of the patient nothing is kept in the history: after a reload the answer goes without the address.
  const [email, setEmail] = useState("");
  const { intent, visit } = (history.state as EntryState | null) ?? {};
  const wanted = place.query.get("step");
  const step = wanted === "done" && visit ? 2 : wanted === "details" && intent ? 1 : 0;
  const isWaiting = wanted === "waitlist";
  useEffect(() => {
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [step, isWaiting]);
  const to = (next: string | undefined, state: EntryState) =>
    navigate(addressOf(place.path, { ...Object.fromEntries(place.query), step: next }), { replace: true, state });
  if (!procedure.booking) return <NotBookable procedure={procedure} />;
  if (isWaiting) {
    return (
      <div class="narrow top booking">
        <Waitlist procedure={procedure} zone={zoneOf(procedure, place.query, screen.layout)} onOther={() => to(undefined, {})} />
      </div>
    );
  }
  return (
    <div class="narrow top booking">
      <Progress step={step} />
      {step === 0 && (
        <>
          <Title>
            {text.book}: <span lang={langOf(procedure.locale, language)}>{procedure.title}</span>
          </Title>
          <ChooseTime procedure={procedure} held={held} onHeld={setHeld} />
        </>
      )}
      {step === 1 && intent && (
        <Details
          procedure={procedure}
          intent={intent}
          onIntent={(next) => {
            setHeld(next);
            to("details", { intent: next });
          }}
          onBooked={(booked, address) => {
            setHeld(null);
            setEmail(address);
            // In place of the form: the way back leads past it, and nothing is booked again.
            to("done", { visit: booked });
          }}
          onOther={() => to(undefined, {})}
        />
      )}
      {step === 2 && visit && <Done visit={visit} email={email} locale={screen.locale} />}
    </div>
  );
}

function NotBookable({ procedure }: { procedure: BookableProcedure }) {
  const { text, language } = useSite();
  return (
    <div class="narrow top">
      <Title lang={langOf(procedure.locale, language)}>{procedure.title}</Title>
      <p class="lead">{text.booking.notBookable}</p>
      <CallUs isMain />
    </div>
  );
}

function Progress({ step }: { step: number }) {
  const { text } = useSite();
  return (
    <ol class="progress-steps" aria-label={text.booking.step(step + 1, text.booking.steps.length)}>
      {text.booking.steps.map((name, position) => (
        <li key={name} aria-current={position === step ? "step" : undefined} class={position < step ? "past" : ""}>
          {name}
        </li>
      ))}
    </ol>
  );
}

interface ChooseTimeProps {
  procedure: BookableProcedure;
  held: Intent | null;
  onHeld(intent: Intent | null): void;
}

function ChooseTime({ procedure, held, onHeld }: ChooseTimeProps) {
  const { text, language, place, navigate, screen } = useSite();
  const [busy, setBusy] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<RefusalFragment | null>(null);
  const [unreachable, setUnreachable] = useState<FreeSlotFragment | null>(null);
  const [turn, setTurn] = useState(0);
  const { provider, location, duration } = chosen(procedure, place.query);
  const clinicZone = zoneOf(procedure, place.query, screen.layout);
  const first = procedure.nextAvailable ? new Date(procedure.nextAvailable.startsAt) : new Date();
  const wanted = place.query.get("day") ?? "";
  const day = isDay(wanted) ? wanted : dayIn(clinicZone, first);

  const look = (change: Record<string, string | undefined>) => {
    setRefusal(null);
    navigate(addressOf(place.path, { ...Object.fromEntries(place.query), ...change }), { replace: true, stay: true });
  };
  const choose = async (slot: FreeSlotFragment) => {
    setBusy(slot.token);
    setUnreachable(null);
    const answer = await hold(slot, { provider: provider?.id, earlier: held });
    setBusy(null);
    if (answer.kind === "unreachable") return setUnreachable(slot);
    if (answer.kind === "refused") {
      setRefusal(answer.refusal);
      setTurn(turn + 1);
      return;
    }
    onHeld(answer.intent);
    navigate(addressOf(place.path, { ...Object.fromEntries(place.query), step: "details" }), { state: { intent: answer.intent } });
  };
  return (
    <>
      {held?.hold && <StillHeld intent={held} />}
      <Choices procedure={procedure} query={place.query} onChange={look} />
      {refusal && <Refused refusal={refusal} busy={busy} onChoose={(slot) => void choose(slot)} />}
      {unreachable && (
        <div class="problem" role="alert">
          <p>{text.booking.offline}</p>
          <button type="button" class="button small" onClick={() => void choose(unreachable)}>
            {text.booking.sendAgain}
          </button>
        </div>
      )}
      <TimePicker
        wanted={{
          procedure: procedure.id,
          ...(provider && { provider: provider.id }),
          ...(location && { location: location.id }),
          ...(duration && { durationMinutes: duration }),
        }}
        clinicZone={clinicZone}
        settled={location?.id ?? onlyPlace(procedure)}
        day={day}
        onDay={(next) => look({ day: next })}
        busy={busy}
        turn={turn}
        waitlist={addressOf(place.path, { ...Object.fromEntries(place.query), step: "waitlist" })}
        onChoose={(slot) => void choose(slot)}
      />
      <p role="status" class="hidden" lang={language}>
        {busy && text.booking.holding}
      </p>
    </>
  );
}

/** The time that is kept while the patient looks at others. */
function StillHeld({ intent }: { intent: Intent }) {
  const { text, language, place, navigate } = useSite();
  if (!intent.hold || intent.hold.lapsesAt < Date.now()) return null;
  const when = shortMoment(intent.slot.location.timeZone, intent.slot.startsAt, language);
  return (
    <p class="note">
      {text.booking.stillHeld(when)}{" "}
      <button
        type="button"
        class="link"
        onClick={() => navigate(addressOf(place.path, { ...Object.fromEntries(place.query), step: "details" }), { state: { intent } })}
      >
        {text.booking.resume}
      </button>
    </p>
  );
}

/** The zone of the place of the visit, or of the clinic where several are possible. */
function zoneOf(procedure: BookableProcedure, query: URLSearchParams, layout: Layout | null): string {
  return chosen(procedure, query).location?.timeZone ?? onlyZone(procedure) ?? layout?.clinic.timeZone ?? "UTC";
}

function onlyZone(procedure: BookableProcedure): string | undefined {
  const zones = new Set(procedure.offeredOn.map(({ location }) => location.timeZone));
  return zones.size === 1 ? [...zones][0] : undefined;
}

/** Where the visit takes place in any case. */
function onlyPlace(procedure: BookableProcedure): string | undefined {
  const places = new Set(procedure.offeredOn.map(({ location }) => location.id));
  return places.size === 1 ? [...places][0] : undefined;
}
