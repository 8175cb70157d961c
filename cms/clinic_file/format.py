"""The format of the clinic file as a JSON Schema, printed by `load_clinic --print-schema`.

Ranges and lengths are those of the models, so that every problem of a file is found in one reading."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from providers.models import VISIT_MINUTES
from schedules.core.states import EXPIRED, HELD
from schedules.models import Appointment, ProviderException
from services.blocks import LIKELIHOODS, PHASES, SEVERITIES
from services.models import TOLD_MINUTES

Schema = dict[str, Any]

LOCAL_TIME = "%Y-%m-%dT%H:%M"


# One line: line breaks and other control characters only at the end, where they are trimmed.
LINE_PATTERN = r"^[^\x00-\x1f\x7f]*\s*$"
NEEDED_LINE_PATTERN = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f]\s*$"


def long_text(*, most: int) -> Schema:
    return {"type": ["string", "null"], "maxLength": most, "default": ""}


def needed_long_text(*, most: int) -> Schema:
    return {"type": "string", "maxLength": most, "pattern": r"\S", "description": "text that is not blank"}


def text(*, most: int) -> Schema:
    return {**long_text(most=most), "pattern": LINE_PATTERN, "description": "one line of text"}


def needed_text(*, most: int) -> Schema:
    return {
        "type": "string",
        "maxLength": most,
        "pattern": NEEDED_LINE_PATTERN,
        "description": "one line of text that is not blank",
    }


def patterned(pattern: str, *, most: int, description: str) -> Schema:
    # The end is spelled out because `$` alone also matches before a final line break.
    return {
        "type": "string",
        "maxLength": most,
        "pattern": f"^(?:{pattern})$(?!\\n)",
        "description": description,
    }


def formatted(name: str, *, description: str) -> Schema:
    return {"type": "string", "format": name, "description": description}


def whole_number(*, least: int, most: int, default: int | None = None) -> Schema:
    schema: Schema = {"type": "integer", "minimum": least, "maximum": most}
    return schema if default is None else {**optional(schema), "default": default}


def optional(schema: Schema) -> Schema:
    """Null means the same as leaving the key out."""
    return {**schema, "type": [schema["type"], "null"]}


def names(choices: Iterable[tuple[str, str]]) -> list[str]:
    return [name for name, _ in choices]


def choice(values: list[str], *, default: str) -> Schema:
    return {"type": ["string", "null"], "enum": [*values, None], "default": default}


def flag(*, default: bool) -> Schema:
    return {"type": ["boolean", "null"], "default": default}


def array(items: Schema, *, most: int, default: list[str] | None = None, unique: bool = False) -> Schema:
    return {
        "type": ["array", "null"],
        "items": items,
        "maxItems": most,
        "uniqueItems": unique,
        "default": default or [],
    }


def mapping(required: list[str], **properties: Schema) -> Schema:
    named = {key.rstrip("_"): value for key, value in properties.items()}
    return {"type": "object", "required": required, "additionalProperties": False, "properties": named}


SLUG = patterned("[-a-zA-Z0-9_]+", most=80, description="letters, digits, hyphens and underscores")
KIND = patterned("[-a-zA-Z0-9_]+", most=40, description="one word of letters, digits and hyphens")
LANGUAGE = patterned(
    "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", most=12, description="a language code such as en or es"
)
START_TIME = patterned(
    "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]", most=5, description='a 24-hour time such as "09:00"'
)
END_TIME = patterned(
    "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00",
    most=5,
    description='a 24-hour time such as "17:00", at most "24:00"',
)
DATE = formatted("date", description="a date such as 2027-01-05")
LOCAL_DATE_TIME = formatted(
    "local-date-time", description="a local time without zone such as 2027-01-05T10:00"
)
TIME_ZONE = formatted("time-zone", description="an IANA time zone such as America/Denver")
EMAIL = patterned(
    r"[^@\s]+@[^@\s]+\.[^@\s.]+", most=254, description="an e-mail address such as someone@example.com"
)
# All texts of a page together stay within what PostgreSQL can index for search (1 MB).
ARTICLE = long_text(most=20_000)
DESCRIPTION = long_text(most=4_000)
LINE = needed_text(most=120)
VISIT_LENGTH = whole_number(least=VISIT_MINUTES[0], most=VISIT_MINUTES[1])
TOLD_LENGTH = optional(whole_number(least=TOLD_MINUTES[0], most=TOLD_MINUTES[1]))
BUFFER_MINUTES = whole_number(least=0, most=720, default=0)
CUTOFF_MINUTES = whole_number(least=0, most=525_600, default=0)
LANGUAGES = array(LANGUAGE, most=20, default=["en"], unique=True)
STATUS = choice(["live", "draft"], default="live")
# Those that time brings about are not moved in.
VISIT_STATES = [each for each in Appointment.Status.values if each not in (HELD, EXPIRED)]

CLINIC = mapping(
    ["name", "time_zone"],
    name=needed_text(most=120),
    time_zone=TIME_ZONE,
    phone=text(most=40),
    email=optional(EMAIL),
    welcome=long_text(most=1000),
    languages=LANGUAGES,
)

ADDRESS = mapping(
    [],
    street=text(most=160),
    city=text(most=80),
    region=text(most=80),
    # YAML reads an unquoted code as a number.
    postal_code={"type": ["string", "integer", "null"], "maxLength": 20, "default": ""},
    country=text(most=60),
)

CLOSURE = mapping(
    ["from"],
    from_=DATE,
    until=optional(DATE),
    start_time=optional(START_TIME),
    end_time=optional(END_TIME),
    label=text(most=120),
)

LOCATION = mapping(
    ["slug", "name"],
    slug=SLUG,
    name=needed_text(most=120),
    time_zone=optional(TIME_ZONE),
    address=optional(ADDRESS),
    phone=text(most=40),
    latitude={"type": ["number", "null"], "minimum": -90, "maximum": 90},
    longitude={"type": ["number", "null"], "minimum": -180, "maximum": 180},
    rooms=array(
        mapping(["slug"], slug=SLUG, name=text(most=80), kind={**optional(KIND), "default": "treatment"}),
        most=200,
    ),
    closures=array(CLOSURE, most=1000),
)

BOOKING = mapping(
    ["duration_minutes"],
    duration_minutes=VISIT_LENGTH,
    durations=array(VISIT_LENGTH, most=10, unique=True),
    slot_step_minutes=whole_number(least=5, most=240, default=15),
    buffer_before_minutes=BUFFER_MINUTES,
    buffer_after_minutes=BUFFER_MINUTES,
    min_notice_minutes=CUTOFF_MINUTES,
    horizon_days=whole_number(least=0, most=3650, default=365),
    cancel_cutoff_minutes=CUTOFF_MINUTES,
    reschedule_cutoff_minutes=CUTOFF_MINUTES,
    max_per_provider_per_day=optional(whole_number(least=1, most=1000)),
    max_per_provider_per_week=optional(whole_number(least=1, most=1000)),
    room_kind=optional(KIND),
    requires_confirmation=flag(default=False),
)

STEP = mapping(
    ["phase"],
    phase={"type": "string", "enum": names(PHASES)},
    title=text(most=120),
    description=DESCRIPTION,
)
BENEFIT = mapping(["title"], title=needed_text(most=120), description=DESCRIPTION)
RISK = mapping(
    ["title"],
    title=needed_text(most=120),
    description=DESCRIPTION,
    severity=choice(names(SEVERITIES), default="moderate"),
    likelihood=choice(names(LIKELIHOODS), default="unknown"),
)
FAQ = mapping(
    ["question", "answer"],
    question=needed_text(most=200),
    answer=needed_long_text(most=4_000),
)

PROCEDURE = mapping(
    ["slug", "title", "summary"],
    slug=SLUG,
    title=needed_text(most=255),
    summary=needed_long_text(most=400),
    also_known_as=array(LINE, most=30, unique=True),
    category=optional(SLUG),
    introduction=ARTICLE,
    how_it_works=ARTICLE,
    aftercare=ARTICLE,
    what_to_expect=array(STEP, most=50),
    benefits=array(BENEFIT, most=50),
    risks=array(RISK, most=50),
    faqs=array(FAQ, most=50),
    duration_minutes_min=TOLD_LENGTH,
    duration_minutes_max=TOLD_LENGTH,
    downtime=text(most=200),
    last_reviewed_on=optional(DATE),
    reviewed_by=optional(SLUG),
    booking=optional(BOOKING),
    status=STATUS,
)

AVAILABILITY = mapping(
    ["location", "recurrence", "valid_from", "start_time", "end_time"],
    location=SLUG,
    recurrence=needed_long_text(most=1024),
    valid_from=DATE,
    valid_until=optional(DATE),
    start_time=START_TIME,
    end_time=END_TIME,
    procedures=array(SLUG, most=500, unique=True),
)

EXCEPTION = mapping(
    ["from"],
    from_=DATE,
    until=optional(DATE),
    kind=choice(ProviderException.Kind.values, default="closed"),
    start_time=optional(START_TIME),
    end_time=optional(END_TIME),
    location=optional(SLUG),
    label=text(most=120),
)

PROVIDER = mapping(
    ["slug", "name"],
    slug=SLUG,
    name=needed_text(most=120),
    honorific=text(most=20),
    credentials=array(LINE, most=30, unique=True),
    specialties=array(LINE, most=30, unique=True),
    languages=LANGUAGES,
    biography=ARTICLE,
    accepting_new_patients=flag(default=True),
    offers=array(mapping(["procedure"], procedure=SLUG, duration_minutes=optional(VISIT_LENGTH)), most=500),
    availability=array(AVAILABILITY, most=500),
    exceptions=array(EXCEPTION, most=2000),
    status=STATUS,
)

PARTNER = mapping(
    ["slug", "name"],
    slug=SLUG,
    name=needed_text(most=120),
    allowed_origins=array({"type": "string"}, most=100),
)

APPOINTMENT = mapping(
    ["reference", "procedure", "provider", "location", "starts_at", "patient"],
    reference=needed_text(most=40),
    procedure=SLUG,
    provider=SLUG,
    location=SLUG,
    starts_at=LOCAL_DATE_TIME,
    duration_minutes=optional(VISIT_LENGTH),
    patient=mapping(["name"], name=needed_text(most=120), email=optional(EMAIL), phone=text(most=40)),
    status=choice(VISIT_STATES, default="booked"),
)

CLINIC_FILE: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Clinic file",
    **mapping(
        ["clinic", "locations"],
        clinic=CLINIC,
        locations={"type": "array", "items": LOCATION, "minItems": 1, "maxItems": 500},
        categories=array(mapping(["slug"], slug=SLUG, name=text(most=80)), most=500),
        procedures=array(PROCEDURE, most=2000),
        providers=array(PROVIDER, most=2000),
        partners=array(PARTNER, most=500),
        appointments=array(APPOINTMENT, most=100_000),
    ),
}

formats = FormatChecker(formats=())


@formats.checks("date")
def is_date(value: object) -> bool:
    """Four-digit years close to ours only: calendar arithmetic at the ends of time fails in odd places."""
    return not isinstance(value, str) or parsed_date(value) is not None


@formats.checks("local-date-time")
def is_local_date_time(value: object) -> bool:
    return not isinstance(value, str) or parsed_local_time(value) is not None


@formats.checks("time-zone")
def is_time_zone(value: object) -> bool:
    return not isinstance(value, str) or value in zoneinfo.available_timezones()


def parsed_date(value: str) -> date | None:
    """Return None for anything but YYYY-MM-DD from 1900 to 2199."""
    if not re.fullmatch(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def parsed_local_time(value: str) -> datetime | None:
    """Return a naive local time, or None for anything but YYYY-MM-DDTHH:MM with or without :00 seconds."""
    match = re.fullmatch(r"((?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::00)?", value)
    if not match:
        return None
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError:
        return None


VALIDATOR = Draft202012Validator(CLINIC_FILE, format_checker=formats)
