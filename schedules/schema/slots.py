"""Free times: availability of a window, and the next free slots."""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

import graphene

from cms.core.queries import NamedPage, PageRow
from cms.core.schema import named_page
from cms.graphql.context import GraphQLContext
from cms.graphql.errors import BadInput
from cms.graphql.extend import add_field
from cms.graphql.freshness import Freshness, declare_freshness
from cms.graphql.ids import decode_id
from cms.graphql.limits import declare_cost
from cms.graphql.pagination import MAX_FIRST, page_size
from cms.graphql.sites import LocaleRoot, root_around
from cms.graphql.types import Date, DateTime
from providers.queries import ProviderRow, providers_by_key
from providers.schema import ProviderPage, provider_reader
from schedules import queries
from schedules.core.wall_clock import edge, local_label, to_datetime, to_minutes
from schedules.core.world import Slot as CoreSlot
from schedules.queries import ProcedureSchedule, SlotSearch
from schedules.schema.hours import LOCATION_KIND, Location, load_location
from schedules.tokens import SlotChoice, sign_slot
from services.queries import ProcedureRow
from services.schema import ProcedurePage, list_of

MAX_WINDOW_DAYS = 92
# Far beyond any horizon, and safe for every calendar computation.
FIRST_DATE, LAST_DATE = date(1970, 1, 2), date(2200, 1, 1)
NOT_BOOKABLE = "This procedure cannot be booked online."
# What `durationMinutes` means, wherever free times are asked for.
DURATION = "One of the procedure's `durations`."


@dataclass(frozen=True, slots=True, eq=False)
class SlotRow:
    """A free slot of one procedure, shown in `time_zone`. Instants in minutes since the epoch."""

    procedure_id: int
    start: int
    end: int
    location_id: int
    provider_ids: tuple[int, ...]
    time_zone: str
    # Where to show the providers from: the locale of the page that was asked about.
    root: LocaleRoot | None

    @property
    def starts_at(self) -> datetime:
        return to_datetime(self.start)

    @property
    def ends_at(self) -> datetime:
        return to_datetime(self.end)


def slot_rows(
    slots: Sequence[CoreSlot], *, procedure_id: int, time_zone: str, root: LocaleRoot | None
) -> list[SlotRow]:
    return [
        SlotRow(procedure_id, slot.start, slot.end, slot.location, slot.providers, time_zone, root)
        for slot in slots
    ]


ProvidersShown = tuple[tuple[int, ...], LocaleRoot | None]


class Slot(graphene.ObjectType):
    """A time at which a visit can be booked, with everybody who is free then."""

    starts_at = graphene.NonNull(DateTime, description="In UTC.")
    ends_at = graphene.NonNull(DateTime, description="In UTC.")
    local_start = graphene.NonNull(graphene.String, description="In `timeZone`: 2027-03-09T09:00.")
    time_zone = graphene.NonNull(graphene.String, description="The display zone that was asked for.")
    location = graphene.NonNull(Location, description="Where; its own zone is in `timeZone` there.")
    providers = list_of(ProviderPage, "Everybody who is free then.")
    token = graphene.NonNull(graphene.String, description="Signed; what bookAppointment takes.")

    @staticmethod
    def resolve_local_start(row: SlotRow, info: graphene.ResolveInfo) -> str:
        return local_label(minutes=row.start, zone=row.time_zone)

    @staticmethod
    def resolve_location(row: SlotRow, info: graphene.ResolveInfo) -> queries.LocationRow:
        return load_location(row, info)

    @staticmethod
    def resolve_providers(row: SlotRow, info: graphene.ResolveInfo) -> list[ProviderRow]:
        reader, context = provider_reader(info), info.context

        def loader(rows: Sequence[SlotRow]) -> dict[ProvidersShown, list[ProviderRow]]:
            groups = {(each.provider_ids, each.root) for each in rows}
            keys = {(key, root) for group, root in groups for key in group}
            found = providers_by_key(keys, reader=reader, site=context.site, now=context.now)
            return {
                (group, root): [found[key, root] for key in group if (key, root) in found]
                for group, root in groups
            }

        key = ("providers", reader.selected)
        return context.batches.load(row, key, loader, row_key=lambda each: (each.provider_ids, each.root))

    @staticmethod
    def resolve_token(row: SlotRow, info: graphene.ResolveInfo) -> str:
        return sign_slot(
            SlotChoice(
                procedure=row.procedure_id,
                location=row.location_id,
                start=row.start,
                duration=row.end - row.start,
                providers=row.provider_ids,
            )
        )


