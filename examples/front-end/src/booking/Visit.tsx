import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../api/client";
import {
  CancelVisitDocument,
  type FreeSlotFragment,
  MoveVisitDocument,
  type RefusalFragment,
  type VisitFragment,
  VisitOfDocument,
} from "../api/generated/graphql";
import { useSite } from "../app";
import { CallUs } from "../parts/CallUs";
import { localAddress } from "../parts/Frame";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";
import { dayIn, momentIn } from "../times";
import { Field } from "./Field";
import { useSending } from "./form";
import { Linked, focusHeading } from "./Linked";
import { Refused } from "./Refused";
import { TimePicker } from "./TimePicker";
import { VisitSummary } from "./VisitSummary";

type Doing = "looking" | "moving" | "cancelling";

/** One visit, for whoever has its link. */
export function Visit({ screen }: ScreenProps<"visit">) {
  const { text } = useSite();
  return (
    <div class="narrow top booking">
      <Linked
        find={async (manageToken) => (await send(VisitOfDocument, { manageToken })).appointment}
        unknown={
          <>
            <Title>{text.visit.title}</Title>
            <p class="lead">{text.visit.unknown}</p>
            <CallUs />
          </>
        }
      >
        {(visit, token, onChange) => <Managed key={token} token={token} visit={visit} locale={screen.locale} onChange={onChange} />}
      </Linked>
    </div>
  );
}

interface ManagedProps {
  token: string;
  visit: VisitFragment;
  locale: string | undefined;
  onChange(visit: VisitFragment): void;
}

function Managed({ token, visit, locale, onChange }: ManagedProps) {
  const { text } = useSite();
  const [doing, setDoing] = useState<Doing>("looking");
  const [news, setNews] = useState("");
  const turn = (next: Doing, said = "") => {
    setDoing(next);
    setNews(said);
    // The button that was pressed is gone.
    requestAnimationFrame(() => {
      scrollTo(0, 0);
      focusHeading();
    });
  };
  const changed = (next: VisitFragment, said: string) => {
    onChange(next);
    turn("looking", said);
  };
  const isOpen = Boolean(visit.canRescheduleUntil ?? visit.canCancelUntil);
  const isOver = visit.status === "CANCELLED" || visit.status === "DECLINED" || visit.status === "FULFILLED";
  const slug = visit.procedure.path.split("/").at(-2) ?? "";
  return (
    <>
      <Title>{doing === "moving" ? text.visit.moveTitle : doing === "cancelling" ? text.visit.cancelTitle : text.visit.title}</Title>
      <p role="status" class={news ? "note" : ""}>
        {news}
      </p>
      <p class={`badge ${visit.status === "BOOKED" ? "" : "off"}`}>{text.visit.statuses[visit.status]}</p>
      <VisitSummary
        heading={doing === "moving" ? text.visit.now : undefined}
        title={visit.procedure.title}
        locale={visit.procedure.locale}
        startsAt={visit.startsAt}
        location={visit.location}
        provider={visit.provider.title}
      />
      {doing === "looking" && (
        <>
          <p class="small">
            {text.booking.reference} <strong class="reference">{visit.reference}</strong>
          </p>
          <div class="actions">
            {visit.canRescheduleUntil && (
              <button type="button" class="button" onClick={() => turn("moving")}>
                {text.visit.move}
              </button>
            )}
            {visit.canCancelUntil && (
              <button type="button" class="button quiet" onClick={() => turn("cancelling")}>
                {text.visit.cancel}
              </button>
            )}
            {isOver && (
              <a class="button" href={localAddress(locale, `/book/${slug}/`)}>
                {text.visit.bookAnother}
              </a>
            )}
          </div>
          {!isOpen && !isOver && <p>{text.visit.tooLate}</p>}
        </>
      )}
      {doing === "moving" && <Move token={token} visit={visit} onMoved={(next) => changed(next, text.visit.moved)} onKeep={() => turn("looking")} />}
      {doing === "cancelling" && <Cancel token={token} onCancelled={(next) => changed(next, text.visit.cancelled)} onKeep={() => turn("looking")} />}
    </>
  );
}

interface MoveProps {
  token: string;
  visit: VisitFragment;
  onMoved(visit: VisitFragment): void;
  onKeep(): void;
}

