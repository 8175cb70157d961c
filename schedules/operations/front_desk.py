"""What the front desk does with visits."""

from datetime import datetime

from cms.core.models import User
from cms.graphql.sites import ServedSite
from schedules.core.states import OPEN, allowed_transitions, can_happen, state_of_request
from schedules.core.wall_clock import to_minutes
from schedules.models import (
    Appointment,
    AppointmentEvent,
    IdempotencyKey,
)
from schedules.operations.places import (
    Place,
    find_place,
    free_place,
    lock_resources,
    offered_schedule,
    place_anyway,
    rooms_at,
)
from schedules.operations.refusals import InvalidInput, InvalidState, NotFound, NotOffered, TooEarly
from schedules.operations.requests import (
    Done,
    KeyedRequest,
    Patient,
    answer_once,
    check_key,
    check_patient,
    check_reason,
    in_transaction,
)
from schedules.operations.visits import (
    By,
    create_visit,
    locked_visits,
    move_visit,
    release,
    take_step,
)
from schedules.operations.waitlist import Freed, locked_wait, offer_freed_times
from schedules.tokens import SlotChoice, manage_token

Cause = AppointmentEvent.Cause
Status = Appointment.Status

# A visit as somebody saw it: its key and its version.
Seen = tuple[int, int]


def change_status(
    *, appointment_id: int, version: int, to: Status, actor: User, reason: str, now: datetime
) -> Appointment:
    """Take the step to state `to` as seen in `version`.

    Raises InvalidState where the step is not possible or the visit changed meanwhile, TooEarly for a no-show
    before the start, InvalidInput for a reason that is no line of text, NotFound."""
    by = _by(actor, reason)

    def step() -> Appointment:
        [appointment] = _visits([(appointment_id, version)])
        state = state_of_request(appointment.status, starts_at=appointment.starts_at, now=now)
        if to not in allowed_transitions(state):
            raise InvalidState(
                f"An appointment that is {Status(state).label.lower()} cannot become {to.label.lower()}."
            )
        if not can_happen(to=to, starts_at=appointment.starts_at, now=now):
            raise TooEarly(f"It is too early to mark this visit as {to.label.lower()}.")
        return take_step(appointment=appointment, to=to, by=by, now=now)

    appointment = in_transaction(step)
    if to in (Status.CANCELLED, Status.DECLINED):
        offer_freed_times(freed=Freed.by(appointment), now=now)
    return appointment


# Booking ------------------------------------------------------------------------------------------


def book_by_phone(
    *,
    choice: SlotChoice,
    provider: int | None,
    patient: Patient,
    actor: User,
    request: KeyedRequest,
    now: datetime,
    reason: str = "",
    wait: int | None = None,
) -> Done:
    """Book for a patient who called; nobody needs to confirm it. Raises Refused.

    With a reason, which goes into the history, hours, notice, horizon and caps give way, and `provider` has
    to be named. Visits of others never give way: see `overbook`. The email address may be empty. `wait` is
    the patient's entry of the waitlist: it ends, and the time that is held for it may be taken."""
    by = _by(actor, reason)
    return _book(
        choice=choice, provider=provider, patient=patient, by=by, request=request, wait=wait, now=now
    )


def overbook(
    *,
    choice: SlotChoice,
    provider: int,
    patient: Patient,
    actor: User,
    request: KeyedRequest,
    reason: str,
    now: datetime,
    wait: int | None = None,
) -> Done:
    """Book beside what is there already. The reason is required, and the visit is marked. Raises Refused.

    Its time counts as taken for everybody else. `wait` as in `book_by_phone`."""
    if not reason:
        raise InvalidInput(field="reason", message="Say why this visit is booked beside others.")
    return _book(
        choice=choice,
        provider=provider,
        patient=patient,
        by=_by(actor, reason),
        request=request,
        wait=wait,
        may_overlap=True,
        now=now,
    )


def _book(
    *,
    choice: SlotChoice,
    provider: int | None,
    patient: Patient,
    by: By,
    request: KeyedRequest,
    wait: int | None,
    now: datetime,
    may_overlap: bool = False,
) -> Done:
    check_key(request.key)
    check_patient(patient, needs_email=False)

    def book(key: IdempotencyKey) -> Appointment:
        waiting = None if wait is None else locked_wait(wait)
        place = _place(
            choice=choice,
            provider=provider,
            site=request.site,
            by=by,
            moving=waiting.live_hold(now=now) if waiting else None,
            may_overlap=may_overlap,
            now=now,
        )
        if waiting:
            waiting.end_as_booked(now=now)
        return create_visit(
            place=place, patient=patient, key=key, language="", source="front desk", by=by, now=now
        )

    appointment = answer_once(request=request, act=book, now=now)
    token = manage_token(appointment=appointment.uuid, idempotency_key=request.key)
    return Done(appointment=appointment, manage_token=token)


