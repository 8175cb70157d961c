import { useSite } from "../app";
import { Field } from "./Field";
import type { Problems, Typed } from "./form";

interface PatientFieldsProps {
  values: Typed;
  problems: Problems<keyof Typed>;
  /** Why a phone number helps, where it does. */
  phoneHint?: string;
  set(name: keyof Typed): (value: string) => void;
}

/** Who comes, and how to reach them. */
export function PatientFields({ values, problems, phoneHint, set }: PatientFieldsProps) {
  const { text } = useSite();
  return (
    <>
      <Field name="name" label={text.booking.name} value={values.name} problem={problems.name} onInput={set("name")} autocomplete="name" maxLength={120} isRequired />
      <Field name="email" type="email" label={text.booking.email} value={values.email} problem={problems.email} onInput={set("email")} autocomplete="email" maxLength={254} isRequired />
      <Field name="phone" type="tel" label={text.booking.phone} value={values.phone} problem={problems.phone} onInput={set("phone")} autocomplete="tel" maxLength={40} {...(phoneHint && { hint: phoneHint })} />
    </>
  );
}
