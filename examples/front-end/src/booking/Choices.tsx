import { useSite } from "../app";
import type { BookableProcedure } from "../screens";
import type { Text } from "../text/en";

/** Whom, where and how long the address asks for, as far as the procedure has it. */
export function chosen(procedure: BookableProcedure, query: URLSearchParams) {
  const provider = procedure.offeredOn.find((offer) => offer.provider.slug === query.get("provider"))?.provider;
  const location = procedure.offeredOn.find((offer) => offer.location.slug === query.get("location"))?.location;
  const minutes = Number(query.get("duration"));
  const duration = procedure.booking?.durations.includes(minutes) ? minutes : undefined;
  return { provider, location, duration };
}

/** The same in words: “with Dr. White, Denver, 45 minutes”. */
export function choiceInWords(procedure: BookableProcedure, query: URLSearchParams, { booking }: Text): string {
  const { provider, location, duration = procedure.booking?.durationMinutes } = chosen(procedure, query);
  const who = provider ?? only(procedure.offeredOn.map((offer) => offer.provider));
  const where = location ?? only(procedure.offeredOn.map((offer) => offer.location));
  return [
    who ? booking.withProvider(who.title) : booking.anyone,
    where?.name ?? booking.anywhere,
    ...(duration ? [booking.minutes(duration)] : []),
  ].join(", ");
}

function only<Item extends { id: string }>(items: Item[]): Item | undefined {
  const found = unique(items);
  return found.length === 1 ? found[0] : undefined;
}

interface ChoicesProps {
  procedure: BookableProcedure;
  query: URLSearchParams;
  onChange(change: Record<string, string | undefined>): void;
}

/** With whom, where and how long, as far as there is a choice. */
export function Choices({ procedure, query, onChange }: ChoicesProps) {
  const { text } = useSite();
  const { provider, location, duration } = chosen(procedure, query);
  const offers = procedure.offeredOn;
  const providers = unique(offers.map((offer) => offer.provider));
  const places = unique(offers.filter((offer) => !provider || offer.provider.id === provider.id).map((offer) => offer.location));
  const durations = procedure.booking?.durations ?? [];
  return (
    <div class="booking-choices">
      {providers.length > 1 ? (
        <Select
          name="provider"
          label={text.booking.who}
          value={provider?.slug ?? ""}
          options={[
            { value: "", label: `${text.booking.anyone} (${text.booking.anyoneNote})` },
            ...providers.map(({ slug, title, acceptingNewPatients }) => ({
              value: slug,
              label: acceptingNewPatients ? title : `${title} (${text.notAccepting})`,
            })),
          ]}
          onChange={(value) => onChange({ provider: value, location: undefined, day: undefined })}
        />
      ) : (
        providers[0] && <p>{text.booking.withProvider(providers[0].title)}</p>
      )}
      {places.length > 1 && (
        <Select
          name="location"
          label={text.booking.where}
          value={location?.slug ?? ""}
          options={[{ value: "", label: text.booking.anywhere }, ...places.map(({ slug, name }) => ({ value: slug, label: name }))]}
          onChange={(value) => onChange({ location: value, day: undefined })}
        />
      )}
      {durations.length > 1 && (
        <Choice
          name="duration"
          legend={text.booking.howLong}
          value={String(duration ?? procedure.booking?.durationMinutes ?? "")}
          options={durations.map((minutes) => ({ value: String(minutes), label: text.booking.minutes(minutes) }))}
          onChange={(value) => onChange({ duration: value })}
        />
      )}
    </div>
  );
}

interface SelectProps {
  name: string;
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange(value: string): void;
}

function Select({ name, label, value, options, onChange }: SelectProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ChoiceProps extends Omit<SelectProps, "label"> {
  legend: string;
}

/** The same for few, short options. */
function Choice({ name, legend, value, options, onChange }: ChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} class="chip">
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function unique<Item extends { id: string | number }>(items: Item[]): Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
