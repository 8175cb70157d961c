"""Holding a time while the patient fills in the form, and making it a visit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet

from schedules.core.states import HOLD_STEPS, state_of_hold
from schedules.core.wall_clock import to_datetime, to_minutes
from schedules.models import (
    Appointment,
    AppointmentEvent,
    Claim,
    IdempotencyKey,
    Room,
    WaitlistEntry,
    WaitlistOffer,
)
from schedules.operations.places import Place, find_place, lock_resources
from schedules.operations.refusals import (
    HeldTooLong,
    HoldExpired,
    InvalidInput,
    InvalidState,
    NotFound,
    NotOffered,
    SlotTaken,
    TooFar,
    TooManyHolds,
    TooSoon,
)
from schedules.operations.requests import (
    Done,
    KeyedRequest,
    Patient,
    answer_once,
    check_key,
    check_language,
    check_patient,
    take_turns,
)
from schedules.operations.rows import insert_rows, insert_visit
from schedules.operations.visits import (
    PATIENT,
    claims_of,
    is_overlap,
    keep_patient,
    locked_visits,
    new_reference,
    record_event,
    refusing_overlaps,
    release,
    whereabouts,
)
from schedules.queries import SlotSearch, booking_policies
from schedules.tokens import SlotChoice, hold_token, manage_token, token_hash

Status = Appointment.Status
NOT_HELD = "This time is not held any more. Please search again."
# How long a client may keep one time without booking it, in holds that follow each other.
HOLDS_IN_A_ROW = 6


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is held, with the secret that books it."""

    appointment: Appointment
    token: str


def hold_slot(
    *,
    choice: SlotChoice,
    provider: int | None,
    replaces: str | None,
    client_key: str,
    request: KeyedRequest,
    now: datetime,
) -> Held:
    """Hold a slot for a few minutes, with `provider` or the least booked of those it lists. Raises Refused.

    `replaces` is the token of an earlier hold, which is released in the same transaction: if the new one is
    refused, the earlier one stands. Its provider is kept where the new slot lists them. `client_key` stands
    for the client's address; holds of each are limited, and so is how long each keeps the same time.
    """
    check_key(request.key)

    def hold(key: IdempotencyKey) -> Appointment:
        earlier = None if replaces is None else _hold_for_token(replaces)
        if earlier and earlier.status != Status.HELD:
            earlier = None
        # Asked before others have to wait: a hold that is made meanwhile has the time, whoever made it.
        before = _holds_before(choice=choice, earlier=earlier, client_key=client_key, now=now)
        place = find_place(choice=choice, wanted=provider, site=request.site, now=now, moving=earlier)
        span = _span_of(place, before=before, now=now)
        if earlier:
            end_hold(earlier, now=now)
        uuid = uuid4()
        appointment = create_hold(
            place=place,
            uuid=uuid,
            token=hold_token(appointment=uuid, idempotency_key=request.key),
            span=span,
            client_key=client_key,
            source=request.visit_source,
            answering=key,
            now=now,
        )
        _limit_holds(appointment, now=now)
        return appointment

    appointment = answer_once(request=request, act=hold, now=now)
    if appointment.hold_expires_at is None:
        raise InvalidState("This hold was already used for a booking.")
    if appointment.status != Status.HELD:
        raise InvalidState("This hold was released. Hold the time again with a new key.")
    return Held(
        appointment=appointment,
        token=hold_token(appointment=appointment.uuid, idempotency_key=request.key),
    )


@dataclass(frozen=True, slots=True)
class HoldSpan:
    """Since when a client has kept a time, by this hold and those before, and until when."""

    since: datetime
    until: datetime


def _holds_before(
    *, choice: SlotChoice, earlier: Appointment | None, client_key: str, now: datetime
) -> list[Appointment]:
    """Return the client's holds that share time with the slot, unless they ended longer ago than one lasts.

    Lapsed and released ones count: otherwise a time could be given up for an instant, and kept for ever."""
    own = Q(client_key=client_key)
    if earlier:
        # An offer of the waitlist has no client, and a patient may have another address by now.
        own |= Q(pk=earlier.pk)
    return list(
        Appointment.objects.filter(
            own,
            hold_expires_at__gt=now - _hold_length(),
            starts_at__lt=to_datetime(choice.start + choice.duration),
            ends_at__gt=to_datetime(choice.start),
        )
    )


