"""What a search asks for: the parameters of each resource, read from the query of an address."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core import signing

DEFAULT_COUNT, MAX_COUNT = 50, 200
CURSOR_SALT = "cms.feeds.fhir"
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
DATE = re.compile(r"([a-z]{2})?(\d{4}(?:-\d{2}(?:-\d{2})?)?)", re.ASCII)
INSTANT = re.compile(
    r"([a-z]{2})?(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[ +-]\d{2}:\d{2}))", re.ASCII
)
# What a client says beside what it looks for.
CONTROLS = frozenset({"_count", "_cursor", "_format"})


class Refused(Exception):
    """The request is answered with an OperationOutcome. `issue` is a code of its value set."""

    def __init__(self, message: str, *, status: int = 400, issue: str = "invalid") -> None:
        super().__init__(message)
        self.status = status
        self.issue = issue


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Literal["token", "date", "reference", "string"]
    documentation: str


ID_PARAMETER = Parameter("_id", "token", "The id; several are separated by commas.")
NAME = Parameter("name", "string", "What the name begins with, in any case.")
SERVICE_TYPE = Parameter("service-type", "token", "The id of a HealthcareService.")
PARAMETERS: Mapping[str, tuple[Parameter, ...]] = {
    "Appointment": (
        ID_PARAMETER,
        Parameter("_lastUpdated", "date", "When it was last changed."),
        Parameter("actor", "reference", "Practitioner, Location or HealthcareService."),
        Parameter("date", "date", "When it starts."),
        Parameter("identifier", "token", "The reference that the patient was given."),
        Parameter("location", "reference", "Where it takes place."),
        Parameter("practitioner", "reference", "Who performs it."),
        SERVICE_TYPE,
        Parameter("status", "token", "pending, booked, arrived, fulfilled, cancelled or noshow."),
    ),
    "HealthcareService": (ID_PARAMETER, NAME),
    "Location": (ID_PARAMETER, NAME),
    "Practitioner": (ID_PARAMETER, NAME),
    "Schedule": (
        ID_PARAMETER,
        Parameter("actor", "reference", "Practitioner or Location."),
        Parameter("date", "date", "A day within the planning horizon."),
        SERVICE_TYPE,
    ),
    "Slot": (
        Parameter("schedule", "reference", "Whose times; all where left out."),
        SERVICE_TYPE,
        Parameter("start", "date", "When it starts. At most 92 days; the next 7 where left out."),
        Parameter("status", "token", "free, busy, busy-tentative or busy-unavailable."),
    ),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Instants from `since` on and before `until`; None for no bound."""

    since: datetime | None = None
    until: datetime | None = None

    def within(self, other: "Span") -> "Span":
        starts = [each for each in (self.since, other.since) if each]
        ends = [each for each in (self.until, other.until) if each]
        return Span(max(starts, default=None), min(ends, default=None))


@dataclass(frozen=True, slots=True)
class Search:
    """A search that was understood. Each parameter may be there several times; all of them have to fit."""

    resource: str
    values: Mapping[str, tuple[str, ...]]
    count: int
    # Where to go on: the key of the last entry of the page before.
    after: Sequence[Any] | None
    time_zone: str

    def choices(self, name: str) -> list[frozenset[str]]:
        """Return what each occurrence of a parameter allows."""
        return [frozenset(value.split(",")) for value in self.values.get(name, ())]

    def choice(self, name: str) -> frozenset[str] | None:
        """Return what all occurrences of a token allow, without the systems; None for anything."""
        found = [frozenset(each.rpartition("|")[2] for each in group) for group in self.choices(name)]
        return frozenset.intersection(*found) if found else None

    def keys(self, name: str) -> frozenset[int] | None:
        """Return the numbers among the ids that are allowed; None for any."""
        found = self.choice(name)
        return None if found is None else frozenset(int(each) for each in found if is_key(each))

    def references(self, name: str, *, default: str = "") -> list[dict[str, frozenset[str]]]:
        """Return for each occurrence the ids by type; `default` is the type of bare ids."""
        return [_references(group, name=name, default=default) for group in self.choices(name)]

    def span(self, name: str) -> Span:
        found = Span()
        for value in self.values.get(name, ()):
            found = found.within(read_span(value, name=name, time_zone=self.time_zone))
        return found


