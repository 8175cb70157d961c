"""Booking: visits, and what books, moves and cancels them. Refusals are data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import graphene
from django.db.models import QuerySet

from cms.core.queries import PageRow, RowReader, in_locales, shown
from cms.core.schema import named_page
from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.errors import BadInput
from cms.graphql.freshness import Freshness, declare_freshness
from cms.graphql.sites import LocaleRoot
from cms.graphql.types import DateTime
from cms.graphql.visibility import with_source
from providers import models as provider_models
from providers.queries import ProviderRow, providers_by_key
from providers.schema import ProviderPage, provider_reader
from schedules import operations, queries
from schedules.core.policy import cutoff_instant
from schedules.core.states import DECLINED, EXPIRED, OPEN, state_of_request
from schedules.models import Appointment as AppointmentModel
from schedules.operations import Done, KeyedRequest, Patient, Refused
from schedules.schema.hours import Location, load_location
from schedules.schema.slots import Slot, SlotRow, slot_rows
from schedules.tokens import BadSlotToken, SlotChoice, read_slot
from services import models as service_models
from services.queries import ProcedureRow, visible_procedures
from services.schema import ProcedurePage, list_of, procedure_reader

Row = TypeVar("Row", bound=PageRow)
Success = TypeVar("Success")
# A source, and the locale to show it in.
ShownPage = tuple[int, LocaleRoot | None]

AppointmentStatus = described_enum(
    "AppointmentStatus",
    "Where a visit stands.",
    {
        "REQUESTED": "The time is kept until the clinic confirms or declines.",
        "BOOKED": "Agreed.",
        "ARRIVED": "The patient is there.",
        "FULFILLED": "It took place.",
        "CANCELLED": "Called off by the patient or the clinic.",
        "DECLINED": "The clinic could not confirm the request.",
        "NO_SHOW": "The patient did not come.",
    },
)

BookingRefusal = described_enum(
    "BookingRefusal",
    "Why a request was refused; nothing was changed.",
    {
        "SLOT_TAKEN": "Somebody else has just taken the time; see `alternatives`.",
        "NOT_OFFERED": "The clinic does not, or no longer, offer this time.",
        "TOO_SOON": "The start is closer than the notice the clinic needs, or past.",
        "TOO_FAR": "The start is further ahead than can be booked.",
        "DAILY_LIMIT": "The provider has as many visits of this kind that day, or week, as allowed.",
        "HOLD_EXPIRED": "The hold has lapsed, and its time is past or not offered any more.",
        "CUTOFF_PASSED": "Too late to move or cancel online.",
        "INVALID_STATE": "The visit's status does not allow it.",
        "INVALID_INPUT": "A value is wrong; see `field`.",
        "IDEMPOTENCY_CONFLICT": "The key was used for another request.",
        "NOT_FOUND": "There is no such visit, or the link has expired.",
        "RATE_LIMITED": "Too much at once, or one time held too long; the same request may succeed later.",
    },
)

CODES: dict[type[Refused], str] = {
    operations.SlotTaken: "slot_taken",
    operations.NotOffered: "not_offered",
    operations.TooSoon: "too_soon",
    operations.TooFar: "too_far",
    operations.DailyLimit: "daily_limit",
    operations.HoldExpired: "hold_expired",
    operations.CutoffPassed: "cutoff_passed",
    operations.InvalidState: "invalid_state",
    operations.InvalidInput: "invalid_input",
    operations.IdempotencyConflict: "idempotency_conflict",
    operations.NotFound: "not_found",
    operations.Busy: "rate_limited",
    operations.TooManyHolds: "rate_limited",
    operations.HeldTooLong: "rate_limited",
    operations.TooManyWaits: "rate_limited",
}
RETRYABLE = (
    operations.Busy,
    operations.TooManyHolds,
    operations.HeldTooLong,
    operations.TooManyWaits,
)


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A visit as its patient sees it. The token is there only in the answer that created it."""

    row: AppointmentModel
    manage_token: str | None = None