def _span_of(place: Place, *, before: Collection[Appointment], now: datetime) -> HoldSpan:
    """Return how long the time may be kept. Raises HeldTooLong where that is no longer than so far."""
    same = [each for each in before if each.provider_id == place.provider]
    since = min((each.held_since for each in same if each.held_since), default=now)
    latest = since + HOLDS_IN_A_ROW * _hold_length()
    if latest <= max([now, *map(expiry, same)]):
        raise HeldTooLong("This time was kept as long as possible. Please book it, or choose another one.")
    # No visit is booked once it has begun.
    return HoldSpan(since=since, until=min(now + _hold_length(), latest, to_datetime(place.start)))


def _hold_length() -> timedelta:
    return timedelta(seconds=settings.HOLD_SECONDS)


def create_hold(
    *,
    place: Place,
    uuid: UUID,
    token: str,
    span: HoldSpan,
    source: str,
    now: datetime,
    client_key: str = "",
    answering: IdempotencyKey | None = None,
) -> Appointment:
    """Store a held time with its claims. It has no history: that begins with the visit."""
    appointment = Appointment(
        uuid=uuid,
        reference=new_reference(),
        procedure_id=place.schedule.procedure,
        status=Status.HELD,
        held_since=span.since,
        hold_expires_at=span.until,
        hold_token_hash=token_hash(token),
        client_key=client_key,
        source=source[:100],
        created_at=now,
        updated_at=now,
        **whereabouts(place),
    )
    with refusing_overlaps(place):
        insert_visit(appointment, *claims_of(appointment, place=place), answering=answering)
    return appointment


def end_hold(appointment: Appointment, *, now: datetime) -> None:
    """Free the time of a hold. Who goes on to lock resources has to lock those of the hold before."""
    release(appointment)
    appointment.status, appointment.updated_at = Status.CANCELLED, now
    appointment.save(update_fields=["status", "updated_at"])


def _hold_for_token(token: str) -> Appointment:
    appointment = locked_visits().filter(hold_token_hash=token_hash(token)).first()
    if appointment is None:
        raise NotFound("There is no such hold. Please search again.")
    return appointment


def _limit_holds(appointment: Appointment, *, now: datetime) -> None:
    """Raise TooManyHolds where this hold is one too many for its client or its source."""
    take_turns(f"holds of source {appointment.source}", f"holds of client {appointment.client_key}")
    live = Appointment.objects.filter(
        status=Status.HELD, hold_expires_at__gt=now, source=appointment.source
    ).exclude(client_key="")
    held = live.aggregate(source=Count("pk"), client=Count("pk", filter=Q(client_key=appointment.client_key)))
    if held["client"] > settings.HOLDS_PER_CLIENT or held["source"] > settings.HOLDS_PER_SOURCE:
        raise TooManyHolds("Too many times are being held. Please try again in a few minutes.")


# From hold to visit -------------------------------------------------------------------------------


