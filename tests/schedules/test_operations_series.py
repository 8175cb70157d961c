"""Several visits, week after week: all or none. Case 101."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from providers.models import ProviderPage
from schedules.models import Appointment, Claim
from schedules.operations import (
    DailyLimit,
    Done,
    InvalidInput,
    NotOffered,
    Refused,
    SeriesConflict,
    SeriesPlan,
    SlotTaken,
    TooFar,
    book_series,
)
from schedules.tokens import SlotChoice
from tests import factories
from tests.schedules.worlds import NOW, PATIENT, TUESDAY, BookingWorld, add_provider, everything, make_world

pytestmark = pytest.mark.django_db

TUESDAYS = [TUESDAY + timedelta(weeks=number) for number in range(6)]


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


def series(
    world: BookingWorld,
    local_time: str = "10:00",
    *,
    visits: int = 6,
    every_weeks: int = 1,
    skip: frozenset[date] = frozenset(),
    replacements: Mapping[date, SlotChoice] | None = None,
    provider: ProviderPage | None = None,
    key: str = "series-key",
    **choice: Any,
) -> list[Done]:
    plan = SeriesPlan(
        first=world.choice(local_time, **choice),
        visits=visits,
        every_weeks=every_weeks,
        skip=skip,
        replacements=replacements or {},
    )
    return book_series(
        plan=plan,
        provider=provider.pk if provider else None,
        patient=PATIENT,
        request=world.request(key, operation="series", slot=local_time),
        language="en",
        now=NOW,
    )


def conflict(world: BookingWorld, **asked: Any) -> list[tuple[date, type[Refused] | None]]:
    """Return each date of the report, after checking that nothing was written."""
    before = everything()
    with pytest.raises(SeriesConflict) as caught:
        series(world, **asked)
    assert everything() == before
    return [(each.on, type(each.refusal) if each.refusal else None) for each in caught.value.dates]


def test_series_keeps_its_local_time_across_the_clock_change(world: BookingWorld) -> None:
    booked = series(world)

    visits = [done.appointment for done in booked]
    assert [visit.local_start for visit in visits] == [f"{day}T10:00" for day in TUESDAYS]
    # The clock goes forward on 14 March.
    assert [visit.starts_at.hour for visit in visits] == [17, 16, 16, 16, 16, 16]
    assert {visit.series for visit in visits} == {visits[0].series}
    assert visits[0].series is not None
    assert {visit.patient.name for visit in visits} == {"Pat Example"}
    assert len({done.manage_token for done in booked}) == 6
    assert Claim.objects.filter(is_active=True).count() == 6


def test_series_every_two_weeks(world: BookingWorld) -> None:
    booked = series(world, visits=3, every_weeks=2)

    assert [done.appointment.local_start[:10] for done in booked] == [
        "2027-03-09",
        "2027-03-23",
        "2027-04-06",
    ]


def test_taken_date_books_nothing_and_is_reported(world: BookingWorld) -> None:
    """Case 101."""
    world.book("10:15", on=TUESDAYS[3])

    assert conflict(world) == [(day, SlotTaken if day == TUESDAYS[3] else None) for day in TUESDAYS]


def test_each_date_is_reported_with_its_own_reason() -> None:
    world = make_world(horizon_days=36, max_per_provider_per_week=1)
    factories.make_closure(starts_on=TUESDAYS[1])
    world.book("15:00", on=TUESDAYS[2])

    assert conflict(world) == [
        (TUESDAYS[0], None),
        (TUESDAYS[1], NotOffered),
        (TUESDAYS[2], DailyLimit),
        (TUESDAYS[3], None),
        (TUESDAYS[4], None),
        (TUESDAYS[5], TooFar),
    ]


def test_series_leaves_a_date_out(world: BookingWorld) -> None:
    world.book("10:00", on=TUESDAYS[3])

    booked = series(world, skip=frozenset([TUESDAYS[3]]))

    assert [done.appointment.local_start[:10] for done in booked] == [
        f"{day}" for day in TUESDAYS if day != TUESDAYS[3]
    ]


def test_series_takes_an_alternative_for_a_date(world: BookingWorld) -> None:
    world.book("10:00", on=TUESDAYS[3])

    booked = series(world, replacements={TUESDAYS[3]: world.choice("11:00", on=TUESDAYS[3])})

    assert [done.appointment.local_start[11:] for done in booked] == ["10:00"] * 3 + ["11:00"] + ["10:00"] * 2


def test_series_stays_with_one_provider_who_is_free_throughout(world: BookingWorld) -> None:
    other = add_provider(world, name="Maria Lopez")
    both = (world.provider, other)
    world.book("10:00", on=TUESDAYS[4], provider=world.provider, providers=both)
    world.book("09:00", key="second-key", on=TUESDAY, provider=other, providers=both)

    booked = series(world, providers=both)

    assert {done.appointment.provider_id for done in booked} == {other.pk}


def test_series_with_nobody_free_throughout_reports_who_is_free_most_often(world: BookingWorld) -> None:
    other = add_provider(world, name="Maria Lopez")
    both = (world.provider, other)
    for number, (day, who) in enumerate(
        [(TUESDAYS[0], world.provider), (TUESDAYS[1], world.provider), (TUESDAYS[5], other)]
    ):
        world.book("10:00", key=f"key-{number}", on=day, provider=who, providers=both)

    assert conflict(world, providers=both) == [
        (day, SlotTaken if day == TUESDAYS[5] else None) for day in TUESDAYS
    ]


def test_same_key_replays_the_series(world: BookingWorld) -> None:
    first = series(world, visits=3)

    again = series(world, visits=3)

    assert [(done.appointment.pk, done.manage_token) for done in again] == [
        (done.appointment.pk, done.manage_token) for done in first
    ]
    assert Appointment.objects.count() == 3


def test_series_of_longer_visits() -> None:
    world = make_world(durations=[90])

    booked = series(world, visits=2, minutes=90)

    assert {done.appointment.ends_at - done.appointment.starts_at for done in booked} == {
        timedelta(minutes=90)
    }


def test_replacement_in_the_same_week_counts_for_its_cap() -> None:
    world = make_world(max_per_provider_per_week=1)
    before = everything()

    with pytest.raises(DailyLimit):
        series(world, visits=2, replacements={TUESDAYS[1]: world.choice("15:00", on=TUESDAY)})

    assert everything() == before


BAD_PLANS: list[tuple[dict[str, Any], str]] = [
    ({"visits": 1}, "visits"),
    ({"visits": 27}, "visits"),
    ({"every_weeks": 0}, "everyWeeks"),
    ({"every_weeks": 13}, "everyWeeks"),
    ({"skip": frozenset([date(2027, 3, 10)])}, "skip"),
    ({"visits": 2, "skip": frozenset(TUESDAYS[:2])}, "skip"),
]


Replacements = list[tuple[int, str, int, int]]


@pytest.mark.parametrize(
    "replacements",
    [
        # Date of the series; start, date and length of what stands in for it.
        [(1, "11:00", 0, 45), (2, "11:00", 0, 45)],
        [(1, "10:30", 0, 45)],
        [(1, "11:00", 1, 90)],
    ],
)
def test_replacements_that_cannot_all_be_booked_name_the_field(replacements: Replacements) -> None:
    world = make_world(durations=[90], buffer_after_minutes=15)
    before = everything()

    with pytest.raises(InvalidInput) as caught:
        series(
            world,
            replacements={
                TUESDAYS[date]: world.choice(start, on=TUESDAYS[on], minutes=minutes)
                for date, start, on, minutes in replacements
            },
        )

    assert caught.value.field == "replacements"
    assert everything() == before


def test_series_at_a_location_that_is_gone_is_not_offered(world: BookingWorld) -> None:
    gone = factories.make_location(name="Boulder")
    choice = replace(world.choice("10:00"), location=gone.pk)
    gone.delete()
    before = everything()

    for plan in (
        SeriesPlan(first=choice, visits=3),
        SeriesPlan(first=world.choice("10:00"), visits=3, replacements={TUESDAYS[1]: choice}),
    ):
        with pytest.raises(NotOffered):
            book_series(
                plan=plan,
                provider=None,
                patient=PATIENT,
                request=world.request("series-key", operation="series"),
                language="en",
                now=NOW,
            )

    assert everything() == before


def test_series_counts_all_of_its_first_week(world: BookingWorld) -> None:
    """On a day without visits, who has fewer that week is chosen, whatever day they were."""
    other = add_provider(world, name="Maria Lopez")
    both = (world.provider, other)
    for who in both:
        factories.make_rule(provider=who, location=world.location, recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO,SU")
    world.book("10:00", on=date(2027, 3, 8), provider=world.provider, providers=both)

    booked = series(world, visits=2, on=date(2027, 3, 14), providers=both)

    assert {done.appointment.provider_id for done in booked} == {other.pk}


@pytest.mark.parametrize(("wrong", "field"), BAD_PLANS)
def test_impossible_series_names_the_field(world: BookingWorld, wrong: dict[str, Any], field: str) -> None:
    before = everything()

    with pytest.raises(InvalidInput) as caught:
        series(world, **wrong)

    assert caught.value.field == field
    assert everything() == before


def test_date_on_which_the_clock_skips_the_time_takes_the_instant_of_the_change(world: BookingWorld) -> None:
    """R2."""
    factories.make_rule(
        provider=world.provider,
        location=world.location,
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=SU",
        start_time="01:00",
        end_time="06:00",
    )

    booked = series(world, "02:30", visits=3, on=date(2027, 3, 7))

    assert [done.appointment.local_start for done in booked] == [
        "2027-03-07T02:30",
        "2027-03-14T03:00",
        "2027-03-21T02:30",
    ]