class AvailabilityDay(graphene.ObjectType):
    """One date of the window in its time zone; empty where nothing is free."""

    date = graphene.NonNull(Date, description="In the zone of the answer.")
    starts = list_of(DateTime, "When visits can start: ascending, without repeats, the cheap shape.")
    slots = list_of(Slot, "The same with place, providers and token.")

    @staticmethod
    def resolve_starts(day: "DayRow", info: graphene.ResolveInfo) -> list[datetime]:
        return [to_datetime(start) for start in sorted({slot.start for slot in day.slots})]


@dataclass(frozen=True, slots=True, eq=False)
class DayRow:
    date: date
    slots: list[SlotRow]


class Availability(graphene.ObjectType):
    """The free times of a procedure in a window of dates."""

    time_zone = graphene.NonNull(graphene.String, description="The zone of the dates.")
    revision = graphene.NonNull(
        graphene.String, description="Opaque; stays the same while the free times do."
    )
    days = list_of(AvailabilityDay, "Every date of the window, in order, empty days included.")
    next_start = graphene.Field(
        DateTime, description="The first free start from `from` on, also past the window; null for none."
    )

    @staticmethod
    def resolve_revision(answer: "AvailabilityAnswer", info: graphene.ResolveInfo) -> str:
        return answer.revision

    @staticmethod
    def resolve_next_start(answer: "AvailabilityAnswer", info: graphene.ResolveInfo) -> datetime | None:
        if answer.slots:
            return answer.slots[0].starts_at
        slots = queries.next_slots(
            schedule=answer.schedule,
            searches=[answer.search],
            since=edge(day=answer.first, minutes=0, zone=answer.time_zone),
            count=1,
            now=info.context.now,
        )[0]
        return to_datetime(slots[0].start) if slots else None


@dataclass(frozen=True, slots=True, eq=False)
class AvailabilityAnswer:
    schedule: ProcedureSchedule
    search: SlotSearch
    first: date
    last: date
    time_zone: str
    slots: list[SlotRow]

    @property
    def days(self) -> list[DayRow]:
        dates = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        midnights = [edge(day=day, minutes=0, zone=self.time_zone) for day in dates[1:]]
        places = [0, *(bisect_left(self.slots, at, key=_start) for at in midnights), len(self.slots)]
        return [
            DayRow(date=day, slots=self.slots[begin:end])
            for day, (begin, end) in zip(dates, pairwise(places), strict=True)
        ]

    @property
    def revision(self) -> str:
        seen = [(slot.start, slot.end, slot.location_id, slot.provider_ids) for slot in self.slots]
        return hashlib.sha256(repr((self.time_zone, self.first, self.last, seen)).encode()).hexdigest()[:16]


def _start(slot: SlotRow) -> int:
    return slot.start


class AvailabilityInput(graphene.InputObjectType):
    """What to look for. `from` and `to` are dates in `timeZone`, both inclusive, at most 92 days."""

    procedure = graphene.NonNull(graphene.ID, description="The procedure's `id`; it must be bookable.")
    provider = graphene.ID(description="Only this provider; anybody where left out.")
    location = graphene.ID(description="Only this location; anywhere where left out.")
    # `from` is a keyword, so the attribute has another name.
    first = graphene.NonNull(Date, name="from", description="First date, in `timeZone`.")
    last = graphene.NonNull(Date, name="to", description="Last date, inclusive.")
    time_zone = graphene.String(description="IANA name; the clinic's zone where left out.")
    duration_minutes = graphene.Int(description=DURATION)
    ignore_appointment = graphene.String(
        description="A manage token: the time of that visit counts as free. An unknown one is ignored."
    )


# Reading what was asked ---------------------------------------------------------------------------


@cache
def zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(name: str | None) -> str | None:
    """Return the zone asked for, if one was. Raises BadInput for an unknown one."""
    if name is not None and name not in zone_names():
        raise BadInput("The time zone is not known. Use an IANA name such as America/Denver.", "timeZone")
    return name


