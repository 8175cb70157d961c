"""R10 as a property: what search shows books, and what it does not show is refused with the right reason.

Worlds are those of the core's tests, stored in PostgreSQL. The oracle answers from the values, so that
loading them is tested as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from cms.graphql.sites import ServedSite
from providers.models import Offering, ProviderPage
from schedules.core.wall_clock import ceil_minutes, local_date, to_datetime, to_minutes
from schedules.core.world import Claim as BusyTime
from schedules.core.world import DayException, OpeningRule, Question, World
from schedules.models import (
    Appointment,
    AvailabilityRule,
    BookingPolicy,
    Claim,
    Closure,
    Location,
    ProviderException,
    Resource,
    Room,
)
from schedules.operations import KeyedRequest, Refused, book_appointment
from schedules.queries import SlotSearch, load_schedule, open_slots
from schedules.tokens import SlotChoice
from services.models import ProcedurePage
from tests import factories
from tests.schedules.core import oracle
from tests.schedules.core.test_slots_against_oracle import LOCATIONS, PROCEDURES, PROVIDERS, situations
from tests.schedules.worlds import PATIENT, make_served_site

pytestmark = pytest.mark.django_db

REFUSED_PER_WORLD = 12


@dataclass(frozen=True, slots=True)
class Pages:
    """What stays from world to world. The numbers of the values are their places here."""

    site: ServedSite
    procedures: list[ProcedurePage]
    providers: list[ProviderPage]
    locations: list[Location]
    rooms: list[Room]
    resources: dict[int, Resource]


def make_pages() -> Pages:
    site = make_served_site()
    locations = [factories.make_location(name=f"Place {number}") for number in LOCATIONS]
    procedures = [factories.make_procedure(title=f"Procedure {number}") for number in PROCEDURES]
    providers = [factories.make_provider(name=f"Provider {n}", offers=procedures[:1]) for n in PROVIDERS]
    rooms = [
        factories.make_room(location=locations[place - 1], name=f"Room {n}")
        for n, place in enumerate((1, 1, 2))
    ]
    resources = {
        **{
            10 + n: Resource.objects.create(provider=page)
            for n, page in zip(PROVIDERS, providers, strict=True)
        },
        **{21 + n: Resource.objects.create(room=room) for n, room in enumerate(rooms)},
    }
    return Pages(
        site=site,
        procedures=procedures,
        providers=providers,
        locations=locations,
        rooms=rooms,
        resources=resources,
    )


# Storing a world ----------------------------------------------------------------------------------


def storable(world: World, question: Question) -> tuple[World, Question]:
    """Return the world without what no row can say: who a claim is for comes from its visit alone."""
    claims = [replace_claim(claim, number) for number, claim in enumerate(world.claims, start=1)]
    rules = [
        replace(rule, end_minutes=rule.end_minutes - 1)
        if rule.end_minutes - rule.start_minutes == 1440 and rule.start_minutes
        else rule
        for rule in world.rules
    ]
    exceptions = [each for each in world.exceptions if each.start_minutes is None or can_be_stored(each)]
    return (
        replace(world, claims=claims, rules=rules, exceptions=exceptions),
        replace(question, ignore=frozenset()),
    )


def replace_claim(claim: BusyTime, number: int) -> BusyTime:
    if claim.procedure is None or claim.visit_on is None:
        return claim._replace(procedure=None, visit_on=None, appointment=None)
    return claim._replace(appointment=number)


def can_be_stored(exception: DayException) -> bool:
    return exception.start_minutes not in (exception.end_minutes, 1440)


def clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours:02}:{rest:02}"


@contextmanager
def stored(world: World, question: Question, pages: Pages) -> Iterator[None]:
    """Store the world, and take it back afterwards."""
    with transaction.atomic():
        for number, location in zip(LOCATIONS, pages.locations, strict=True):
            Location.objects.filter(pk=location.pk).update(time_zone=world.zones[number])
        for room, row in zip(world.rooms, pages.rooms, strict=True):
            Room.objects.filter(pk=row.pk).update(kind=room.kind)
        store_policy(question, pages)
        store_offers(world, pages)
        AvailabilityRule.objects.bulk_create(rule_row(rule, pages) for rule in world.rules)
        for exception in world.exceptions:
            exception_row(exception, pages).save()
        for claim in world.claims:
            store_claim(claim, pages)
        yield
        transaction.set_rollback(True)


def store_policy(question: Question, pages: Pages) -> None:
    policy = question.policy
    BookingPolicy.objects.filter(page=pages.procedures[0]).update(
        duration_minutes=policy.duration,
        slot_step_minutes=policy.step,
        buffer_before_minutes=policy.buffer_before,
        buffer_after_minutes=policy.buffer_after,
        min_notice_minutes=policy.min_notice,
        horizon_days=policy.horizon_days,
        max_per_provider_per_day=policy.max_per_provider_per_day,
        max_per_provider_per_week=policy.max_per_provider_per_week,
        room_kind=policy.room_kind or "",
    )


def store_offers(world: World, pages: Pages) -> None:
    Offering.objects.all().delete()
    Offering.objects.bulk_create(
        Offering(
            page=pages.providers[offer.provider - 1],
            procedure=pages.procedures[0],
            duration_minutes=offer.duration,
        )
        for offer in world.offers
    )


def rule_row(rule: OpeningRule, pages: Pages) -> AvailabilityRule:
    end = rule.end_minutes if rule.end_minutes <= 1440 else rule.end_minutes - 1440
    return AvailabilityRule(
        page=pages.providers[rule.provider - 1],
        location=pages.locations[rule.location - 1],
        recurrence=rule.recurrence.text,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        start_time=clock(rule.start_minutes),
        end_time=clock(end),
        procedures=[pages.procedures[number - 1].pk for number in sorted(rule.procedures)],
    )


def exception_row(exception: DayException, pages: Pages) -> Closure | ProviderException:
    fields: dict[str, Any] = {
        "location": pages.locations[exception.location - 1] if exception.location else None,
        "starts_on": exception.first,
        "ends_on": exception.last,
    }
    if exception.start_minutes is not None and exception.end_minutes is not None:
        fields["start_time"], fields["end_time"] = map(
            clock, (exception.start_minutes, exception.end_minutes)
        )
    if exception.provider is None:
        return Closure(**fields)
    return ProviderException(provider=pages.providers[exception.provider - 1], kind=exception.kind, **fields)


def store_claim(claim: BusyTime, pages: Pages) -> None:
    visit = None
    span = {"starts_at": to_datetime(claim.start), "ends_at": to_datetime(claim.end)}
    if claim.procedure is not None and claim.visit_on is not None:
        visit = Appointment.objects.create(
            reference=f"VISIT-{claim.appointment}",
            procedure=pages.procedures[claim.procedure - 1],
            provider=pages.providers[0],
            location=pages.locations[0],
            time_zone="UTC",
            local_start=f"{claim.visit_on}T12:00",
            status=Appointment.Status.BOOKED,
            created_at=factories.CREATED_AT,
            updated_at=factories.CREATED_AT,
            **span,
        )
    # Random claims overlap, as only those that staff overbooked may.
    Claim.objects.create(
        resource=pages.resources[claim.resource], appointment=visit, is_exclusive=False, **span
    )


# Asking and booking -------------------------------------------------------------------------------


def shown(question: Question, pages: Pages) -> oracle.Answer:
    """Return what search shows, in the numbers of the values."""
    providers = {page.pk: number for number, page in zip(PROVIDERS, pages.providers, strict=True)}
    locations = {row.pk: number for number, row in zip(LOCATIONS, pages.locations, strict=True)}
    schedule = load_schedule(procedure_id=pages.procedures[0].pk, site=pages.site, now=question.now)
    slots = open_slots(
        schedule=schedule, search=SlotSearch(), first=question.first, last=question.last, now=question.now
    )
    found = [
        (
            slot.start,
            slot.end,
            locations[slot.location],
            tuple(sorted(providers[key] for key in slot.providers)),
        )
        for slot in slots
    ]
    return sorted(found)


def booked(
    *, start: int, duration: int, location: int, provider: int, question: Question, pages: Pages
) -> str:
    """Book, take it back, and return the name of the refusal, or nothing."""
    choice = SlotChoice(
        procedure=pages.procedures[0].pk,
        location=pages.locations[location - 1].pk,
        start=start,
        duration=duration,
        providers=(pages.providers[provider - 1].pk,),
    )
    try:
        with transaction.atomic():
            done = book_appointment(
                choice=choice,
                provider=choice.providers[0],
                patient=PATIENT,
                request=KeyedRequest(site=pages.site, operation="book", key="any-key", payload={}),
                language="",
                now=question.now,
            )
            assert to_minutes(done.appointment.starts_at) == start
            transaction.set_rollback(True)
    except Refused as refusal:
        return type(refusal).__name__
    return ""


def expected_refusal(*, start: int, location: int, provider: int, world: World, question: Question) -> str:
    """Say by the oracle why a time is not shown: from the rules inwards to what others have booked."""
    policy, zone = question.policy, world.zones[location]
    if start < ceil_minutes(question.now) + policy.min_notice:
        return "TooSoon"
    today = local_date(minutes=to_minutes(question.now), zone=zone)
    if local_date(minutes=start, zone=zone) > today + timedelta(days=policy.horizon_days):
        return "TooFar"
    minute = replace(question, first=start, last=start + 1)

    def is_free(world: World, question: Question) -> bool:
        return any(
            place == location and provider in providers
            for _, _, place, providers in oracle.find(world, question)
        )

    if not is_free(replace(world, claims=[]), minute):
        return "NotOffered"
    uncapped = replace(policy, max_per_provider_per_day=None, max_per_provider_per_week=None)
    return "DailyLimit" if is_free(world, replace(minute, policy=uncapped)) else "SlotTaken"


def check_world(world: World, question: Question, pages: Pages, *, refusals: int) -> None:
    world, question = storable(world, question)
    offers = {offer.provider: offer.duration for offer in world.offers}
    with stored(world, question, pages):
        expected = oracle.find(world, replace(question, first=max(question.first, to_minutes(question.now))))
        assert shown(question, pages) == expected
        free = {
            (start, location, provider)
            for start, _, location, providers in expected
            for provider in providers
        }
        for start, location, provider in sorted(free):
            refusal = booked(
                start=start,
                duration=offers[provider],
                location=location,
                provider=provider,
                question=question,
                pages=pages,
            )
            assert (start, location, provider, refusal) == (start, location, provider, "")
        for start, location, provider in not_shown(question, free, offers, count=refusals):
            refusal = booked(
                start=start,
                duration=offers[provider],
                location=location,
                provider=provider,
                question=question,
                pages=pages,
            )
            reason = expected_refusal(
                start=start, location=location, provider=provider, world=world, question=question
            )
            assert (start, location, provider, refusal) == (start, location, provider, reason)


def not_shown(
    question: Question, free: set[tuple[int, int, int]], offers: dict[int, int], *, count: int
) -> list[tuple[int, int, int]]:
    """Return times that are not shown; most lie on the quarter of an hour, as do many of those that are."""
    random = Random(question.first)
    found = set()
    for _ in range(count):
        start = random.randrange(question.first, question.last)
        start -= start % random.choice((1, 5, 15, 15, 15))
        key = (start, random.choice(LOCATIONS), random.choice(sorted(offers)))
        # Before the window nothing is shown, and much may be free.
        if key not in free and start >= question.first:
            found.add(key)
    return sorted(found)


@pytest.fixture
def pages() -> Pages:
    return make_pages()


@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(situation=situations())
def test_what_is_shown_books_and_nothing_else(pages: Pages, situation: tuple[World, Question]) -> None:
    check_world(*situation, pages, refusals=REFUSED_PER_WORLD)
