"""iCalendar text (RFC 5545, RFC 7986) of visits, all times in UTC."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

MAX_OCTETS = 75
REFRESH = "PT15M"
# TEXT must not hold them (section 3.3.11); a tab and a line break may stay.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
# A calendar needs at least one component, even where there is nothing to show.
NOTHING = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class Event:
    """A visit as a calendar shows it. `status` is one of TENTATIVE, CONFIRMED and CANCELLED."""

    uid: UUID
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime
    summary: str
    location: str
    description: str


def calendar(events: Iterable[Event], *, name: str) -> bytes:
    """Return the calendar: the same bytes for the same events."""
    found = list(events)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Clinic CMS//Provider calendar//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(() if found else NOTHING),
        *(line for event in found for line in _event(event)),
        "END:VCALENDAR",
    ]
    return b"".join(fold(line) for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    # Without a METHOD this is when the event was last changed (section 3.8.7.2).
    yield f"DTSTAMP:{instant(event.changed_at)}"
    yield f"CREATED:{instant(event.created_at)}"
    yield f"LAST-MODIFIED:{instant(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{instant(event.starts_at)}"
    yield f"DTEND:{instant(event.ends_at)}"
    yield f"STATUS:{event.status}"
    yield f"TRANSP:{'TRANSPARENT' if event.status == 'CANCELLED' else 'OPAQUE'}"
    yield "CLASS:PRIVATE"
    yield f"SUMMARY:{text(event.summary)}"
    yield f"LOCATION:{text(event.location)}"
    yield f"DESCRIPTION:{text(event.description)}"
    yield "END:VEVENT"


def instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def text(value: str) -> str:
    """Return a value of the type TEXT."""
    return CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).translate(ESCAPED)


def fold(line: str) -> bytes:
    """Return a content line of at most 75 octets, continued on lines that begin with a space."""
    parts, part = [], b""
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > MAX_OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
