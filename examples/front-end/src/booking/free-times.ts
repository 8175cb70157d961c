import { useEffect, useState } from "preact/hooks";
import { ApiError, read, send } from "../api/client";
import { type AvailabilityInput, FreeTimesDocument, type FreeTimesQuery } from "../api/generated/graphql";

export type FreeTimes = FreeTimesQuery["availability"];

interface State {
  times: FreeTimes | null;
  isLoading: boolean;
  hasFailed: boolean;
}

/** Ask for free times whenever `input` or `turn` changes; the answer before stays until the next one is there. */
export function useFreeTimes(input: AvailabilityInput, turn: number): State {
  const [state, setState] = useState<State>({ times: null, isLoading: true, hasFailed: false });
  const asked = JSON.stringify(input);
  useEffect(() => {
    let isCurrent = true;
    setState(({ times }) => ({ times, isLoading: true, hasFailed: false }));
    // With a manage token the question is a secret.
    const ask = input.ignoreAppointment || turn ? send : read;
    ask(FreeTimesDocument, { input }).then(
      ({ availability }) => isCurrent && setState({ times: availability, isLoading: false, hasFailed: false }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (isCurrent) setState({ times: null, isLoading: false, hasFailed: true });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [asked, turn]);
  return state;
}
