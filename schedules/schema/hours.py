"""Locations, regular hours, and what they add to procedures and providers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from operator import attrgetter
from typing import Any

import graphene
from django.db.models import QuerySet

from cms.core.queries import PageRow
from cms.core.schema import Clinic
from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.extend import add_field, add_filter
from cms.graphql.ids import decode_id, encode_id
from cms.graphql.types import Date
from providers.queries import ProviderRow, providers_of
from providers.schema import ProviderPage, provider_reader
from schedules import queries
from schedules.core.recurrence import describe_hours
from schedules.core.weekdays import WEEKDAYS, offer_words, regular_days
from schedules.core.words import ENGLISH
from schedules.fields import closing_minutes, minutes_of_day
from services.queries import ProcedureRow
from services.schema import ProcedurePage, list_of

LOCATION_KIND = "Location"
RULE_KIND = "AvailabilityRule"

Weekday = described_enum(
    "Weekday", "A day of the week.", {name: f"Every {name.title()}." for name in WEEKDAYS}
)


class Address(graphene.ObjectType):
    """A postal address; parts that are not known are empty."""

    street = graphene.NonNull(graphene.String, description="With the house number.")
    city = graphene.NonNull(graphene.String, description="City or town.")
    region = graphene.NonNull(graphene.String, description="State, province or the like.")
    postal_code = graphene.NonNull(graphene.String, description="As it is written there.")
    country = graphene.NonNull(graphene.String, description="As editors wrote it.")


class Location(graphene.ObjectType):
    """A place where visits happen."""

    id = graphene.NonNull(graphene.ID, description="Opaque and stable.")
    slug = graphene.NonNull(graphene.String, description="The name used in addresses and filters.")
    name = graphene.NonNull(graphene.String, description="As patients know it.")
    time_zone = graphene.NonNull(graphene.String, description="IANA name, such as America/Denver.")
    address = graphene.NonNull(Address, description="Where it is.")
    phone = graphene.NonNull(graphene.String, description="Empty where there is none.")
    latitude = graphene.Float(description="In degrees, north is positive.")
    longitude = graphene.Float(description="In degrees, east is positive.")

    @staticmethod
    def resolve_id(row: queries.LocationRow, info: graphene.ResolveInfo) -> str:
        return encode_id(LOCATION_KIND, row.pk)

    @staticmethod
    def resolve_address(row: queries.LocationRow, info: graphene.ResolveInfo) -> queries.LocationRow:
        return row


def load_location(source: Any, info: graphene.ResolveInfo) -> queries.LocationRow:
    """Return the location of a row that names one, loaded for all its siblings at once."""

    def loader(rows: Sequence[Any]) -> dict[int, queries.LocationRow]:
        found = queries.locations(pk__in={row.location_id for row in rows})
        return {location.pk: location for location in found}

    return info.context.batches.load(source, "location", loader, row_key=lambda row: row.location_id)


class AvailabilityRule(graphene.ObjectType):
    """Regular hours of a provider, in the location's time."""

    id = graphene.NonNull(graphene.ID, description="Opaque and stable.")
    summary = graphene.NonNull(
        graphene.String,
        description="In plain words of the page's language, English or Spanish: "
        "Every Tuesday, 09:00 to 17:00, Denver.",
    )
    rrule = graphene.NonNull(
        graphene.String, description="Which dates, as iCalendar RRULE lines. Times are not part of it."
    )
    valid_from = graphene.NonNull(Date, description="First possible local day; intervals count from it.")
    valid_until = graphene.Field(Date, description="Last possible local day, inclusive; null for no end.")
    start_time = graphene.NonNull(graphene.String, description="Local time such as 09:00.")
    end_time = graphene.NonNull(
        graphene.String, description="Local time, 24:00 for midnight. Before the start: on the next day."
    )
    location = graphene.NonNull(Location, description="Where the hours are kept; its zone rules them.")

    @staticmethod
    def resolve_id(row: queries.RuleRow, info: graphene.ResolveInfo) -> str:
        return encode_id(RULE_KIND, row.pk)

    @staticmethod
    def resolve_rrule(row: queries.RuleRow, info: graphene.ResolveInfo) -> str:
        return row.recurrence.text

    @staticmethod
    def resolve_location(row: queries.RuleRow, info: graphene.ResolveInfo) -> queries.LocationRow:
        return load_location(row, info)

    @staticmethod
    def resolve_summary(row: queries.RuleRow, info: graphene.ResolveInfo) -> str:
        return describe_hours(
            recurrence=row.recurrence,
            valid_from=row.valid_from,
            start_time=time(*divmod(minutes_of_day(row.start_time), 60)),
            end_minutes=closing_minutes(start_time=row.start_time, end_time=row.end_time),
            place=load_location(row, info).name,
            locale=row.locale,
        )


