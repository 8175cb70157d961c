"""Booking several visits at once, week after week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import graphene

from cms.graphql.context import GraphQLContext
from cms.graphql.limits import declare_cost
from cms.graphql.sites import LocaleRoot
from cms.graphql.types import Date, DateTime
from schedules import operations, queries
from schedules.core.wall_clock import local_label, to_datetime
from schedules.operations import DailyLimit, NotOffered, SeriesConflict, SeriesPlan, SlotTaken
from schedules.queries import ProcedureSchedule, SlotSearch
from schedules.schema.appointments import (
    CODES,
    KEY,
    Appointment,
    BookingRefusal,
    PatientInput,
    RefusedRow,
    Visit,
    answered,
    chosen_provider,
    keyed_request,
    patient_of,
    root_for,
    slot_choice,
    visit_of,
)
from schedules.schema.slots import Slot, SlotRow, slot_rows
from schedules.tokens import SlotChoice
from services.schema import list_of

# Where another time helps; a date that is too far stays too far.
HAS_ALTERNATIVES = (SlotTaken, NotOffered, DailyLimit)


@dataclass(frozen=True, slots=True, eq=False)
class DateRow:
    date: date
    starts_at: datetime
    local_start: str
    code: str | None
    alternatives: tuple[SlotRow, ...]

    @property
    def is_free(self) -> bool:
        return self.code is None


@dataclass(frozen=True, slots=True, eq=False)
class SeriesRow:
    appointments: tuple[Visit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SeriesRefusedRow:
    code: str
    message: str
    retryable: bool = False
    field: str | None = None
    dates: tuple[DateRow, ...] = ()


class AppointmentSeries(graphene.ObjectType):
    """Visits that were booked together. From then on each is moved and cancelled by itself."""

    appointments = list_of(Appointment, "In order, each with its own manage token.")


class SeriesDate(graphene.ObjectType):
    """One date of a series that was refused."""

    date = graphene.NonNull(Date, description="At the location; what `skip` and `replacements` name.")
    starts_at = graphene.NonNull(DateTime, description="In UTC.")
    local_start = graphene.NonNull(graphene.String, description="At the location: 2027-03-09T09:00.")
    is_free = graphene.NonNull(graphene.Boolean, description="Whether this date could have been booked.")
    code = graphene.Field(BookingRefusal, description="Why not; null where it is free.")
    alternatives = list_of(Slot, "Up to three free slots nearest in time, with the same provider.")


class SeriesRefused(graphene.ObjectType):
    """The series was understood and refused; nothing was booked."""

    code = graphene.NonNull(BookingRefusal, description="What programs read; of several dates the gravest.")
    message = graphene.NonNull(graphene.String, description="For people: cause and remedy, in English.")
    retryable = graphene.NonNull(
        graphene.Boolean, description="Whether the same request, with the same key, may succeed later."
    )
    field = graphene.String(description="The input at fault, such as `patient.email`.")
    dates = list_of(SeriesDate, "Every date of the series, the free ones too, where dates were the cause.")


class BookSeriesResult(graphene.Union):
    """The visits, or why there are none."""

    class Meta:
        types = (AppointmentSeries, SeriesRefused)

    @classmethod
    def resolve_type(cls, instance: Any, info: graphene.ResolveInfo) -> Any:
        return AppointmentSeries if isinstance(instance, SeriesRow) else SeriesRefused


class SeriesReplacementInput(graphene.InputObjectType):
    """Another slot for one date of a series."""

    date = graphene.NonNull(Date, description="The date of the series, as the refusal named it.")
    slot_token = graphene.NonNull(graphene.String, description="The `token` of the slot to take instead.")


class BookSeriesInput(graphene.InputObjectType):
    """The first visit, how often it repeats, and who comes."""

    slot_token = graphene.NonNull(graphene.String, description="The `token` of the first visit's slot.")
    visits = graphene.NonNull(graphene.Int, description="How many dates, 2 to 26, those in `skip` included.")
    every_weeks = graphene.Int(default_value=1, description="How many weeks apart, 1 to 12.")
    skip = graphene.List(graphene.NonNull(Date), description="Dates to leave out.")
    replacements = graphene.List(
        graphene.NonNull(SeriesReplacementInput), description="Other slots for some of the dates."
    )
    provider = graphene.ID(
        description="One of the slot's providers. Where left out: the least booked of those who are free on "
        "all dates."
    )
    patient = graphene.NonNull(PatientInput, description="Who comes.")
    note = graphene.String(description="For the clinic, at most 1,000 characters.")
    language = graphene.String(description="The patient's language, such as en or es-MX.")
    idempotency_key = graphene.NonNull(graphene.String, description=KEY)


def plan_of(asked: Any) -> SeriesPlan:
    weeks = asked.get("every_weeks")
    return SeriesPlan(
        first=slot_choice(asked.slot_token),
        visits=asked.visits,
        every_weeks=1 if weeks is None else weeks,
        skip=frozenset(asked.get("skip") or ()),
        replacements=replacements_of(asked.get("replacements") or ()),
    )


def replacements_of(asked: Sequence[Any]) -> Mapping[date, SlotChoice]:
    return {each.date: slot_choice(each.slot_token) for each in asked}


def series_of(asked: Any, context: GraphQLContext, *, language: str) -> SeriesRow | SeriesRefusedRow:
    try:
        visits = operations.book_series(
            plan=plan_of(asked),
            provider=chosen_provider(asked.get("provider"), context),
            patient=patient_of(asked),
            request=keyed_request("series", asked, context),
            language=language,
            now=context.now,
        )
    except SeriesConflict as conflict:
        return conflict_row(conflict, context, language=language)
    rows = tuple(map(visit_of, visits))
    context.batches.add(rows)
    context.batches.add(each.row for each in rows)
    return SeriesRow(appointments=rows)


def conflict_row(conflict: SeriesConflict, context: GraphQLContext, *, language: str) -> SeriesRefusedRow:
    schedule = queries.load_schedule(
        procedure_id=conflict.dates[0].choice.procedure, site=context.site, now=context.now
    )
    root = root_for(language, context)
    dates = tuple(date_row(each, schedule=schedule, root=root, now=context.now) for each in conflict.dates)
    context.batches.add([slot for each in dates for slot in each.alternatives])
    codes = [each.code for each in dates if each.code]
    code = CODES[SlotTaken] if CODES[SlotTaken] in codes else codes[0]
    return SeriesRefusedRow(code=code, message=conflict.message, dates=dates)


def date_row(
    asked: operations.SeriesDate, *, schedule: ProcedureSchedule, root: LocaleRoot | None, now: datetime
) -> DateRow:
    choice, refusal = asked.choice, asked.refusal
    zone = schedule.zones[choice.location]
    slots = []
    if isinstance(refusal, HAS_ALTERNATIVES):
        search = SlotSearch(
            providers=frozenset(choice.providers), location=choice.location, duration=choice.duration
        )
        slots = queries.alternatives(schedule=schedule, search=search, wanted=choice.start, now=now)
    return DateRow(
        date=asked.on,
        starts_at=to_datetime(choice.start),
        local_start=local_label(minutes=choice.start, zone=zone),
        code=CODES[type(refusal)] if refusal else None,
        alternatives=tuple(slot_rows(slots, procedure_id=choice.procedure, time_zone=zone, root=root)),
    )


class SeriesMutation(graphene.ObjectType):
    book_series = graphene.Field(
        graphene.NonNull(BookSeriesResult),
        input=graphene.Argument(graphene.NonNull(BookSeriesInput), description="First visit and patient."),
        description="Book a visit every week, or every few weeks, at the same local time with the same "
        "provider: all dates, or none and a report of each.",
    )

    @staticmethod
    def resolve_book_series(
        root: None, info: graphene.ResolveInfo, input: Any
    ) -> SeriesRow | SeriesRefusedRow:
        context, language = info.context, input.get("language") or ""
        answer = answered(lambda: series_of(input, context, language=language), context, language=language)
        if isinstance(answer, RefusedRow):
            return SeriesRefusedRow(answer.code, answer.message, answer.retryable, answer.field)
        return answer


# A long series may look for alternatives on each of its dates.
declare_cost("Mutation", "bookSeries", lambda arguments: 100)
