"""The schedule of procedures: policy, who performs them, hours, exceptions and rooms. Two statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from cms.core.models import ClinicSettings
from cms.core.queries import clinic_of
from cms.graphql.sites import ServedSite
from cms.graphql.statements import KEYS, NOW, Late, kept_rows
from cms.graphql.visibility import visible_sources
from providers.models import ProviderPage
from schedules.core.policy import VisitPolicy
from schedules.core.recurrence import parse_recurrence
from schedules.core.world import DayException, Offer, OpeningRule
from schedules.core.world import Room as FreeRoom
from schedules.fields import closing_minutes, minutes_of_day
from schedules.models import (
    BookingPolicy,
    Closure,
    Location,
    ProviderException,
    Room,
)
from services.models import ProcedurePage


class NotBookable(Exception):
    """The procedure is hidden, unknown, or has no booking policy."""


class UnknownDuration(Exception):
    """The procedure has no visit of this length."""

    def __init__(self, durations: Collection[int]) -> None:
        self.durations = sorted(durations)
        super().__init__(f"Choose one of {', '.join(map(str, self.durations))} minutes.")


def provider_resource(provider_id: int) -> int:
    """Return the number under which the core knows a provider; rooms have the negative ones."""
    return provider_id


def room_resource(room_id: int) -> int:
    return -room_id


@dataclass(frozen=True, slots=True)
class Performer:
    """A visible provider who offers the procedure; `duration` is the provider's own, in minutes, or None."""

    provider: int
    duration: int | None


@dataclass(frozen=True, slots=True)
class ProcedureSchedule:
    """Everything about one procedure that does not depend on who has booked what."""

    procedure: int
    policy: VisitPolicy
    durations: frozenset[int]
    requires_confirmation: bool
    performers: tuple[Performer, ...]
    rules: tuple[OpeningRule, ...]
    exceptions: tuple[DayException, ...]
    rooms: tuple[FreeRoom, ...]
    zones: dict[int, str]
    # For dates that are asked for without a zone.
    clinic_zone: str

    def offers(self, *, duration: int | None, providers: Collection[int] | None) -> tuple[Offer, ...]:
        """Return who performs the visit and how long: `duration` if asked for, else their own."""
        return tuple(
            Offer(
                provider=each.provider,
                resource=provider_resource(each.provider),
                duration=duration or each.duration or self.policy.duration,
            )
            for each in self.performers
            if providers is None or each.provider in providers
        )

    def performers_of(self, *, duration: int, providers: Collection[int]) -> set[int]:
        """Return those of `providers` who still offer a visit of `duration` minutes."""
        return {
            each.provider
            for each in self.performers
            if each.provider in providers and duration in self.durations | {each.duration}
        }


# Policy columns of every row of the first statement, then those of the offering and the rule.
POLICY_FIELDS = (
    "duration_minutes",
    "durations",
    "slot_step_minutes",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "min_notice_minutes",
    "horizon_days",
    "max_per_provider_per_day",
    "max_per_provider_per_week",
    "room_kind",
    "requires_confirmation",
)
OFFERING = "page__offerings__"
RULE = f"{OFFERING}page__availability_rules__"
RULE_FIELDS = (
    "id",
    "location_id",
    "location__time_zone",
    "valid_from",
    "valid_until",
    "start_time",
    "end_time",
    "procedures",
)


def load_schedule(
    *, procedure_id: int, site: ServedSite | None, now: datetime, duration: int | None = None
) -> ProcedureSchedule:
    """Return the schedule of a visible, bookable source with its visible providers.

    Two statements. Raises NotBookable, and UnknownDuration unless `duration` is one of the procedure's."""
    schedule = load_schedules(procedure_ids=[procedure_id], site=site, now=now).get(procedure_id)
    if schedule is None:
        raise NotBookable
    if duration is not None and duration not in schedule.durations:
        raise UnknownDuration(schedule.durations)
    return schedule


