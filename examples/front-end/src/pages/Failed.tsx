import { useSite } from "../app";
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
export function Failed({ screen }: ScreenProps<"failed">) {
  const { text, reload, isLoading } = useSite();
  const phone = screen.layout?.clinic.phone;
  return (
    <div class="narrow top" role="alert">
      <Title>{text.failedTitle}</Title>
      <p class="lead">{text.failedText}</p>
      <div class="actions">
        <button type="button" class="button" onClick={reload} disabled={isLoading}>
          {text.retry}
        </button>
        {phone && (
          <a class="button quiet" href={`tel:${phone.replace(/[^+\d]/g, "")}`}>
            {text.callUs(phone)}
          </a>
        )}
      </div>
    </div>
  );
}
