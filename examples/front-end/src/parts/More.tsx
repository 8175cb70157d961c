import { useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { useSite } from "../app";

/** A button that fetches the next part of a list. */
export function More({ load }: { load(): Promise<void> }) {
  const { text } = useSite();
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const more = async () => {
    if (isBusy) return;
    setBusy(true);
    setFailed(false);
    try {
      await load();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="middle">
      {hasFailed && (
        <p class="problem" role="alert">
          {text.failedTitle}
        </p>
      )}
      <button type="button" class="button quiet" aria-busy={isBusy} onClick={() => void more()}>
        {hasFailed ? text.retry : text.more}
      </button>
    </div>
  );
}