def window(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise BadInput("`to` is before `from`.", "to")
    if (last - first).days >= MAX_WINDOW_DAYS:
        raise BadInput(f"The window is longer than {MAX_WINDOW_DAYS} days: ask for a part of it.", "to")
    if first < FIRST_DATE or last > LAST_DATE:
        raise BadInput(f"Dates are possible from {FIRST_DATE} to {LAST_DATE}.", "from")
    return first, last


def slot_search(
    *,
    provider: str | None,
    location: str | None,
    context: GraphQLContext,
    duration: int | None = None,
    ignore: frozenset[int] = frozenset(),
) -> SlotSearch:
    """Return the search; an id that names nobody, or nowhere, finds nothing."""
    providers = None if provider is None else frozenset([named_page(provider, context).source_id or -1])
    place = None if location is None else decode_id(LOCATION_KIND, location) or -1
    return SlotSearch(providers=providers, location=place, duration=duration, ignore=ignore)


def schedule_of(
    procedure: NamedPage, context: GraphQLContext, *, duration: int | None = None
) -> ProcedureSchedule:
    """Return the schedule of the procedure. Raises BadInput where it cannot be booked."""
    try:
        return queries.load_schedule(
            procedure_id=procedure.source_id or -1, site=context.site, now=context.now, duration=duration
        )
    except queries.NotBookable as error:
        raise BadInput(NOT_BOOKABLE, "procedure") from error
    except queries.UnknownDuration as error:
        raise BadInput(str(error), "durationMinutes") from error


def ignored(token: str | None, context: GraphQLContext) -> frozenset[int]:
    if not token:
        return frozenset()
    context.make_private()
    visit = queries.appointment_for_token(token=token, now=context.now)
    return frozenset([visit.pk] if visit else [])


# Root fields --------------------------------------------------------------------------------------


class SlotQuery(graphene.ObjectType):
    availability = graphene.Field(
        graphene.NonNull(Availability),
        input=graphene.Argument(graphene.NonNull(AvailabilityInput), description="What to look for."),
        description="The free times of a procedure. Past times are not offered.",
    )
    next_available = list_of(
        Slot,
        "The next free slots, as far as the booking horizon reaches.",
        procedure=graphene.Argument(
            graphene.NonNull(graphene.ID), description="The procedure's `id`; it must be bookable."
        ),
        provider=graphene.ID(description="Only this provider."),
        location=graphene.ID(description="Only this location."),
        duration_minutes=graphene.Int(description=DURATION),
        first=graphene.Int(default_value=1, description="How many, 1 to 100."),
        time_zone=graphene.String(description="IANA name for `localStart`; the clinic's where left out."),
    )

    @staticmethod
    def resolve_availability(root: None, info: graphene.ResolveInfo, input: Any) -> AvailabilityAnswer:
        context = info.context
        first, last = window(input.first, input.last)
        duration = input.get("duration_minutes")
        asked_zone = known_zone(input.get("time_zone"))
        procedure = named_page(input.procedure, context)
        schedule = schedule_of(procedure, context, duration=duration)
        zone = asked_zone or schedule.clinic_zone
        search = slot_search(
            provider=input.get("provider"),
            location=input.get("location"),
            context=context,
            duration=duration,
            ignore=ignored(input.get("ignore_appointment"), context),
        )
        slots = queries.open_slots(
            schedule=schedule,
            search=search,
            first=edge(day=first, minutes=0, zone=zone),
            last=edge(day=last + timedelta(days=1), minutes=0, zone=zone),
            now=context.now,
        )
        rows = slot_rows(slots, procedure_id=schedule.procedure, time_zone=zone, root=procedure.root)
        context.batches.add(rows)
        return AvailabilityAnswer(
            schedule=schedule, search=search, first=first, last=last, time_zone=zone, slots=rows
        )

    @staticmethod
    def resolve_next_available(
        root: None,
        info: graphene.ResolveInfo,
        procedure: str,
        first: int | None,
        provider: str | None = None,
        location: str | None = None,
        duration_minutes: int | None = None,
        time_zone: str | None = None,
    ) -> list[SlotRow]:
        context = info.context
        count = page_size(1 if first is None else first)
        asked_zone = known_zone(time_zone)
        page = named_page(procedure, context)
        schedule = schedule_of(page, context, duration=duration_minutes)
        zone = asked_zone or schedule.clinic_zone
        search = slot_search(provider=provider, location=location, context=context, duration=duration_minutes)
        found = queries.next_slots(
            schedule=schedule,
            searches=[search],
            since=to_minutes(context.now),
            count=count,
            now=context.now,
        )[0]
        rows = slot_rows(found, procedure_id=schedule.procedure, time_zone=zone, root=page.root)
        context.batches.add(rows)
        return rows


def availability_cost(arguments: Any) -> int:
    """Count the days of the window; a window that the resolver will refuse counts as one."""
    asked = arguments.get("input") or {}
    first, last = asked.get("first"), asked.get("last")
    if not isinstance(first, date) or not isinstance(last, date):
        return MAX_WINDOW_DAYS
    return max(1, min((last - first).days + 1, MAX_WINDOW_DAYS))


declare_cost("Query", "availability", availability_cost)
# Each looks through weeks of hours and visits, however little it shows.
NEXT_SLOT_COST = 10
declare_cost(
    "Query", "nextAvailable", lambda arguments: NEXT_SLOT_COST + min(arguments.get("first") or 1, MAX_FIRST)
)
declare_cost("ProcedurePage", "nextAvailable", lambda arguments: NEXT_SLOT_COST)
declare_cost("ProviderPage", "nextAvailable", lambda arguments: NEXT_SLOT_COST)
declare_freshness("Query", "availability", Freshness.LIVE)
declare_freshness("Query", "nextAvailable", Freshness.LIVE)
declare_freshness("ProcedurePage", "nextAvailable", Freshness.LIVE)
declare_freshness("ProviderPage", "nextAvailable", Freshness.LIVE)

# The next slot of procedures and providers --------------------------------------------------------


def next_slot(
    slot: CoreSlot, procedure_id: int, *, beside: PageRow, zone: str, context: GraphQLContext
) -> SlotRow:
    """Return the slot as the page `beside` it shows it."""
    root = root_around(beside.url_path, site=context.site)
    return slot_rows([slot], procedure_id=procedure_id, time_zone=zone, root=root)[0]


def resolve_next_of_procedure(
    row: ProcedureRow,
    info: graphene.ResolveInfo,
    duration_minutes: int | None = None,
    time_zone: str | None = None,
) -> SlotRow | None:
    context, asked_zone = info.context, known_zone(time_zone)

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, SlotRow]:
        keys = {each.source_id for each in rows}
        schedules = queries.load_schedules(procedure_ids=keys, site=context.site, now=context.now)
        found = queries.next_slot_of_each(
            # Procedures of a list differ in their lengths: what one of them lacks is no mistake.
            schedules=[each for each in schedules.values() if duration_minutes in {None, *each.durations}],
            search=SlotSearch(duration=duration_minutes),
            now=context.now,
        )
        return {
            each.pk: next_slot(
                found[each.source_id],
                each.source_id,
                beside=each,
                zone=asked_zone or schedules[each.source_id].clinic_zone,
                context=context,
            )
            for each in rows
            if each.source_id in found
        }

    return context.batches.load(row, ("next available", duration_minutes, asked_zone), loader)


