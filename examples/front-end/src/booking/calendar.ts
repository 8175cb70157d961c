import type { VisitFragment } from "../api/generated/graphql";

/** The visit as a calendar file (RFC 5545), made in the browser: nobody else learns of it. */
export function calendarFile(visit: VisitFragment): Blob {
  const { street, city, region, postalCode } = visit.location.address;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Clinic//Front end//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${visit.reference}@${location.hostname}`,
    `DTSTAMP:${stamp(new Date().toISOString())}`,
    `DTSTART:${stamp(visit.startsAt)}`,
    `DTEND:${stamp(visit.endsAt)}`,
    `SUMMARY:${escaped(`${visit.procedure.title}, ${visit.provider.title}`)}`,
    `LOCATION:${escaped([visit.location.name, street, city, region, postalCode].filter(Boolean).join(", "))}`,
    `STATUS:${visit.status === "REQUESTED" ? "TENTATIVE" : "CONFIRMED"}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return new Blob(
    lines.map((line) => `${folded(line)}\r\n`),
    { type: "text/calendar" },
  );
}

function stamp(instant: string): string {
  return instant.replace(/[-:]|\.\d+/g, "");
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n");
}

/** Break a line after at most 75 bytes, never inside a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let out = "";
  let size = 0;
  for (const character of line) {
    const bytes = encoder.encode(character).length;
    if (size + bytes > 75) {
      out += "\r\n ";
      size = 1;
    }
    out += character;
    size += bytes;
  }
  return out;
}
