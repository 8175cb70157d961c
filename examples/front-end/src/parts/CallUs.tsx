import { useSite } from "../app";

/** The clinic's phone number, where it has one. */
export function CallUs({ isMain = false }: { isMain?: boolean }) {
  const { text, screen } = useSite();
  const phone = screen.layout?.clinic.phone;
  if (!phone) return null;
  return (
    <a class={isMain ? "button" : "button quiet"} href={`tel:${phone.replace(/[^+\d]/g, "")}`}>
      {text.callUs(phone)}
    </a>
  );
}