def book_held(
    *,
    token: str,
    provider: int | None,
    patient: Patient,
    request: KeyedRequest,
    language: str,
    now: datetime,
    ends_wait: str | None = None,
) -> Done:
    """Make a hold a visit: the same row, with its patient. Raises Refused.

    A hold in time is good whatever the rules say by now. A late one is booked if its time is still free and
    still offered; raises SlotTaken or HoldExpired otherwise. `ends_wait` as in `book_appointment`."""
    check_key(request.key)
    check_patient(patient)
    check_language(language)

    def book(_: IdempotencyKey) -> Appointment:
        wait = None if ends_wait is None else lock_wait(waits_of(ends_wait), booking=token)
        appointment = _confirmable(token=token, provider=provider, now=now)
        _end_waits(appointment, now=now)
        if wait and wait.is_for(appointment.procedure_id) and appointment not in wait.holds:
            end_wait(wait.entry, to=WaitlistEntry.Status.BOOKED, now=now)
            _free(wait.holds, booking=appointment, now=now)
        if state_of_hold(appointment.status, expires_at=expiry(appointment), now=now) == Status.HELD:
            _keep(appointment, now=now)
        else:
            _place_again(appointment, request=request, now=now)
        _become_visit(appointment, language=language, now=now)
        keep_patient(appointment=appointment, patient=patient, key=request.key, now=now)
        return appointment

    appointment = answer_once(request=request, act=book, now=now)
    return Done(
        appointment=appointment,
        manage_token=manage_token(appointment=appointment.uuid, idempotency_key=request.key),
    )


def _confirmable(*, token: str, provider: int | None, now: datetime) -> Appointment:
    appointment = _hold_for_token(token)
    if appointment.hold_expires_at is None:
        raise InvalidState("This hold was already used for a booking.")
    if provider not in (None, appointment.provider_id):
        raise InvalidInput(field="provider", message="The time is held with another provider.")
    state = state_of_hold(appointment.status, expires_at=appointment.hold_expires_at, now=now)
    if Status.BOOKED not in HOLD_STEPS.get(state, ()) or appointment.starts_at <= now:
        raise HoldExpired(NOT_HELD)
    return appointment


def expiry(appointment: Appointment) -> datetime:
    assert appointment.hold_expires_at
    return appointment.hold_expires_at


def _end_waits(appointment: Appointment, *, now: datetime) -> None:
    """Somebody on the waitlist who books what they were offered waits no longer.

    Raises HoldExpired for an offer to somebody whose wait has ended in another way."""
    # Locked before resources, as by whoever makes offers.
    entries = WaitlistEntry.objects.filter(offers__appointment=appointment)
    for entry in entries.select_for_update(no_key=True, of=("self",)):
        if entry.status != WaitlistEntry.Status.WAITING:
            raise HoldExpired(NOT_HELD)
        end_wait(entry, to=WaitlistEntry.Status.BOOKED, now=now)
        # This offer may have lapsed, and another one stand.
        _free(_offered_meanwhile(entry, known=[appointment.pk]), booking=appointment, now=now)


@dataclass(frozen=True, slots=True)
class Wait:
    """An entry of the waitlist, and what is held for it: both are locked."""

    entry: WaitlistEntry
    holds: list[Appointment]

    def is_for(self, procedure: int) -> bool:
        return self.entry.procedure_id == procedure

    def live_hold(self, *, now: datetime) -> Appointment | None:
        """Return what has not lapsed: one time at most is held for an entry."""
        return next((hold for hold in self.holds if expiry(hold) > now), None)

    def end_as_booked(self, *, now: datetime) -> None:
        """End the wait, and free what is held: its resources are locked."""
        if held := self.live_hold(now=now):
            end_hold(held, now=now)
        end_wait(self.entry, to=WaitlistEntry.Status.BOOKED, now=now)


def waits_of(offer: str) -> QuerySet[WaitlistEntry]:
    """Return the entry that was offered the time of this hold token, while it still waits."""
    offers = WaitlistOffer.objects.filter(appointment__hold_token_hash=token_hash(offer))
    return WaitlistEntry.objects.filter(status=WaitlistEntry.Status.WAITING, pk__in=offers.values("entry"))


def lock_wait(entries: QuerySet[WaitlistEntry], *, booking: str | None = None) -> Wait | None:
    """Lock the one entry, and what is held for it; `booking` is the token of a hold to lock with these."""
    # Visits are locked before entries, as by whoever books what they were offered.
    offered = WaitlistOffer.objects.filter(entry__in=entries, appointment__status=Status.HELD)
    keys = list(offered.values_list("appointment", flat=True))
    wanted = Q(pk__in=keys)
    if booking is not None:
        wanted |= Q(hold_token_hash=token_hash(booking))
    visits = list(locked_visits().filter(wanted).order_by("pk"))
    entry = entries.select_for_update(no_key=True).first()
    if entry is None:
        return None
    held = [each for each in visits if each.pk in keys and each.status == Status.HELD]
    return Wait(entry=entry, holds=[*held, *_offered_meanwhile(entry, known=keys)])


