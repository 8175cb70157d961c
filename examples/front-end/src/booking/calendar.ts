import type { VisitFragment } from "../api/generated/graphql";

/** The visit as a calendar file, made in the browser: nobody else learns of it. */
export function calendarFile(visit: VisitFragment): Blob {
  const { street, city, region, postalCode } = visit.location.address;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Clinic//Front end//EN",
    "BEGIN:VEVENT",
    `UID:${visit.reference}@${location.hostname}`,
    `DTSTAMP:${stamp(visit.startsAt)}`,
    `DTSTART:${stamp(visit.startsAt)}`,
    `DTEND:${stamp(visit.endsAt)}`,
    `SUMMARY:${escaped(`${visit.procedure.title}, ${visit.provider.title}`)}`,
    `LOCATION:${escaped([visit.location.name, street, city, region, postalCode].filter(Boolean).join(", "))}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/calendar" });
}

function stamp(instant: string): string {
  return instant.replace(/[-:]/g, "");
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n");
}