class BookingPolicy(graphene.ObjectType):
    """How a procedure is booked online. All lengths are in minutes."""

    duration_minutes = graphene.NonNull(graphene.Int, description="The usual length of a visit.")
    durations = list_of(graphene.Int, "Every length that may be asked for, ascending.")
    slot_step_minutes = graphene.NonNull(
        graphene.Int, description="Visits start at multiples of it after local midnight."
    )
    min_notice_minutes = graphene.NonNull(graphene.Int, description="A visit starts at least so much later.")
    horizon_days = graphene.NonNull(graphene.Int, description="Local days ahead that can be booked.")
    cancel_cutoff_minutes = graphene.NonNull(
        graphene.Int, description="Patients can cancel until so long before the start."
    )
    reschedule_cutoff_minutes = graphene.NonNull(
        graphene.Int, description="Patients can move the visit until so long before the start."
    )
    requires_confirmation = graphene.NonNull(
        graphene.Boolean, description="Visits stay REQUESTED until the clinic confirms."
    )


class OfferedOn(graphene.ObjectType):
    """Who offers a procedure where, and on which weekdays: Dr. Sarah White on Tuesdays."""

    provider = graphene.NonNull(ProviderPage, description="Who offers it.")
    location = graphene.NonNull(Location, description="Where.")
    weekdays = list_of(Weekday, "Monday first. A day that comes less often than weekly counts too.")
    summary = graphene.NonNull(
        graphene.String,
        description="In plain words of the page's language, English or Spanish: Dr. Sarah White on Tuesdays.",
    )

    @staticmethod
    def resolve_location(row: "OfferedOnRow", info: graphene.ResolveInfo) -> queries.LocationRow:
        return load_location(row, info)

    @staticmethod
    def resolve_summary(row: "OfferedOnRow", info: graphene.ResolveInfo) -> str:
        return row.summary


@dataclass(frozen=True, slots=True, eq=False)
class OfferedOnRow:
    provider: ProviderRow
    location_id: int
    weekdays: tuple[str, ...]
    summary: str


# Until when hours stay the same -------------------------------------------------------------------

# In the easternmost zone, a day is over when it is this late in UTC.
EARLIEST_MIDNIGHT = time(10)
QUARTER_HOUR = timedelta(minutes=15)


def next_quarter(now: datetime) -> datetime:
    """Return the next full quarter of an hour; in every zone midnight falls on one."""
    return now - (now - datetime.min.replace(tzinfo=UTC)) % QUARTER_HOUR + QUARTER_HOUR


def keep_while_valid(rules: Iterable[queries.RuleRow], context: GraphQLContext) -> None:
    """Let the answer be kept until the first of `rules` may be over."""
    if last_days := [rule.valid_until for rule in rules if rule.valid_until]:
        may_end = datetime.combine(min(last_days), EARLIEST_MIDNIGHT, UTC)
        context.fresh_until(max(may_end, next_quarter(context.now)))


# What the schedule adds to procedures -------------------------------------------------------------


def resolve_offered_on(row: ProcedureRow, info: graphene.ResolveInfo) -> list[OfferedOnRow]:
    reader, context = provider_reader(info, "provider"), info.context

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, list[OfferedOnRow]]:
        offering = providers_of(rows, reader=reader, site=context.site, now=context.now)
        context.batches.add(each for found in offering.values() for each in found)
        everyone = {provider.source_id for found in offering.values() for provider in found}
        rules = queries.current_rules(providers=everyone, site=context.site, now=context.now)
        keep_while_valid((rule for found in rules.values() for rule in found), context)
        return {each.pk: offered_on(each, offering[each.pk], rules, context=context) for each in rows}

    return context.batches.load(row, ("offered on", reader.selected), loader, default=[])


def offered_on(
    procedure: ProcedureRow,
    providers: Sequence[ProviderRow],
    rules: dict[int, list[queries.RuleRow]],
    *,
    context: GraphQLContext,
) -> list[OfferedOnRow]:
    found, locale = [], locale_of(procedure, context)
    for provider in providers:
        places: dict[int, list[queries.RuleRow]] = {}
        for rule in rules.get(provider.source_id, []):
            if not rule.procedures or procedure.source_id in rule.procedures:
                places.setdefault(rule.location_id, []).append(rule)
        for location, here in places.items():
            days = regular_days((rule.recurrence, rule.valid_from) for rule in here)
            names = tuple(WEEKDAYS[day].lower() for day in sorted(days))
            summary = offer_words(provider.title, days, locale=locale)
            found.append(OfferedOnRow(provider, location, names, summary))
    return found