class Appointment(graphene.ObjectType):
    """A visit, seen by the holder of its manage token."""

    reference = graphene.NonNull(graphene.String, description="What to quote to the front desk.")
    status = graphene.NonNull(AppointmentStatus, description="As it is now.")
    starts_at = graphene.NonNull(DateTime, description="In UTC.")
    ends_at = graphene.NonNull(DateTime, description="In UTC.")
    local_start = graphene.NonNull(
        graphene.String, description="The start at the location: 2027-03-09T09:00, in `timeZone`."
    )
    time_zone = graphene.NonNull(graphene.String, description="The location's zone.")
    procedure = graphene.NonNull(
        ProcedurePage, description="Once it is not public any more, only its id, title and address."
    )
    provider = graphene.NonNull(
        ProviderPage, description="Once they are not public any more, only the id, title, name and address."
    )
    location = graphene.NonNull(Location, description="Where the visit takes place.")
    can_cancel_until = graphene.Field(DateTime, description="Null where it cannot be cancelled any more.")
    can_reschedule_until = graphene.Field(DateTime, description="Null where it cannot be moved any more.")
    manage_token = graphene.String(
        description="The secret that shows, moves and cancels the visit. Only in the answer that booked it "
        "and its replays; valid until 30 days after the visit."
    )
    patient_name = graphene.NonNull(graphene.String, description="As given when booking; empty once erased.")

    @staticmethod
    def resolve_reference(visit: Visit, info: graphene.ResolveInfo) -> str:
        return visit.row.reference

    @staticmethod
    def resolve_status(visit: Visit, info: graphene.ResolveInfo) -> str:
        state = state_of_request(visit.row.status, starts_at=visit.row.starts_at, now=info.context.now)
        # To the patient, a request that nobody answered was not confirmed.
        # Rows that were just booked hold members of the model's enum, which graphene's enum does not know.
        return DECLINED if state == EXPIRED else AppointmentModel.Status(state).value

    @staticmethod
    def resolve_starts_at(visit: Visit, info: graphene.ResolveInfo) -> datetime:
        return visit.row.starts_at

    @staticmethod
    def resolve_ends_at(visit: Visit, info: graphene.ResolveInfo) -> datetime:
        return visit.row.ends_at

    @staticmethod
    def resolve_local_start(visit: Visit, info: graphene.ResolveInfo) -> str:
        return visit.row.local_start

    @staticmethod
    def resolve_time_zone(visit: Visit, info: graphene.ResolveInfo) -> str:
        return visit.row.time_zone

    @staticmethod
    def resolve_procedure(visit: Visit, info: graphene.ResolveInfo) -> ProcedureRow:
        context = info.context

        def key_of(each: Visit) -> ShownPage:
            return each.row.procedure_id, root_for(each.row.language, context)

        def loader(visits: Sequence[Visit]) -> dict[ShownPage, ProcedureRow]:
            return {key: procedure_row(key, info) for key in {key_of(each) for each in visits}}

        key = ("procedure", procedure_reader(info).selected)
        return context.batches.load(visit, key, loader, row_key=key_of)

    @staticmethod
    def resolve_provider(visit: Visit, info: graphene.ResolveInfo) -> ProviderRow:
        context = info.context

        def key_of(each: Visit) -> ShownPage:
            return each.row.provider_id, root_for(each.row.language, context)

        def loader(visits: Sequence[Visit]) -> dict[ShownPage, ProviderRow]:
            return {key: provider_row(key, info) for key in {key_of(each) for each in visits}}

        key = ("provider", provider_reader(info).selected)
        return context.batches.load(visit, key, loader, row_key=key_of)

    @staticmethod
    def resolve_location(visit: Visit, info: graphene.ResolveInfo) -> queries.LocationRow:
        return load_location(visit.row, info)

    @staticmethod
    def resolve_can_cancel_until(visit: Visit, info: graphene.ResolveInfo) -> datetime | None:
        policy = policy_of(visit, info)
        return last_instant(visit, minutes=policy.cancel_cutoff_minutes if policy else 0, info=info)

    @staticmethod
    def resolve_can_reschedule_until(visit: Visit, info: graphene.ResolveInfo) -> datetime | None:
        policy = policy_of(visit, info)
        return last_instant(visit, minutes=policy.reschedule_cutoff_minutes if policy else 0, info=info)

    @staticmethod
    def resolve_patient_name(visit: Visit, info: graphene.ResolveInfo) -> str:
        # The details can be erased on their own.
        patient = getattr(visit.row, "patient", None)
        return patient.name if patient else ""


