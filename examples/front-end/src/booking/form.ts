// What the forms share: what was typed about the patient, and what is wrong with it.
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import type { PatientInput, RefusalFragment } from "../api/generated/graphql";
import type { Text } from "../text/en";

export const PATIENT = ["name", "email", "phone"] as const;
export type Typed = Record<(typeof PATIENT)[number] | "note", string>;
export type Problems<Name extends string> = Partial<Record<Name, string>>;

const EMPTY: Typed = { name: "", email: "", phone: "", note: "" };
/** It stays while the patient looks at other times, and is never stored. */
let typed: Typed = EMPTY;

export function useTyped() {
  const [values, setValues] = useState(typed);
  const set = (name: keyof Typed) => (value: string) => {
    typed = { ...typed, [name]: value };
    setValues(typed);
  };
  return { values, set };
}

export function forgetTyped(): void {
  typed = EMPTY;
}

/** What is wrong with the fields of a form: the first of them gets the focus. */
export function useProblems<Name extends string>(names: readonly Name[]) {
  const [problems, setProblems] = useState<Problems<Name>>({});
  const form = useRef<HTMLFormElement>(null);
  const complain = (found: Problems<Name>) => {
    setProblems(found);
    const first = names.find((name) => found[name]);
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  };
  return { problems, complain, form };
}

/** What is sent, once at a time; `isUnreachable` until it is sent again where no answer came. */
export function useSending() {
  const [isBusy, setBusy] = useState(false);
  const [isUnreachable, setUnreachable] = useState(false);
  const sending = async (act: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setUnreachable(false);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setUnreachable(true);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, isUnreachable, setBusy, setUnreachable, sending };
}

/** The field that the clinic refused, where the form has it. */
export function refusedField<Name extends string>({ code, field }: RefusalFragment, names: readonly Name[]): Name | undefined {
  return code === "INVALID_INPUT" ? names.find((name) => field === name || field === `patient.${name}`) : undefined;
}

export function patientOf({ name, email, phone }: Typed): PatientInput {
  return { name: name.trim(), email: email.trim(), ...(phone.trim() && { phone: phone.trim() }) };
}

export function wrong(text: Text): Typed {
  const { nameMissing, emailWrong, phoneWrong, noteWrong } = text.booking;
  return { name: nameMissing, email: emailWrong, phone: phoneWrong, note: noteWrong };
}

/** What can be told before the clinic is asked. The API decides. */
export function patientProblems(values: Typed, text: Text): Problems<keyof Typed> {
  const texts = wrong(text);
  return {
    ...(!values.name.trim() && { name: texts.name }),
    ...(!/^\S+@\S+\.\S+$/.test(values.email.trim()) && { email: texts.email }),
    ...(/[^\d\s+().\-/]/.test(values.phone) && { phone: texts.phone }),
  };
}