def is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _references(group: Iterable[str], *, name: str, default: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for value in group:
        *path, key = value.split("/")
        kind = path[-1] if path else default
        if not kind or not ID.fullmatch(key):
            raise Refused(f"`{name}` takes references such as Location/1.")
        found.setdefault(kind, set()).add(key)
    return {kind: frozenset(keys) for kind, keys in found.items()}


def read_search(
    resource: str, query: Iterable[tuple[str, str]], *, is_strict: bool, time_zone: str
) -> Search:
    """Return what the query asks for. Raises Refused; unknown parameters count only where `is_strict`."""
    known = {parameter.name for parameter in PARAMETERS[resource]}
    values: dict[str, list[str]] = {}
    controls: dict[str, str] = {}
    for name, value in query:
        if "\0" in value:
            raise Refused(f"`{name}` must not contain NUL characters.")
        base, colon, modifier = name.partition(":")
        if colon and base in known:
            raise Refused(f"The modifier `:{modifier}` is not supported.", issue="not-supported")
        if name == ID_PARAMETER.name and name not in known:
            message = f"Read {resource}/<id> instead."
            raise Refused(message, issue="not-supported")
        if name in CONTROLS:
            controls[name] = value
        elif name in known and value:
            values.setdefault(name, []).append(value)
        elif name not in known and is_strict:
            raise Refused(f"The search parameter is not known here. Known: {', '.join(sorted(known))}.")
    return Search(
        resource=resource,
        values={name: tuple(found) for name, found in values.items()},
        count=_count(controls.get("_count", "")),
        after=read_cursor(controls["_cursor"], resource=resource) if "_cursor" in controls else None,
        time_zone=time_zone,
    )


def _count(text: str) -> int:
    if not text:
        return DEFAULT_COUNT
    if not is_key(text) or not int(text):
        raise Refused("`_count` is a whole number, 1 or more.")
    return min(int(text), MAX_COUNT)


def write_cursor(key: Sequence[Any], *, resource: str) -> str:
    return signing.dumps(list(key), salt=f"{CURSOR_SALT}.{resource}")


def read_cursor(text: str, *, resource: str) -> list[Any]:
    """Return the key in a cursor of ours. Raises Refused for anything else."""
    try:
        return signing.loads(text, salt=f"{CURSOR_SALT}.{resource}")
    except signing.BadSignature as error:
        raise Refused("The cursor is not known. Begin again without it.") from error


# Dates --------------------------------------------------------------------------------------------


def read_span(text: str, *, name: str, time_zone: str) -> Span:
    """Return which instants a value with its prefix allows. A day is one of the clinic's. Raises Refused."""
    prefix, first, end = _interval(text, name=name, time_zone=time_zone)
    spans = {
        "eq": Span(first, end),
        "ge": Span(first, None),
        "gt": Span(end, None),
        "sa": Span(end, None),
        "le": Span(None, end),
        "lt": Span(None, first),
        "eb": Span(None, first),
    }
    if prefix not in spans:
        raise Refused(f"`{name}` knows the prefixes eq, ge, gt, sa, le, lt and eb.", issue="not-supported")
    return spans[prefix]


def _interval(text: str, *, name: str, time_zone: str) -> tuple[str, datetime, datetime]:
    """Return the prefix, and the half-open time that a value of its precision stands for."""
    try:
        if found := DATE.fullmatch(text):
            return found[1] or "eq", *_days(found[2], zone=ZoneInfo(time_zone))
        if found := INSTANT.fullmatch(text):
            # A plus sign that was not encoded arrives as a space.
            start = datetime.fromisoformat(found[2].replace(" ", "+")).astimezone(UTC)
            return found[1] or "eq", start, start + _precision(found[2])
    except (ValueError, OverflowError):
        pass
    raise Refused(f"`{name}` takes dates such as ge2027-03-09 or lt2027-03-09T16:00:00Z.")


def _precision(text: str) -> timedelta:
    clock = re.split(r"[Z +-]", text.partition("T")[2])[0]
    if "." in clock:
        return timedelta(microseconds=10 ** (6 - len(clock.partition(".")[2])))
    return timedelta(seconds=1) if clock.count(":") == 2 else timedelta(minutes=1)


def _days(text: str, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the half-open time of a year, a month or a day."""
    first = date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 7 else f"{text}-01"[:10])
    longest = {4: 366, 7: 31, 10: 1}[len(text)]
    end = first + timedelta(days=longest)
    if len(text) < 10:
        end = end.replace(day=1) if len(text) == 7 else end.replace(month=1, day=1)
    starts, ends = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (first, end))
    return starts.astimezone(UTC), ends.astimezone(UTC)
