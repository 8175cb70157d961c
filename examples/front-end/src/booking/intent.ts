// What a patient is about to book. It is kept in the entry of the browser's history: a reload and the way back
// find it there, and the address holds no secret.
import { ApiError, send } from "../api/client";
import { type FreeSlotFragment, HoldTimeDocument, type RefusalFragment } from "../api/generated/graphql";

export interface Intent {
  slot: FreeSlotFragment;
  /** Whom the patient asked for. */
  provider: string | undefined;
  /** Null where the time could not be held: it is booked by its own token then. */
  hold: { token: string; lapsesAt: number } | null;
  /** Whether the clinic offered the time to somebody who waited. */
  isOffer?: boolean;
  /** One for the whole intent: sent twice, it is one visit. */
  key: string;
}

export type Held = { kind: "held"; intent: Intent } | { kind: "refused"; refusal: RefusalFragment } | { kind: "unreachable" };

const keys = new Map<string, string>();

/** Keep a slot for the patient, in place of the one that is held so far. */
export async function hold(slot: FreeSlotFragment, { provider, earlier }: { provider: string | undefined; earlier: Intent | null }): Promise<Held> {
  // The same slot chosen again after a lost answer is the same request.
  const key = keys.get(slot.token) ?? crypto.randomUUID();
  keys.set(slot.token, key);
  const replaces = earlier?.hold?.token;
  const input = { slotToken: slot.token, idempotencyKey: key, ...(provider && { provider }), ...(replaces && { replaces }) };
  try {
    const { holdSlot: result } = await send(HoldTimeDocument, { input });
    keys.delete(slot.token);
    const made = { slot, provider, key: crypto.randomUUID() };
    if (result.__typename === "Hold") {
      const held = { token: result.token, lapsesAt: Date.now() + result.secondsLeft * 1000 };
      return { kind: "held", intent: { ...made, slot: { ...result.slot, token: slot.token }, hold: held } };
    }
    // What lapsed long ago is forgotten, and replaced by nothing.
    if (result.code === "NOT_FOUND" && replaces) return hold(slot, { provider, earlier: null });
    // Too many times are held from here at once: this one is booked without. Who has one already keeps that.
    if (result.code === "RATE_LIMITED" && !replaces) return { kind: "held", intent: { ...made, hold: null } };
    return { kind: "refused", refusal: result };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: "unreachable" };
  }
}