function Move({ token, visit, onMoved, onKeep }: MoveProps) {
  const { text, language } = useSite();
  const zone = visit.location.timeZone;
  const [day, setDay] = useState(dayIn(zone, new Date(visit.startsAt)));
  const [target, setTarget] = useState<{ slot: FreeSlotFragment; key: string } | null>(null);
  const [refusal, setRefusal] = useState<RefusalFragment | null>(null);
  const { isBusy, isUnreachable, sending } = useSending();
  const [turn, setTurn] = useState(0);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), [target]);

  const choose = (slot: FreeSlotFragment) => {
    setRefusal(null);
    setTarget({ slot, key: crypto.randomUUID() });
  };
  const move = async () => {
    if (!target) return;
    await sending(async () => {
      const input = { manageToken: token, slotToken: target.slot.token, idempotencyKey: target.key };
      const { rescheduleAppointment: result } = await send(MoveVisitDocument, { input });
      if (result.__typename === "Appointment") return onMoved(result);
      setRefusal(result);
      setTarget(null);
      setTurn(turn + 1);
    });
  };
  const minutes = (Date.parse(visit.endsAt) - Date.parse(visit.startsAt)) / 60_000;
  const isOffered = visit.procedure.booking?.durations.includes(minutes);
  return (
    <>
      {refusal && <Refused refusal={refusal} busy={isBusy ? "" : null} onChoose={choose} />}
      {target ? (
        <div class="confirm">
          <VisitSummary
            heading={text.visit.then}
            title={visit.procedure.title}
            locale={visit.procedure.locale}
            startsAt={target.slot.startsAt}
            location={target.slot.location}
            provider={providerOf(target.slot, visit)}
          />
          {isUnreachable && (
            <p class="problem" role="alert">
              {text.booking.offline}
            </p>
          )}
          <div class="actions">
            <button ref={button} type="button" class="button" disabled={isBusy} onClick={() => void move()}>
              {text.visit.moveTo(momentIn(target.slot.location.timeZone, target.slot.startsAt, language))}
            </button>
            <button type="button" class="button quiet" onClick={() => setTarget(null)}>
              {text.booking.otherTime}
            </button>
          </div>
        </div>
      ) : (
        <>
          <TimePicker
            wanted={{ procedure: visit.procedure.id, ignoreAppointment: token, ...(isOffered && { durationMinutes: minutes }) }}
            clinicZone={zone}
            settled={visit.location.id}
            day={day}
            onDay={setDay}
            busy={null}
            turn={turn}
            onChoose={choose}
          />
          <button type="button" class="button quiet" onClick={onKeep}>
            {text.visit.keep}
          </button>
        </>
      )}
    </>
  );
}

/** With whom the moved visit is: as before where that is possible, and nobody yet where several are free. */
function providerOf({ providers }: FreeSlotFragment, { provider }: VisitFragment): string | undefined {
  const same = providers.find(({ id }) => id === provider.id);
  return (same ?? (providers.length === 1 ? providers[0] : undefined))?.title;
}

interface CancelProps {
  token: string;
  onCancelled(visit: VisitFragment): void;
  onKeep(): void;
}

function Cancel({ token, onCancelled, onKeep }: CancelProps) {
  const { text } = useSite();
  const [reason, setReason] = useState("");
  const [refusal, setRefusal] = useState<RefusalFragment | null>(null);
  const { isBusy, isUnreachable, sending } = useSending();
  const key = useRef(crypto.randomUUID());
  const cancel = () =>
    sending(async () => {
      const input = { manageToken: token, idempotencyKey: key.current, ...(reason.trim() && { reason: reason.trim().slice(0, 250) }) };
      const { cancelAppointment: result } = await send(CancelVisitDocument, { input });
      if (result.__typename === "Appointment") return onCancelled(result);
      setRefusal(result);
      key.current = crypto.randomUUID();
    });
  return (
    <form
      class="details-form"
      onSubmit={(event) => {
        event.preventDefault();
        void cancel();
      }}
    >
      <p>{text.visit.cancelText}</p>
      {refusal && <Refused refusal={refusal} busy="" onChoose={onKeep} />}
      {isUnreachable && (
        <p class="problem" role="alert">
          {text.booking.offline}
        </p>
      )}
      <Field name="reason" label={text.visit.reason} value={reason} problem={undefined} onInput={setReason} maxLength={250} />
      <div class="actions">
        <button type="submit" class="button danger" disabled={isBusy}>
          {text.visit.cancelNow}
        </button>
        <button type="button" class="button quiet" onClick={onKeep}>
          {text.visit.keep}
        </button>
      </div>
    </form>
  );
}