def root_for(language: str, context: GraphQLContext) -> LocaleRoot | None:
    """Return the root whose pages a patient of this language reads; None where there is nothing to choose."""
    site = context.site
    return site.root_for_speakers_of(language) if site and site.has_translations else None


# Visits that are shown together have one procedure, provider and language, so these run once.


def procedure_row(key: ShownPage, info: graphene.ResolveInfo) -> ProcedureRow:
    context = info.context
    source_id, root = key
    found = visible_procedures(site=context.site, now=context.now).filter(source=source_id)
    rows = shown(procedure_reader(info).rows(in_locales(found, [root])), root=root)
    if rows:
        return rows[0]
    return withdrawn(ProcedureRow, service_models.ProcedurePage.objects.filter(pk=source_id))


def provider_row(key: ShownPage, info: graphene.ResolveInfo) -> ProviderRow:
    context = info.context
    rows = providers_by_key([key], reader=provider_reader(info), site=context.site, now=context.now)
    if key in rows:
        return rows[key]
    found = withdrawn(ProviderRow, provider_models.ProviderPage.objects.filter(pk=key[0]))
    return replace(found, accepting_new_patients=False)


def withdrawn(row_class: type[Row], page: QuerySet[Any]) -> Row:
    """Return what the patient may always know of a page that is not public any more: what it was called.

    Fields that other apps add to the type load rows of their own, behind the gate."""
    reader = RowReader(row_class=row_class, selected=frozenset())
    [row] = reader.rows(with_source(page, site=None))
    return replace(row, first_published_at=None, last_published_at=None)


def policy_of(visit: Visit, info: graphene.ResolveInfo) -> queries.PolicyRow | None:
    def loader(rows: Any) -> dict[int, queries.PolicyRow]:
        return queries.booking_policies(procedures=[each.row.procedure_id for each in rows])

    return info.context.batches.load(visit, "policy", loader, row_key=lambda each: each.row.procedure_id)


def last_instant(visit: Visit, *, minutes: int, info: graphene.ResolveInfo) -> datetime | None:
    until = cutoff_instant(starts_at=visit.row.starts_at, cutoff_minutes=minutes)
    return until if visit.row.status in OPEN and info.context.now <= until else None


class BookingRefused(graphene.ObjectType):
    """The request was understood and refused; nothing was changed."""

    code = graphene.NonNull(BookingRefusal, description="What programs read.")
    message = graphene.NonNull(graphene.String, description="For people: cause and remedy, in English.")
    retryable = graphene.NonNull(
        graphene.Boolean, description="Whether the same request, with the same key, may succeed later."
    )
    field = graphene.String(description="The input at fault, such as `patient.email`.")
    alternatives = list_of(Slot, "For SLOT_TAKEN: up to three free slots nearest in time.")


@dataclass(frozen=True, slots=True, eq=False)
class RefusedRow:
    code: str
    message: str
    retryable: bool = False
    field: str | None = None
    alternatives: tuple[SlotRow, ...] = ()


def refusal_row(refusal: Refused, context: GraphQLContext, *, language: str) -> RefusedRow:
    return RefusedRow(
        code=CODES[type(refusal)],
        message=refusal.message,
        retryable=isinstance(refusal, RETRYABLE),
        field=refusal.field if isinstance(refusal, operations.InvalidInput) else None,
        alternatives=alternatives_to(refusal, context, language=language),
    )


def alternatives_to(refusal: Refused, context: GraphQLContext, *, language: str) -> tuple[SlotRow, ...]:
    if not isinstance(refusal, operations.SlotTaken):
        return ()
    try:
        schedule = queries.load_schedule(procedure_id=refusal.procedure, site=context.site, now=context.now)
    except queries.NotBookable:
        return ()
    slots = queries.alternatives(
        schedule=schedule, search=refusal.search, wanted=refusal.wanted, now=context.now
    )
    rows = tuple(
        row
        for slot in slots
        for row in slot_rows(
            [slot],
            procedure_id=refusal.procedure,
            time_zone=schedule.zones[slot.location],
            root=root_for(language, context),
        )
    )
    context.batches.add(rows)
    return rows


