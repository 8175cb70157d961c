import { useSite } from "../app";

interface FieldProps {
  name: string;
  label: string;
  value: string;
  problem: string | undefined;
  onInput(value: string): void;
  hint?: string;
  type?: "text" | "email" | "tel" | "date";
  autocomplete?: string;
  maxLength?: number;
  /** The first and the last day that can be chosen. */
  min?: string;
  max?: string;
  isRequired?: boolean;
  isLong?: boolean;
}

/** A field with its label above, and what is wrong with it beside. */
export function Field({
  name,
  label,
  value,
  problem,
  onInput,
  hint,
  type = "text",
  autocomplete,
  maxLength,
  min,
  max,
  isRequired = false,
  isLong = false,
}: FieldProps) {
  const { text } = useSite();
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(" ");
  const common = {
    id: name,
    name,
    value,
    required: isRequired,
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": described || undefined,
  };
  return (
    <div class={problem ? "field wrong" : "field"}>
      <label for={name}>
        {label}
        {!isRequired && <span class="small"> ({text.booking.optional})</span>}
      </label>
      {hint && (
        <p id={`${name}-hint`} class="small">
          {hint}
        </p>
      )}
      {isLong ? (
        <textarea {...common} rows={3} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...common}
          // Preact types each kind of input apart; these share their attributes.
          type={type as "text"}
          {...(autocomplete && { autocomplete })}
          {...(maxLength && { maxLength })}
          {...(min && { min })}
          {...(max && { max })}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      {problem && (
        <p id={`${name}-problem`} class="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
