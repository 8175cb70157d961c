import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { FreeSlotFragment, RefusalFragment } from "../api/generated/graphql";
import { useSite } from "../app";
import { dayName, wallTimes } from "../times";

interface RefusedProps {
  refusal: Pick<RefusalFragment, "code" | "alternatives">;
  busy: string | null;
  onChoose(slot: FreeSlotFragment): void;
}

/** Why a time could not be had, and the times near it. */
export function Refused({ refusal, busy, onChoose }: RefusedProps) {
  const { text, language } = useSite();
  const { code, alternatives } = refusal;
  const times = wallTimes(alternatives, language);
  return (
    <Problem of={refusal}>
      <p>
        {code === "SLOT_TAKEN" && <strong>{text.booking.takenTitle}. </strong>}
        {text.booking.refusals[code]}
      </p>
      {alternatives.length > 0 && (
        <>
          <p>{text.booking.alternatives}</p>
          <ul class="times">
            {alternatives.map((slot, position) => (
              <li key={slot.token}>
                <button type="button" disabled={busy !== null} onClick={() => onChoose(slot)}>
                  <span class="small">{dayName(slot.localStart.slice(0, 10), language)}</span>
                  {times[position]}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Problem>
  );
}

/** A problem that gets the focus: it may stand above what is in sight. */
export function Problem({ of: cause, children }: { of: object; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [cause]);
  return (
    <div ref={box} class="problem" role="alert" tabIndex={-1}>
      {children}
    </div>
  );
}