def resolve_next_of_provider(
    row: ProviderRow,
    info: graphene.ResolveInfo,
    procedure: str,
    duration_minutes: int | None = None,
    time_zone: str | None = None,
) -> SlotRow | None:
    context, asked_zone = info.context, known_zone(time_zone)

    def loader(rows: Sequence[ProviderRow]) -> dict[int, SlotRow]:
        schedule = schedule_of(named_page(procedure, context), context, duration=duration_minutes)
        zone = asked_zone or schedule.clinic_zone
        keys = sorted({each.source_id for each in rows})
        found = queries.next_slots(
            schedule=schedule,
            searches=[SlotSearch(providers=frozenset([key]), duration=duration_minutes) for key in keys],
            since=to_minutes(context.now),
            count=1,
            now=context.now,
        )
        first = {key: slots[0] for key, slots in zip(keys, found, strict=True) if slots}
        return {
            each.pk: next_slot(
                first[each.source_id], schedule.procedure, beside=each, zone=zone, context=context
            )
            for each in rows
            if each.source_id in first
        }

    return context.batches.load(row, ("next available", procedure, duration_minutes, asked_zone), loader)


TIME_ZONE = graphene.String(description="IANA name for `localStart`; the clinic's where left out.")

add_field(
    ProcedurePage,
    "next_available",
    graphene.Field(
        Slot,
        duration_minutes=graphene.Int(
            description="One of `booking.durations`; with any other length there is none."
        ),
        time_zone=TIME_ZONE,
        description="The next free slot with anybody; null where there is none.",
        resolver=resolve_next_of_procedure,
    ),
)
add_field(
    ProviderPage,
    "next_available",
    graphene.Field(
        Slot,
        procedure=graphene.NonNull(graphene.ID, description="The procedure's `id`."),
        duration_minutes=graphene.Int(description=DURATION),
        time_zone=TIME_ZONE,
        description="The next free slot of a procedure with this provider; null where there is none.",
        resolver=resolve_next_of_provider,
    ),
)