def result_type(
    name: str, description: str, *, success: type[graphene.ObjectType] = Appointment
) -> type[graphene.Union]:
    """Return the union `name` of the type of a success and BookingRefused."""

    def resolve_type(cls: Any, instance: Any, info: graphene.ResolveInfo) -> Any:
        return BookingRefused if isinstance(instance, RefusedRow) else success

    meta = type("Meta", (), {"types": (success, BookingRefused), "description": description})
    return type(name, (graphene.Union,), {"Meta": meta, "resolve_type": classmethod(resolve_type)})


BookAppointmentResult = result_type("BookAppointmentResult", "The new visit, or why there is none.")
RescheduleAppointmentResult = result_type("RescheduleAppointmentResult", "The moved visit, or why it stays.")
CancelAppointmentResult = result_type("CancelAppointmentResult", "The cancelled visit, or why it stands.")


# Inputs -------------------------------------------------------------------------------------------

KEY = (
    "Random and new for each request. Send it again to repeat the request safely: the answer is the same and "
    "nothing happens twice. Kept for 7 days."
)


class PatientInput(graphene.InputObjectType):
    """Who comes. Kept for this visit only; there are no accounts."""

    name = graphene.NonNull(graphene.String, description="At most 120 characters.")
    email = graphene.NonNull(graphene.String, description="At most 254 characters.")
    phone = graphene.String(description="Digits, spaces and + ( ) - . / only.")


class BookAppointmentInput(graphene.InputObjectType):
    """A slot or a hold, exactly one of them, and who comes."""

    slot_token = graphene.String(description="The `token` of a slot.")
    hold_token = graphene.String(description="The `token` of a hold.")
    provider = graphene.ID(
        description="One of the slot's providers; the least booked where left out. A hold has its provider."
    )
    patient = graphene.NonNull(PatientInput, description="Who comes.")
    idempotency_key = graphene.NonNull(graphene.String, description=KEY)
    note = graphene.String(description="For the clinic, at most 1,000 characters.")
    language = graphene.String(description="The patient's language, such as en or es-MX.")
    ends_wait = graphene.String(
        description="The hold token of an offer of the waitlist whose patient books another time of the same "
        "procedure: the wait ends, and the offered time is free. Ignored where nobody waits by it."
    )


class RescheduleAppointmentInput(graphene.InputObjectType):
    """A visit and its new slot."""

    manage_token = graphene.NonNull(graphene.String, description="From the answer that booked the visit.")
    slot_token = graphene.NonNull(graphene.String, description="The `token` of a slot of the same procedure.")
    provider = graphene.ID(
        description="Where left out: the present provider if the slot lists them, else the least booked."
    )
    idempotency_key = graphene.NonNull(graphene.String, description=KEY)


class CancelAppointmentInput(graphene.InputObjectType):
    """A visit to call off."""

    manage_token = graphene.NonNull(graphene.String, description="From the answer that booked the visit.")
    reason = graphene.String(description="For the clinic, at most 250 characters.")
    idempotency_key = graphene.NonNull(graphene.String, description=KEY)


def slot_choice(token: str | None) -> SlotChoice:
    if not token:
        raise operations.InvalidInput(field="slotToken", message="Send the token of a slot.")
    try:
        return read_slot(token)
    except BadSlotToken as error:
        raise operations.InvalidInput(
            field="slotToken", message="This slot token is not valid. Please search again."
        ) from error


def chosen_provider(value: str | None, context: GraphQLContext) -> int | None:
    if value is None:
        return None
    key = named_page(value, context).source_id
    if key is None:
        raise operations.InvalidInput(field="provider", message="There is no such provider.")
    return key


