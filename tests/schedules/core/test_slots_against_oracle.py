"""Random worlds around clock changes: search, oracle and every one-minute window agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedules.core.policy import VisitPolicy
from schedules.core.recurrence import parse_recurrence
from schedules.core.slots import (
    Claim,
    DayException,
    Offer,
    OpeningRule,
    Question,
    Room,
    World,
    claims_span,
    find_slots,
    free_rooms,
)
from schedules.core.wall_clock import to_minutes
from tests.schedules.core import oracle

CHANGES = {
    "America/Denver": [date(2027, 3, 14), date(2026, 11, 1)],
    "America/New_York": [date(2027, 3, 14), date(2027, 11, 7)],
    "America/Phoenix": [date(2027, 3, 14)],
    "Europe/London": [date(2027, 3, 28), date(2027, 10, 31)],
    "Australia/Lord_Howe": [date(2026, 10, 4), date(2027, 4, 4)],
    "Asia/Kathmandu": [date(2027, 2, 28)],
    "Asia/Tokyo": [date(2026, 12, 31)],
}
RECURRENCES = [
    "FREQ=DAILY",
    "FREQ=DAILY;BYDAY=SA,SU,MO,TU",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=SA,SU,MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
    "FREQ=MONTHLY;BYDAY=2SU,-1SU,1SU",
    "FREQ=MONTHLY;BYMONTHDAY=-1,1,14\nFREQ=WEEKLY;BYDAY=SA",
    "FREQ=YEARLY;BYMONTH=3,4,10,11;BYDAY=SU",
]
PROVIDERS, LOCATIONS, KINDS, PROCEDURES = (1, 2), (1, 2), ("chair", "x-ray"), (1, 2)
quarter_hours = st.integers(0, 95).map(lambda n: n * 15)
minutes_of_day = st.one_of(quarter_hours, quarter_hours, st.integers(0, 1439))


@st.composite
def opening_rules(draw: st.DrawFn, base: date, zones: dict[int, str]) -> OpeningRule:
    location, start = draw(st.sampled_from(LOCATIONS)), draw(minutes_of_day)
    return OpeningRule(
        provider=draw(st.sampled_from(PROVIDERS)),
        location=location,
        zone=zones[location],
        recurrence=parse_recurrence(draw(st.sampled_from(RECURRENCES))),
        valid_from=base - timedelta(days=draw(st.sampled_from((3, 10, 17, 40, 365, 0)))),
        valid_until=draw(st.sampled_from((None, None, None, None, base))),
        start_minutes=start,
        end_minutes=start + draw(st.one_of(st.sampled_from((480, 720, 1440)), st.integers(1, 1440))),
        procedures=draw(
            st.sampled_from([frozenset(), frozenset(), frozenset(), frozenset({1}), frozenset({2})])
        ),
    )


@st.composite
def day_exceptions(draw: st.DrawFn, base: date) -> DayException:
    kind, first = draw(st.sampled_from(["closed", "open"])), base + timedelta(days=draw(st.integers(-2, 2)))
    has_times = kind == "open" or draw(st.booleans())
    provider = draw(st.sampled_from(PROVIDERS if kind == "open" else (None, *PROVIDERS)))
    return DayException(
        provider=provider,
        location=draw(st.sampled_from((None, *LOCATIONS))),
        kind="open" if kind == "open" else "closed",
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 1))),
        start_minutes=draw(minutes_of_day) if has_times else None,
        end_minutes=draw(st.one_of(minutes_of_day, st.just(1440))) if has_times else None,
    )


@st.composite
def claims(draw: st.DrawFn, noon: int, base: date) -> Claim:
    # Other days of the week matter to its cap alone.
    shift = draw(st.sampled_from((0, 0, 0, 0, -6, -4, 3, 6)))
    start = noon + shift * 1440 + draw(st.integers(-1800, 1800))
    day = base + timedelta(days=shift)
    return Claim(
        resource=draw(st.sampled_from((11, 12, 21, 22, 23))),
        start=start,
        end=start + draw(st.integers(1, 240)),
        procedure=draw(st.sampled_from((None, *PROCEDURES))),
        visit_on=draw(st.sampled_from((None, day - timedelta(days=1), day, day))),
        appointment=draw(st.sampled_from((None, 1, 2, 3))),
    )


@st.composite
def policies(draw: st.DrawFn) -> VisitPolicy:
    return VisitPolicy(
        duration=30,
        step=draw(st.sampled_from((5, 15, 20, 30, 45, 60, 50))),
        buffer_before=draw(st.sampled_from((0, 0, 5, 20))),
        buffer_after=draw(st.sampled_from((0, 0, 10, 15))),
        min_notice=draw(st.sampled_from((0, 0, 0, 120, 1440))),
        horizon_days=draw(st.sampled_from((60, 60, 60, 0, 1, 2))),
        max_per_provider_per_day=draw(st.sampled_from((None, None, 1, 2))),
        max_per_provider_per_week=draw(st.sampled_from((None, None, None, 1, 2))),
        room_kind=draw(st.sampled_from((None, None, None, "chair", "chair", "x-ray"))),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[World, Question]:
    zones = {place: draw(st.sampled_from(sorted(CHANGES))) for place in LOCATIONS}
    base = draw(st.sampled_from(CHANGES[zones[1]]))
    noon = to_minutes(datetime(base.year, base.month, base.day, 12, tzinfo=UTC))
    rules = draw(st.lists(opening_rules(base=base, zones=zones), min_size=2, max_size=4))
    if draw(st.booleans()):
        rules += [replace(rule, provider=3 - rule.provider) for rule in rules]
    world = World(
        rules=rules,
        exceptions=draw(st.lists(day_exceptions(base=base), max_size=2)),
        offers=[
            Offer(
                provider=each,
                resource=10 + each,
                duration=draw(st.sampled_from((30, 30, 30, 45, 120, 5, 400))),
            )
            for each in draw(st.sampled_from([PROVIDERS, PROVIDERS[::-1], (1,)]))
        ],
        rooms=[
            Room(resource=21 + n, location=place, kind=kind)
            for n, (place, kind) in enumerate([(1, "chair"), (1, "chair"), (2, draw(st.sampled_from(KINDS)))])
        ],
        claims=draw(st.lists(claims(noon=noon, base=base), max_size=8)),
        zones=zones,
    )
    first = noon + draw(st.integers(-1300, -300))
    before = timedelta(
        minutes=draw(st.one_of(st.just(4000), st.integers(-600, 2000))),
        seconds=draw(st.sampled_from((0, 0, 1, 59))),
    )
    question = Question(
        procedure=1,
        policy=draw(policies()),
        first=first,
        last=first + draw(st.sampled_from((1500, 1500, 1500, 700, 60))),
        now=datetime(base.year, base.month, base.day, 12, tzinfo=UTC) - before,
        ignore=draw(st.sampled_from((frozenset(), frozenset({1})))),
    )
    return world, question


deterministic = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def asked(world: World, question: Question) -> oracle.Answer:
    found = find_slots(world=world, question=question)
    return [(slot.start, slot.end, slot.location, slot.providers) for slot in found]


@deterministic
@given(situations())
def test_search_agrees_with_oracle(situation: tuple[World, Question]) -> None:
    world, question = situation

    assert asked(world, question) == oracle.find(world, question)


def at_minute(question: Question, start: int) -> Question:
    return replace(question, first=start, last=start + 1)


def with_claims_of(world: World, question: Question) -> World:
    """Return the world as it is loaded for the question: claims outside `claims_span` are missing."""
    first, last = claims_span(question=question, offers=world.offers)
    return replace(
        world, claims=[claim for claim in world.claims if claim.start < last and first < claim.end]
    )


@deterministic
@given(situations(), st.lists(st.integers(0, 1499), max_size=4))
def test_one_minute_window_agrees_with_wide_search(
    situation: tuple[World, Question], more_starts: list[int]
) -> None:
    world, question = situation
    wide = asked(world, question)
    starts = {slot[0] for slot in wide[:: max(1, len(wide) // 6)]}
    starts |= {question.first + more for more in more_starts if question.first + more < question.last}

    narrow = {}
    for start in starts:
        only = at_minute(question, start)
        narrow[start] = asked(with_claims_of(world, only), only)

    assert narrow == {start: [slot for slot in wide if slot[0] == start] for start in starts}


@deterministic
@given(situations())
def test_offered_slot_has_a_free_room(situation: tuple[World, Question]) -> None:
    world, question = situation
    kind, policy = question.policy.room_kind, question.policy
    without_room = [
        slot
        for slot in find_slots(world=world, question=question)
        if kind is not None
        and not free_rooms(
            world=world,
            location=slot.location,
            kind=kind,
            start=slot.start - policy.buffer_before,
            end=slot.end + policy.buffer_after,
            ignore=question.ignore,
        )
    ]

    assert without_room == []