def locale_of(page: PageRow, context: GraphQLContext) -> str:
    """Return the locale whose words are used about the page."""
    return context.site.root_of(page.url_path).locale if context.site else ENGLISH


def resolve_booking(row: ProcedureRow, info: graphene.ResolveInfo) -> queries.PolicyRow | None:
    context = info.context

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, queries.PolicyRow]:
        keys = {each.source_id for each in rows}
        return queries.shown_policies(procedures=keys, site=context.site, now=context.now)

    return context.batches.load(row, "booking", loader, row_key=attrgetter("source_id"))


def filter_procedures(found: QuerySet[Any], value: str, context: GraphQLContext) -> QuerySet[Any]:
    location = decode_id(LOCATION_KIND, value)
    context.fresh_until(next_quarter(context.now))
    return queries.procedures_at(found, location, site=context.site, now=context.now)


add_field(
    ProcedurePage,
    "offered_on",
    list_of(
        OfferedOn,
        "Who offers it where and on which weekdays, from the providers' regular hours.",
        resolver=resolve_offered_on,
    ),
)
add_field(
    ProcedurePage,
    "booking",
    graphene.Field(
        BookingPolicy, description="Null where it cannot be booked online.", resolver=resolve_booking
    ),
)
add_filter(
    root="procedures",
    name="location",
    argument=graphene.Argument(graphene.ID, description="Only procedures offered at the location."),
    apply=filter_procedures,
)

# What the schedule adds to providers --------------------------------------------------------------


def rules_of(row: ProviderRow, info: graphene.ResolveInfo) -> list[queries.RuleRow]:
    context = info.context

    def loader(rows: Sequence[ProviderRow]) -> dict[int, list[queries.RuleRow]]:
        keys = {each.source_id for each in rows}
        rules = queries.current_rules(providers=keys, site=context.site, now=context.now)
        keep_while_valid((rule for found in rules.values() for rule in found), context)
        return rules

    return context.batches.load(row, "rules", loader, row_key=attrgetter("source_id"), default=[])


def resolve_rules(row: ProviderRow, info: graphene.ResolveInfo) -> list[queries.RuleRow]:
    def loader(rows: Sequence[ProviderRow]) -> dict[int, list[queries.RuleRow]]:
        return {each.pk: in_words_of(each) for each in rows}

    def in_words_of(provider: ProviderRow) -> list[queries.RuleRow]:
        locale = locale_of(provider, info.context)
        return [replace(rule, locale=locale) for rule in rules_of(provider, info)]

    return info.context.batches.load(row, "rules in words", loader, default=[])


def resolve_locations(row: ProviderRow, info: graphene.ResolveInfo) -> list[queries.LocationRow]:
    found = {rule.location_id: load_location(rule, info) for rule in rules_of(row, info)}
    return sorted(found.values(), key=lambda location: (location.name, location.pk))


def filter_providers(found: QuerySet[Any], value: str, context: GraphQLContext) -> QuerySet[Any]:
    context.fresh_until(next_quarter(context.now))
    return queries.providers_at(found, decode_id(LOCATION_KIND, value), now=context.now)


add_field(
    ProviderPage,
    "availability_rules",
    list_of(AvailabilityRule, "Regular hours that are not over.", resolver=resolve_rules),
)
add_field(
    ProviderPage,
    "locations",
    list_of(Location, "Where the provider has regular hours, by name.", resolver=resolve_locations),
)
add_filter(
    root="providers",
    name="location",
    argument=graphene.Argument(graphene.ID, description="Only providers with regular hours there."),
    apply=filter_providers,
)

add_field(
    Clinic,
    "locations",
    list_of(Location, "Every place of the clinic, by name.", resolver=lambda _, info: queries.locations()),
)

# Root fields --------------------------------------------------------------------------------------


class HoursQuery(graphene.ObjectType):
    locations = list_of(Location, "Every place of the clinic, by name.")
    location = graphene.Field(
        Location,
        slug=graphene.NonNull(graphene.String, description="The location's `slug`."),
        description="One location, or null.",
    )

    @staticmethod
    def resolve_locations(root: None, info: graphene.ResolveInfo) -> list[queries.LocationRow]:
        return queries.locations()

    @staticmethod
    def resolve_location(root: None, info: graphene.ResolveInfo, slug: str) -> queries.LocationRow | None:
        return next(iter(queries.locations(slug=slug)), None)