def normalized(value: Any) -> Any:
    """Return the input as it is used: without nulls and empty texts, and without spaces around texts."""
    if isinstance(value, Mapping):
        parts = {name: normalized(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part not in (None, "")}
    return value.strip() if isinstance(value, str) else value


def keyed_request(operation: str, asked: Any, context: GraphQLContext) -> KeyedRequest:
    if context.site is None:
        raise BadInput("No site is set up for this host name.")
    payload = normalized({name: value for name, value in asked.items() if name != "idempotency_key"})
    return KeyedRequest(
        site=context.site,
        operation=operation,
        key=asked.idempotency_key,
        payload=payload,
        source=context.source,
    )


def answered(
    act: Callable[[], Success], context: GraphQLContext, *, language: str = ""
) -> Success | RefusedRow:
    try:
        return act()
    except Refused as refusal:
        return refusal_row(refusal, context, language=language)


def visit_of(done: Done) -> Visit:
    return Visit(row=done.appointment, manage_token=done.manage_token)


def patient_of(asked: Any) -> Patient:
    return Patient(
        name=asked.patient.name.strip(),
        email=asked.patient.email.strip(),
        phone=(asked.patient.get("phone") or "").strip(),
        note=(asked.get("note") or "").strip(),
    )


def booked(asked: Any, context: GraphQLContext) -> Visit:
    """Book the slot or the hold, whichever was sent."""
    slot_token, hold_token = asked.get("slot_token"), asked.get("hold_token")
    if slot_token is not None and hold_token is not None:
        raise operations.InvalidInput(field="holdToken", message="Send a slot token or a hold token.")
    provider = chosen_provider(asked.get("provider"), context)
    patient, language = patient_of(asked), asked.get("language") or ""
    request, ends_wait = keyed_request("book", asked, context), asked.get("ends_wait") or None
    if hold_token is not None:
        return visit_of(
            operations.book_held(
                token=hold_token,
                provider=provider,
                patient=patient,
                request=request,
                language=language,
                ends_wait=ends_wait,
                now=context.now,
            )
        )
    return visit_of(
        operations.book_appointment(
            choice=slot_choice(slot_token),
            provider=provider,
            patient=patient,
            request=request,
            language=language,
            ends_wait=ends_wait,
            now=context.now,
        )
    )


# Root fields --------------------------------------------------------------------------------------


def resolve_appointment(root: None, info: graphene.ResolveInfo, manage_token: str) -> Visit | None:
    found = queries.appointment_for_token(token=manage_token, now=info.context.now)
    return Visit(row=found) if found else None


class AppointmentQuery(graphene.ObjectType):
    appointment = graphene.Field(
        Appointment,
        manage_token=graphene.Argument(
            graphene.NonNull(graphene.String), description="From the answer that booked the visit."
        ),
        description="The visit of a manage token; null for a wrong, expired or foreign one.",
        resolver=resolve_appointment,
    )


declare_freshness("Query", "appointment", Freshness.PRIVATE)


class AppointmentMutation(graphene.ObjectType):
    book_appointment = graphene.Field(
        graphene.NonNull(BookAppointmentResult),
        input=graphene.Argument(
            graphene.NonNull(BookAppointmentInput), description="Slot or hold, and patient."
        ),
        description="Book a slot, or what holdSlot holds.",
    )
    reschedule_appointment = graphene.Field(
        graphene.NonNull(RescheduleAppointmentResult),
        input=graphene.Argument(
            graphene.NonNull(RescheduleAppointmentInput), description="Visit and new slot."
        ),
        description="Move a visit to another slot; where that fails the old time stands.",
    )
    cancel_appointment = graphene.Field(
        graphene.NonNull(CancelAppointmentResult),
        input=graphene.Argument(graphene.NonNull(CancelAppointmentInput), description="The visit."),
        description="Cancel a visit and free its time. Cancelling again gives the same answer.",
    )

    @staticmethod
    def resolve_book_appointment(root: None, info: graphene.ResolveInfo, input: Any) -> Visit | RefusedRow:
        language = input.get("language") or ""
        return answered(lambda: booked(input, info.context), info.context, language=language)

    @staticmethod
    def resolve_reschedule_appointment(
        root: None, info: graphene.ResolveInfo, input: Any
    ) -> Visit | RefusedRow:
        context = info.context
        return answered(
            lambda: visit_of(
                operations.reschedule_appointment(
                    token=input.manage_token,
                    choice=slot_choice(input.slot_token),
                    provider=chosen_provider(input.get("provider"), context),
                    request=keyed_request("reschedule", input, context),
                    now=context.now,
                )
            ),
            context,
        )

    @staticmethod
    def resolve_cancel_appointment(root: None, info: graphene.ResolveInfo, input: Any) -> Visit | RefusedRow:
        context = info.context
        return answered(
            lambda: visit_of(
                operations.cancel_appointment(
                    token=input.manage_token,
                    reason=(input.get("reason") or "").strip(),
                    request=keyed_request("cancel", input, context),
                    now=context.now,
                )
            ),
            context,
        )