def load_schedules(
    *, procedure_ids: Collection[int], site: ServedSite | None, now: datetime
) -> dict[int, ProcedureSchedule]:
    """Return the schedules of those sources that are visible and bookable. Two statements."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in kept_rows(_rules_and_offerings, site, keys=list(procedure_ids), now=now):
        rows.setdefault(row["page_id"], []).append(row)
    exceptions, rooms, zones = _exceptions_and_rooms(
        providers={row[f"{OFFERING}page_id"] for group in rows.values() for row in group}, now=now
    )
    return {
        procedure: _schedule(rows=group, exceptions=exceptions, rooms=rooms, zones=zones)
        for procedure, group in rows.items()
    }


def _schedule(
    *,
    rows: list[dict[str, Any]],
    exceptions: tuple[DayException, ...],
    rooms: tuple[FreeRoom, ...],
    zones: dict[int, str],
) -> ProcedureSchedule:
    policy = rows[0]
    shown = [row for row in rows if row["provider_visible"]]
    performers = {
        row[f"{OFFERING}page_id"]: Performer(
            provider=row[f"{OFFERING}page_id"], duration=row[f"{OFFERING}duration_minutes"]
        )
        for row in shown
    }
    rules = tuple(_opening_rule(row) for row in shown if row[f"{RULE}id"])
    return ProcedureSchedule(
        procedure=policy["page_id"],
        policy=_policy(policy),
        durations=frozenset([policy["duration_minutes"], *policy["durations"]]),
        requires_confirmation=policy["requires_confirmation"],
        performers=tuple(performers[key] for key in sorted(performers)),
        rules=rules,
        exceptions=tuple(each for each in exceptions if each.provider is None or each.provider in performers),
        rooms=tuple(room for room in rooms if room.kind == policy["room_kind"]),
        zones=zones | {rule.location: rule.zone for rule in rules},
        clinic_zone=policy["clinic_zone"] or clinic_of(None).time_zone,
    )


def _rules_and_offerings(site: ServedSite | None) -> QuerySet[Any, dict[str, Any]]:
    procedures = visible_sources(ProcedurePage.objects.filter(pk__in=KEYS), site=site, now=NOW)
    provider = visible_sources(
        ProviderPage.objects.filter(pk=OuterRef(f"{OFFERING}page_id")), site=site, now=NOW
    )
    clinic = ClinicSettings.objects.filter(site_id=site.pk if site else None)
    return (
        BookingPolicy.objects.filter(page__in=procedures.values("pk"))
        .order_by("page_id", f"{RULE}id")
        .values(
            "page_id",
            *POLICY_FIELDS,
            f"{OFFERING}page_id",
            f"{OFFERING}duration_minutes",
            *(f"{RULE}{name}" for name in RULE_FIELDS),
            recurrence=Cast(f"{RULE}recurrence", TextField()),
            provider_visible=Exists(provider),
            clinic_zone=Subquery(clinic.values("time_zone")[:1]),
        )
    )


def _policy(row: dict[str, Any]) -> VisitPolicy:
    return VisitPolicy(
        duration=row["duration_minutes"],
        step=row["slot_step_minutes"],
        buffer_before=row["buffer_before_minutes"],
        buffer_after=row["buffer_after_minutes"],
        min_notice=row["min_notice_minutes"],
        horizon_days=row["horizon_days"],
        max_per_provider_per_day=row["max_per_provider_per_day"],
        max_per_provider_per_week=row["max_per_provider_per_week"],
        room_kind=row["room_kind"] or None,
    )


def _opening_rule(row: dict[str, Any]) -> OpeningRule:
    start_time, end_time = row[f"{RULE}start_time"], row[f"{RULE}end_time"]
    return OpeningRule(
        provider=row[f"{OFFERING}page_id"],
        location=row[f"{RULE}location_id"],
        zone=row[f"{RULE}location__time_zone"],
        recurrence=parse_recurrence(row["recurrence"]),
        valid_from=row[f"{RULE}valid_from"],
        valid_until=row[f"{RULE}valid_until"],
        start_minutes=minutes_of_day(start_time),
        end_minutes=closing_minutes(start_time=start_time, end_time=end_time),
        procedures=frozenset(row[f"{RULE}procedures"]),
    )


class ExceptionOrRoom(NamedTuple):
    """A row of the second statement: a closure, an exception, a room or a place; `owner` is whose."""

    location_id: Any
    # Of closures and exceptions.
    starts_on: Any
    ends_on: Any
    start_time: str | None
    end_time: str | None
    tag: Any
    owner: Any
    zone: Any
    # Of rooms.
    room_kind: str


ROOM = "room"
PLACE = "place"


def _exceptions_and_rooms(
    *, providers: Collection[int], now: datetime
) -> tuple[tuple[DayException, ...], tuple[FreeRoom, ...], dict[int, str]]:
    """Return exceptions and closures that are not over, the rooms in use, and zones. One statement."""
    # Two days of margin: a local day ends after the UTC day, and hours may run past midnight.
    since = now.astimezone(UTC).date() - timedelta(days=2)
    found = kept_rows(_dates_and_places, keys=list(providers), since=since)
    rows = [ExceptionOrRoom(**row) for row in found]
    return (
        tuple(_day_exception(row) for row in rows if row.tag not in (ROOM, PLACE)),
        tuple(_free_room(row) for row in rows if row.tag == ROOM),
        {row.location_id: row.zone for row in rows if row.tag == PLACE},
    )


def _dates_and_places() -> QuerySet[Any, dict[str, Any]]:
    not_over = Q(ends_on__gte=Late("since", DateField()))
    exceptions, *others = (
        part.order_by().values(*ExceptionOrRoom._fields)
        for part in (
            _exceptions(ProviderException.objects.filter(not_over, provider_id__in=KEYS)),
            _closures(Closure.objects.filter(not_over)),
            _rooms(Room.objects.filter(is_active=True)),
            _places(Location.objects.all()),
        )
    )
    return exceptions.union(*others, all=True)


def _exceptions(found: QuerySet[ProviderException]) -> QuerySet[Any]:
    return found.annotate(
        tag=F("kind"),
        owner=F("provider_id"),
        zone=F("location__time_zone"),
        room_kind=Value("", CharField()),
    )


def _closures(found: QuerySet[Closure]) -> QuerySet[Any]:
    return found.annotate(
        tag=Value(ProviderException.Kind.CLOSED.value, CharField()),
        owner=Value(None, BigIntegerField()),
        zone=F("location__time_zone"),
        room_kind=Value("", CharField()),
    )


def _rooms(found: QuerySet[Room]) -> QuerySet[Any]:
    return found.annotate(
        tag=Value(ROOM, CharField()),
        owner=F("pk"),
        zone=F("location__time_zone"),
        room_kind=F("kind"),
        **_no_dates(),
    )


def _places(found: QuerySet[Location]) -> QuerySet[Any]:
    return found.annotate(
        tag=Value(PLACE, CharField()),
        owner=F("pk"),
        location_id=F("pk"),
        zone=F("time_zone"),
        room_kind=Value("", CharField()),
        **_no_dates(),
    )


def _no_dates() -> dict[str, Value]:
    return {
        "starts_on": Value(None, DateField()),
        "ends_on": Value(None, DateField()),
        "start_time": Value(None, CharField()),
        "end_time": Value(None, CharField()),
    }


def _day_exception(row: ExceptionOrRoom) -> DayException:
    return DayException(
        provider=row.owner,
        location=row.location_id,
        kind=row.tag,
        first=row.starts_on,
        last=row.ends_on,
        start_minutes=minutes_of_day(row.start_time) if row.start_time else None,
        end_minutes=minutes_of_day(row.end_time) if row.end_time else None,
    )


def _free_room(row: ExceptionOrRoom) -> FreeRoom:
    return FreeRoom(resource=room_resource(row.owner), location=row.location_id, kind=row.room_kind)
