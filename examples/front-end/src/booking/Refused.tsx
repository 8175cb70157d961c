import type { FreeSlotFragment, RefusalFragment } from "../api/generated/graphql";
import { useSite } from "../app";
import { dayName, timeOf } from "../times";

interface RefusedProps {
  refusal: Pick<RefusalFragment, "code" | "alternatives">;
  busy: string | null;
  onChoose(slot: FreeSlotFragment): void;
}

/** Why a time could not be had, and the times near it. */
export function Refused({ refusal, busy, onChoose }: RefusedProps) {
  const { text, language } = useSite();
  const { code, alternatives } = refusal;
  return (
    <div class="problem" role="alert">
      <p>
        {code === "SLOT_TAKEN" && <strong>{text.booking.takenTitle}. </strong>}
        {text.booking.refusals[code]}
      </p>
      {alternatives.length > 0 && (
        <>
          <p>{text.booking.alternatives}</p>
          <ul class="times">
            {alternatives.map((slot) => (
              <li key={slot.token}>
                <button type="button" disabled={busy !== null} onClick={() => onChoose(slot)}>
                  <span class="small">{dayName(slot.localStart.slice(0, 10), language)}</span>
                  {timeOf(slot.localStart, language)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
