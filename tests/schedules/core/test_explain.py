"""Why a time is free or not: every reason once, and agreement with the search in random worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schedules.core.explain import Why, explain, open_hours
from schedules.core.policy import VisitPolicy
from schedules.core.search import Search
from schedules.core.slots import Claim, DayException, Question, Room, World, find_slots
from schedules.core.wall_clock import to_datetime
from tests.schedules.core.clinic import (
    CHECK_UP,
    DENVER,
    LOCATION,
    OFFER,
    PROCEDURE,
    PROVIDER,
    RESOURCE,
    minute,
    rule,
)
from tests.schedules.core.test_slots_against_oracle import deterministic, situations, with_claims_of

# Tuesday, 10:00 in Denver.
TEN = minute("2027-03-09T17:00")
NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)
TUESDAY = date(2027, 3, 9)
ROOM = 21


def reasons(
    *,
    start: int = TEN,
    location: int | None = None,
    policy: VisitPolicy = CHECK_UP,
    now: datetime = NOW,
    **world: Any,
) -> tuple[bool, list[str]]:
    asked = Question(procedure=PROCEDURE, policy=policy, first=start, last=start + 1, now=now)
    standard: dict[str, Any] = {"rules": [rule()], "offers": [OFFER]}
    found = explain(world=World(**(standard | world)), question=asked, start=start, location=location)
    return found.is_free, [reason.why.value for reason in found.reasons]


def claim(first: str, last: str, *, resource: int = RESOURCE, visit_on: date | None = None) -> Claim:
    return Claim(
        resource=resource,
        start=minute(f"2027-03-09T{first}"),
        end=minute(f"2027-03-09T{last}"),
        procedure=PROCEDURE,
        visit_on=visit_on,
        appointment=1,
    )


def closed(provider: int | None) -> DayException:
    return DayException(provider=provider, location=None, kind="closed", first=TUESDAY, last=TUESDAY)


EXTRA = DayException(
    provider=PROVIDER,
    location=LOCATION,
    kind="open",
    first=date(2027, 3, 10),
    last=date(2027, 3, 10),
    start_minutes=540,
    end_minutes=660,
)
CHAIRS = {"policy": VisitPolicy(duration=45, step=15, room_kind="chair")}


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        ({}, (True, ["open"])),
        ({"rules": [rule(), rule()]}, (True, ["open", "open"])),
        ({"start": TEN + 1440, "exceptions": [EXTRA]}, (True, ["open"])),
        ({"offers": []}, (False, ["not_performed"])),
        ({"rules": []}, (False, ["no_hours"])),
        ({"location": LOCATION + 1}, (False, ["no_hours"])),
        ({"rules": [], "claims": [claim("17:00", "17:30")]}, (False, ["no_hours", "taken"])),
        (
            {"location": LOCATION + 1, "claims": [claim("17:00", "17:30")]},
            (False, ["no_hours", "taken"]),
        ),
        (
            {
                "start": TEN + 5,
                "location": LOCATION + 1,
                "zones": {LOCATION + 1: DENVER},
                "claims": [claim("17:00", "17:30")],
                "exceptions": [closed(None)],
            },
            (False, ["off_grid", "closure", "no_hours", "taken"]),
        ),
        ({"start": TEN + 1440}, (False, ["no_hours"])),
        ({"start": TEN - 120}, (False, ["outside_hours"])),
        ({"start": TEN + 375}, (True, ["open"])),
        ({"start": TEN + 390}, (False, ["does_not_fit"])),
        ({"exceptions": [closed(None)]}, (False, ["closure"])),
        ({"exceptions": [closed(PROVIDER)]}, (False, ["exception"])),
        ({"exceptions": [closed(PROVIDER + 1)]}, (True, ["open"])),
        ({"claims": [claim("17:30", "18:00")]}, (False, ["taken"])),
        ({"claims": [claim("17:45", "18:00")]}, (True, ["open"])),
        (
            {
                "claims": [claim("17:45", "18:00")],
                "policy": VisitPolicy(duration=45, step=15, buffer_after=5),
            },
            (False, ["buffer"]),
        ),
        (CHAIRS, (False, ["no_room"])),
        (CHAIRS | {"rooms": [Room(resource=ROOM, location=LOCATION, kind="chair")]}, (True, ["open"])),
        (
            CHAIRS
            | {
                "rooms": [Room(resource=ROOM, location=LOCATION, kind="chair")],
                "claims": [claim("17:00", "17:10", resource=ROOM)],
            },
            (False, ["no_room"]),
        ),
        (
            {
                "policy": VisitPolicy(duration=45, step=15, max_per_provider_per_day=1),
                "claims": [claim("20:00", "20:45", visit_on=TUESDAY)],
            },
            (False, ["day_full"]),
        ),
        (
            {
                "policy": VisitPolicy(duration=45, step=15, max_per_provider_per_week=1),
                "claims": [claim("20:00", "20:45", visit_on=TUESDAY)],
            },
            (False, ["week_full"]),
        ),
        ({"start": TEN + 5}, (False, ["off_grid"])),
        ({"now": datetime(2027, 3, 9, 17, 1, tzinfo=UTC)}, (False, ["too_soon"])),
        (
            {
                "policy": VisitPolicy(duration=45, step=15, min_notice=60),
                "now": datetime(2027, 3, 9, 16, 1, tzinfo=UTC),
            },
            (False, ["too_soon"]),
        ),
        ({"policy": VisitPolicy(duration=45, step=15, horizon_days=7)}, (False, ["too_far"])),
        (
            {"start": TEN + 392, "exceptions": [closed(None)], "claims": [claim("23:40", "23:59")]},
            (False, ["off_grid", "closure", "does_not_fit", "taken"]),
        ),
    ],
)
def test_reasons(case: dict[str, Any], answer: tuple[bool, list[str]]) -> None:
    assert reasons(**case) == answer


@deterministic
@given(situations(), st.lists(st.integers(0, 1499), max_size=6), st.sampled_from((None, 1, 2)))
def test_explanation_is_free_exactly_where_the_search_offers_the_start(
    situation: tuple[World, Question], more_starts: list[int], location: int | None
) -> None:
    world, question = situation
    slots = [
        slot
        for slot in find_slots(world=world, question=question)
        if location is None or slot.location == location
    ]
    offered = {slot.start: slot for slot in slots}
    starts = {*list(offered)[:: max(1, len(offered) // 6)]}
    starts |= {question.first + more for more in more_starts if question.first + more < question.last}

    for start in starts:
        found = explain(
            world=with_claims_of(world, _at(question, start)),
            question=question,
            start=start,
            location=location,
        )
        assert found.is_free is (start in offered)
        assert found.reasons
        assert found.is_free is all(reason.why == Why.OPEN for reason in found.reasons)
        if found.is_free:
            named = {(reason.provider, reason.location) for reason in found.reasons}
            assert named == {
                (provider, slot.location)
                for slot in slots
                if slot.start == start
                for provider in slot.providers
            }


def _at(question: Question, start: int) -> Question:
    return replace(question, first=start, last=start + 1)


@deterministic
@given(situations())
def test_open_hours_hold_exactly_the_visits_that_nothing_else_hides(
    situation: tuple[World, Question],
) -> None:
    world, question = situation
    anything = VisitPolicy(duration=30, step=1, horizon_days=36500)
    asked = replace(question, policy=anything, now=to_datetime(question.first))
    empty = replace(world, claims=[])
    offered = {
        (slot.start, slot.end, slot.location, provider)
        for slot in find_slots(world=empty, question=asked)
        for provider in slot.providers
    }
    search = Search(world=empty, question=asked)
    places = {(offer.provider, place) for offer in world.offers for place in search.locations(offer.provider)}
    # Whatever notice, step and rooms the question's own policy asks for.
    hours = open_hours(world=empty, question=question, places=places)

    inside = {
        (start, start + offer.duration, place, offer.provider)
        for offer in world.offers
        for place in search.locations(offer.provider)
        for start in range(question.first, question.last)
        if hours[offer.provider, place].contains(start=start, end=start + offer.duration)
    }
    assert inside == offered


@deterministic
@given(situations())
def test_every_pair_that_is_not_free_has_a_reason(situation: tuple[World, Question]) -> None:
    world, question = situation
    start = question.first + 300
    assume(not find_slots(world=world, question=_at(question, start)))
    found = explain(world=world, question=question, start=start)

    assert {reason.provider for reason in found.reasons} == {offer.provider for offer in world.offers}
    assert Why.OPEN not in {reason.why for reason in found.reasons}
