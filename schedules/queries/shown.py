"""Rows that the API shows: locations, regular hours and booking policies of pages that are public."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.functions import Cast

from cms.graphql.sites import ServedSite
from cms.graphql.visibility import visible_sources
from providers.models import ProviderPage
from schedules.core.recurrence import Recurrence, parse_recurrence
from schedules.core.wall_clock import local_date, to_minutes
from schedules.core.words import ENGLISH
from schedules.models import (
    AvailabilityRule,
    BookingPolicy,
    Location,
)
from services.models import ProcedurePage


@dataclass(frozen=True, slots=True, eq=False)
class LocationRow:
    pk: int
    slug: str
    name: str
    time_zone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    latitude: float | None
    longitude: float | None


LOCATION_FIELDS = tuple(field.name for field in fields(LocationRow))


def locations(**filters: Any) -> list[LocationRow]:
    """Return locations by name. One statement."""
    found = Location.objects.filter(**filters).order_by("name", "pk").values_list(*LOCATION_FIELDS)
    return [LocationRow(*values) for values in found]


@dataclass(frozen=True, slots=True, eq=False)
class RuleRow:
    """Regular hours of a provider; `procedures` empty means all."""

    pk: int
    provider_id: int
    location_id: int
    recurrence: Recurrence
    valid_from: date
    valid_until: date | None
    start_time: str
    end_time: str
    procedures: frozenset[int]
    # Whose words it is described in.
    locale: str = ENGLISH


RULE_ROW_FIELDS = ("pk", "location_id", "valid_from", "valid_until", "start_time", "end_time", "procedures")


def current_rules(
    *, providers: Collection[int], site: ServedSite | None, now: datetime
) -> dict[int, list[RuleRow]]:
    """Return the rules of each visible source that are not over where they are kept. One statement."""
    visible = visible_sources(ProviderPage.objects.filter(pk__in=providers), site=site, now=now)
    rows = (
        AvailabilityRule.objects.filter(page__in=visible)
        # A day of margin: local days end up to half a day after the UTC day.
        .exclude(valid_until__lt=now.astimezone(UTC).date() - timedelta(days=1))
        .order_by("page_id", "sort_order", "pk")
        .annotate(rule_text=Cast("recurrence", TextField()))
        .values(*RULE_ROW_FIELDS, "page_id", "rule_text", "location__time_zone")
    )
    found: dict[int, list[RuleRow]] = {}
    for row in rows:
        rule = _rule_row(row)
        if rule.valid_until is None or rule.valid_until >= _today(row["location__time_zone"], now=now):
            found.setdefault(rule.provider_id, []).append(rule)
    return found


def _rule_row(row: dict[str, Any]) -> RuleRow:
    return RuleRow(
        pk=row["pk"],
        provider_id=row["page_id"],
        location_id=row["location_id"],
        recurrence=parse_recurrence(row["rule_text"]),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        start_time=row["start_time"],
        end_time=row["end_time"],
        procedures=frozenset(row["procedures"]),
    )


def _today(zone: str, *, now: datetime) -> date:
    return local_date(minutes=to_minutes(now), zone=zone)


@dataclass(frozen=True, slots=True, eq=False)
class PolicyRow:
    """The part of a booking policy that front ends need. Lengths are in minutes."""

    procedure_id: int
    duration_minutes: int
    durations: tuple[int, ...]
    slot_step_minutes: int
    min_notice_minutes: int
    horizon_days: int
    cancel_cutoff_minutes: int
    reschedule_cutoff_minutes: int
    requires_confirmation: bool


POLICY_ROW_FIELDS = tuple(field.name for field in fields(PolicyRow))[3:]


def booking_policies(*, procedures: Collection[int]) -> dict[int, PolicyRow]:
    """Return the policy of each procedure that has one, public or not. One statement.

    For the cut-offs of visits, which hold when the article is withdrawn; `shown_policies` is for showing."""
    return _policy_rows(BookingPolicy.objects.filter(page_id__in=procedures))


def shown_policies(
    *, procedures: Collection[int], site: ServedSite | None, now: datetime
) -> dict[int, PolicyRow]:
    """Return the policy of each visible, bookable source. One statement."""
    visible = visible_sources(ProcedurePage.objects.filter(pk__in=procedures), site=site, now=now)
    return _policy_rows(BookingPolicy.objects.filter(page__in=visible))


def _policy_rows(found: QuerySet[BookingPolicy]) -> dict[int, PolicyRow]:
    rows = found.values_list("page_id", "duration_minutes", "durations", *POLICY_ROW_FIELDS)
    return {
        procedure: PolicyRow(procedure, duration, tuple(sorted({duration, *others})), *rest)
        for procedure, duration, others, *rest in rows
    }


def providers_at(
    providers: QuerySet[ProviderPage], location_id: int | None, *, now: datetime
) -> QuerySet[Any]:
    """Keep the providers with regular hours at the location. One statement for its zone."""
    return providers.filter(source__in=_rules_at(location_id, now=now).values("page_id"))


def procedures_at(
    procedures: QuerySet[ProcedurePage], location_id: int | None, *, site: ServedSite | None, now: datetime
) -> QuerySet[Any]:
    """Keep the procedures that a visible provider offers in regular hours at the location.

    One statement for its zone."""
    rules = (
        _rules_at(location_id, now=now)
        .filter(page__in=visible_sources(ProviderPage.objects.all(), site=site, now=now))
        .filter(page__offerings__procedure_id=OuterRef("source"))
        .filter(Q(procedures=[]) | Q(procedures__contains=[OuterRef("source")]))
    )
    return procedures.filter(Exists(rules))


def _rules_at(location_id: int | None, *, now: datetime) -> QuerySet[AvailabilityRule]:
    zone = Location.objects.filter(pk=location_id).values_list("time_zone", flat=True).first()
    if zone is None:
        return AvailabilityRule.objects.none()
    rules = AvailabilityRule.objects.filter(location_id=location_id)
    return rules.exclude(valid_until__lt=_today(zone, now=now))