# Moving -------------------------------------------------------------------------------------------


def move_by_staff(
    *,
    appointment_id: int,
    version: int,
    choice: SlotChoice,
    provider: int | None,
    actor: User,
    site: ServedSite,
    now: datetime,
    reason: str = "",
) -> Appointment:
    """Move a visit as seen in `version`; cut-offs are for patients. Raises Refused, and then it stays.

    With a reason, hours, notice, horizon and caps give way as in `book_by_phone`."""
    by = _by(actor, reason)

    def move() -> tuple[Appointment, Freed]:
        [appointment] = _open_visits([(appointment_id, version)], now=now)
        if choice.procedure != appointment.procedure_id:
            raise NotOffered("A visit can only move to a time for the same procedure.")
        freed = Freed.by(appointment)
        place = _place(choice=choice, provider=provider, site=site, by=by, moving=appointment, now=now)
        move_visit(appointment=appointment, place=place, by=by, now=now)
        return appointment, freed

    appointment, freed = in_transaction(move)
    offer_freed_times(freed=freed, now=now)
    return appointment


def swap_visits(
    *, one: Seen, other: Seen, actor: User, site: ServedSite, reason: str, now: datetime
) -> tuple[Appointment, Appointment]:
    """Let two visits change places: start, provider and location; each keeps its length and procedure.

    Hours, notice, horizon and caps are not asked. Raises Refused, and then both stay: SlotTaken where one
    does not fit into the other's place, NotOffered where a provider does not perform the procedure."""
    by = _by(actor, reason)

    def swap() -> tuple[Appointment, Appointment]:
        first, second = visits = _open_visits([one, other], now=now)
        choices = [_at_place_of(second, visit=first), _at_place_of(first, visit=second)]
        schedules = [offered_schedule(procedure=each.procedure_id, site=site, now=now) for each in visits]
        resources = lock_resources(
            providers={visit.provider_id for visit in visits},
            rooms={
                room
                for choice, schedule in zip(choices, schedules, strict=True)
                for room in rooms_at(schedule=schedule, location=choice.location)
            },
            visits=[visit.pk for visit in visits],
            now=now,
        )
        # Both leave before either arrives.
        for visit in visits:
            release(visit)
        for visit, choice, schedule in zip(visits, choices, schedules, strict=True):
            [provider] = choice.providers
            place = free_place(
                choice=choice, provider=provider, schedule=schedule, resources=resources, now=now
            )
            move_visit(appointment=visit, place=place, by=by, now=now)
        return first, second

    return in_transaction(swap)


def _at_place_of(other: Appointment, *, visit: Appointment) -> SlotChoice:
    return SlotChoice(
        procedure=visit.procedure_id,
        location=other.location_id,
        start=to_minutes(other.starts_at),
        duration=to_minutes(visit.ends_at) - to_minutes(visit.starts_at),
        providers=(other.provider_id,),
    )


# What both do -------------------------------------------------------------------------------------


def _by(actor: User, reason: str) -> By:
    check_reason(reason)
    return By(Cause.STAFF, actor=actor, reason=reason)


def _place(
    *,
    choice: SlotChoice,
    provider: int | None,
    site: ServedSite,
    by: By,
    now: datetime,
    moving: Appointment | None = None,
    may_overlap: bool = False,
) -> Place:
    if not by.reason:
        return find_place(choice=choice, wanted=provider, site=site, moving=moving, now=now)
    if provider is None:
        raise InvalidInput(field="provider", message="Choose a provider.")
    return place_anyway(
        choice=choice, provider=provider, site=site, moving=moving, may_overlap=may_overlap, now=now
    )


def _visits(seen: list[Seen]) -> list[Appointment]:
    """Lock the visits in id order and return them as asked. Raises NotFound, InvalidState if they changed."""
    rows = locked_visits().visits().filter(pk__in=[key for key, _ in seen]).order_by("pk")
    found = {visit.pk: visit for visit in rows}
    for key, version in seen:
        if key not in found:
            raise NotFound("There is no such appointment.")
        if found[key].version != version:
            raise InvalidState("The appointment was changed meanwhile. Look at it again.")
    return [found[key] for key, _ in seen]


def _open_visits(seen: list[Seen], *, now: datetime) -> list[Appointment]:
    visits = _visits(seen)
    for visit in visits:
        state = state_of_request(visit.status, starts_at=visit.starts_at, now=now)
        if state not in OPEN:
            raise InvalidState(f"The appointment is {Status(state).label.lower()}.")
    return visits