def _offered_meanwhile(entry: WaitlistEntry, *, known: Collection[int]) -> list[Appointment]:
    """Lock what is held for an entry besides the `known`, once the entry is locked.

    Passes by one that its patient is booking at this moment: they wait for the entry, and find it ended."""
    late = locked_visits(skip_locked=True).filter(waitlist_offer__entry=entry, status=Status.HELD)
    return list(late.exclude(pk__in=known).order_by("pk"))


def _free(offers: Collection[Appointment], *, booking: Appointment, now: datetime) -> None:
    """Free what is held for somebody who books another time."""
    live = [offer for offer in offers if expiry(offer) > now]
    if not live:
        return
    # With all that the booking may lock afterwards, so that resources are locked in one order.
    rooms = Room.objects.filter(location=booking.location_id).values_list("pk", flat=True)
    visits = [booking.pk, *(offer.pk for offer in live)]
    lock_resources(providers=[booking.provider_id], rooms=list(rooms), visits=visits, now=now)
    for offer in live:
        end_hold(offer, now=now)


def end_wait(entry: WaitlistEntry, *, to: WaitlistEntry.Status, now: datetime) -> None:
    entry.status, entry.ended_at, entry.client_key = to, now, ""
    entry.save(update_fields=["status", "ended_at", "client_key"])


def _keep(appointment: Appointment, *, now: datetime) -> None:
    """Let the claims of a hold stand for good."""
    # By name and not by claims: a writer whose clock is ahead may have put these out of force.
    rooms = [appointment.room_id] if appointment.room_id else []
    lock_resources(providers=[appointment.provider_id], rooms=rooms, now=now)
    try:
        Claim.objects.filter(appointment=appointment).update(is_active=True, expires_at=None)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise _taken(appointment) from error


def _place_again(appointment: Appointment, *, request: KeyedRequest, now: datetime) -> None:
    """Claim the time of a lapsed hold, with the same provider."""
    start = to_minutes(appointment.starts_at)
    choice = SlotChoice(
        procedure=appointment.procedure_id,
        location=appointment.location_id,
        start=start,
        duration=to_minutes(appointment.ends_at) - start,
        providers=(appointment.provider_id,),
    )
    try:
        place = find_place(choice=choice, wanted=None, site=request.site, now=now, moving=appointment)
    except (NotOffered, TooSoon, TooFar) as refusal:
        raise HoldExpired("This time is not offered any more. Please search again.") from refusal
    release(appointment)
    appointment.hold_expires_at = None
    for name, value in whereabouts(place).items():
        setattr(appointment, name, value)
    with refusing_overlaps(place):
        insert_rows(*claims_of(appointment, place=place))


def _become_visit(appointment: Appointment, *, language: str, now: datetime) -> None:
    policy = booking_policies(procedures=[appointment.procedure_id]).get(appointment.procedure_id)
    needs_confirmation = policy is not None and policy.requires_confirmation
    appointment.status = Status.REQUESTED if needs_confirmation else Status.BOOKED
    appointment.hold_expires_at = appointment.held_since = None
    appointment.client_key = ""
    appointment.language = language
    appointment.version += 1
    appointment.updated_at = now
    appointment.save()
    record_event(appointment=appointment, kind=AppointmentEvent.Kind(appointment.status), by=PATIENT, now=now)


def _taken(appointment: Appointment) -> SlotTaken:
    start = to_minutes(appointment.starts_at)
    duration = to_minutes(appointment.ends_at) - start
    search = SlotSearch(location=appointment.location_id, duration=duration)
    return SlotTaken(procedure=appointment.procedure_id, search=search, wanted=start)
