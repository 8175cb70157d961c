import { useSite } from "../app";
import { CallUs } from "../parts/CallUs";
import { localAddress } from "../parts/Frame";
import { SearchForm } from "../parts/SearchForm";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

export function Missing({ screen }: ScreenProps<"missing">) {
  const { text } = useSite();
  return (
    <div class="narrow top">
      <Title>{text.notFoundTitle}</Title>
      <p class="lead">{text.notFoundText}</p>
      <SearchForm />
      <p>
        <a href={localAddress(screen.locale, "/")}>{text.toHome}</a>
      </p>
    </div>
  );
}

/** The API is away, or refused what was asked. */
export function Failed() {
  const { text, reload, isLoading } = useSite();
  return (
    <div class="narrow top" role="alert">
      <Title>{text.failedTitle}</Title>
      <p class="lead">{text.failedText}</p>
      <div class="actions">
        <button type="button" class="button" onClick={reload} disabled={isLoading}>
          {text.retry}
        </button>
        <CallUs />
      </div>
    </div>
  );
}
