from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from cms.clinic_file.consistency import consistency_problems
from cms.clinic_file.format_problems import format_problems
from cms.clinic_file.reading import Plain
from tests.cms.clinic_file.worlds import Change, checks, small_clinic, visit


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (
            lambda f: f["providers"][0]["availability"][0].update(location="boulder"),
            ["providers[0].availability[0].location: the file has no location with the slug “boulder”"],
        ),
        (
            lambda f: f["procedures"][0].update(category="none", reviewed_by="nobody"),
            [
                "procedures[0].category: the file has no category with the slug “none”",
                "procedures[0].reviewed_by: the file has no provider with the slug “nobody”",
            ],
        ),
        (
            lambda f: f["providers"][0]["offers"].append({"procedure": "surgery"}),
            ["providers[0].offers[2].procedure: the file has no procedure with the slug “surgery”"],
        ),
        (
            lambda f: f["providers"][0]["offers"].append({"procedure": "rest"}),
            ["providers[0].offers[2].procedure: “rest” is already the procedure of number [1] in this list"],
        ),
        (
            lambda f: f["providers"][0]["exceptions"][0].update(location="boulder"),
            ["providers[0].exceptions[0].location: the file has no location with the slug “boulder”"],
        ),
        (
            lambda f: f["locations"].append({"slug": "denver", "name": "Again"}),
            ["locations[2].slug: “denver” is already the slug of number [0] in this list"],
        ),
        (
            lambda f: f["locations"][0]["rooms"].append({"slug": "one"}),
            ["locations[0].rooms[1].slug: “one” is already the slug of number [0] in this list"],
        ),
        (
            lambda f: f["appointments"].append(visit(starts_at="2027-01-12T10:00")),
            ["appointments[1].reference: “OLD-1” is already the reference of number [0] in this list"],
        ),
        (
            lambda f: f["appointments"][0].update(procedure="x", provider="y", location="z"),
            [
                "appointments[0].location: the file has no location with the slug “z”",
                "appointments[0].procedure: the file has no procedure with the slug “x”",
                "appointments[0].provider: the file has no provider with the slug “y”",
            ],
        ),
        (
            lambda f: f["locations"][0]["closures"][0].update(until="2027-12-23"),
            ["locations[0].closures[0].until: is before from"],
        ),
        (
            lambda f: f["locations"][0]["closures"][0].update(start_time="09:00"),
            ["locations[0].closures[0].end_time: is missing: give both times, or none for whole days"],
        ),
        (
            lambda f: f["providers"][0]["exceptions"][0].update(kind="open"),
            ["providers[0].exceptions[0].start_time: is required where kind is open"],
        ),
        (
            lambda f: f["providers"][0]["exceptions"][0].update(until="2027-02-01"),
            ["providers[0].exceptions[0].until: is before from"],
        ),
        (
            lambda f: f["providers"][0]["availability"][0].update(valid_until="2026-01-05"),
            ["providers[0].availability[0].valid_until: is before valid_from"],
        ),
        (
            lambda f: f["providers"][0]["availability"][0].update(end_time="9:00"),
            [
                "providers[0].availability[0].end_time: is the same as start_time; "
                'for the whole day use "00:00" to "24:00"'
            ],
        ),
        (
            lambda f: f["procedures"][0].update(duration_minutes_min=60, duration_minutes_max=30),
            ["procedures[0].duration_minutes_max: is less than duration_minutes_min"],
        ),
        (
            lambda f: f["procedures"][0].pop("last_reviewed_on"),
            ["procedures[0].last_reviewed_on: is required where reviewed_by is given"],
        ),
        (
            lambda f: f["procedures"][0]["risks"][0].update(description="<h1>x</h1>"),
            ["procedures[0].risks[0].description: <h1> is not accepted here; use a, b, br, i, li, ol, p, ul"],
        ),
        (
            lambda f: f.update(partners=[{"slug": "gym", "name": "Gym"}, {"slug": "gym", "name": "Spa"}]),
            ["partners[1].slug: “gym” is already the slug of number [0] in this list"],
        ),
        (
            lambda f: f["appointments"][0].update(starts_at="2027-03-14T02:30"),
            ["appointments[0].starts_at: does not exist in America/Denver: the clock skips this time"],
        ),
        (
            lambda f: f["appointments"][0].update(procedure="talk"),
            ["appointments[0].duration_minutes: is required, because the procedure is not booked online"],
        ),
    ],
)
def test_consistency_problems_name_their_path(change: Change, problems: list[str]) -> None:
    assert checks(change) == problems


@pytest.mark.parametrize(
    ("recurrence", "message"),
    [
        (
            "RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE:20270105T090000Z",
            "EXDATE is not supported: add an exception that closes the dates instead.",
        ),
        (
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "COUNT is not supported: give the last date in 'valid until' instead.",
        ),
        ("TUESDAYS", "A rule consists of NAME=VALUE parts: write for example FREQ=WEEKLY;BYDAY=TU."),
    ],
)
def test_rules_beyond_the_fence_are_problems(recurrence: str, message: str) -> None:
    problems = checks(lambda f: f["providers"][0]["availability"][0].update(recurrence=recurrence))

    assert problems == [f"providers[0].availability[0].recurrence: {message}"]


@pytest.mark.parametrize(
    ("other", "problems"),
    [
        (
            visit(reference="OLD-2", starts_at="2027-01-05T10:44"),
            ["appointments[1]: OLD-2 overlaps OLD-1 (appointments[0]): the same provider, sarah"],
        ),
        (
            visit(reference="OLD-2", starts_at="2027-01-05T09:00", duration_minutes=61),
            ["appointments[1]: OLD-2 overlaps OLD-1 (appointments[0]): the same provider, sarah"],
        ),
        # The same instant at another place, named by another clock.
        (
            visit(reference="OLD-2", starts_at="2027-07-06T09:00", location="phoenix", status="cancelled"),
            [],
        ),
        (
            visit(reference="OLD-2", starts_at="2027-01-05T10:30", location="phoenix"),
            ["appointments[1]: OLD-2 overlaps OLD-1 (appointments[0]): the same provider, sarah"],
        ),
        (visit(reference="OLD-2", starts_at="2027-01-05T10:45"), []),
        (visit(reference="OLD-2", starts_at="2027-01-05T10:00", provider="tom"), []),
        (visit(reference="OLD-2", starts_at="2027-01-05T10:00", status="cancelled"), []),
        (visit(reference="OLD-2", starts_at="2027-01-05T10:00", status="no_show"), []),
        (visit(reference="OLD-2", starts_at="2027-01-05T10:00", status="declined"), []),
        (
            visit(reference="OLD-2", starts_at="2027-01-05T10:00", status="fulfilled"),
            ["appointments[1]: OLD-2 overlaps OLD-1 (appointments[0]): the same provider, sarah"],
        ),
    ],
)
def test_visits_that_overlap_are_problems_that_name_both(
    other: dict[str, object], problems: list[str]
) -> None:
    assert checks(lambda f: f["appointments"].append(other)) == problems


def test_visits_without_a_free_room_are_problems_that_name_who_has_it() -> None:
    resting = {"procedure": "rest", "starts_at": "2027-01-06T10:00", "duration_minutes": 30}
    one = visit(reference="R-1", **resting)
    two = visit(reference="R-2", **{**resting, "provider": "tom", "starts_at": "2027-01-06T10:29"})
    three = visit(reference="R-3", **{**resting, "provider": "tom", "starts_at": "2027-01-06T11:00"})
    elsewhere = visit(reference="R-4", **{**resting, "starts_at": "2027-01-07T10:00", "location": "phoenix"})

    assert checks(lambda f: f["appointments"].extend([one, two, three, elsewhere])) == [
        "appointments[2]: R-2 finds no free room of kind “quiet” at denver: taken by R-1 (appointments[1])",
        "appointments[4]: R-4 finds no free room of kind “quiet” at phoenix",
    ]


def places(tree: Plain, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in the tree but the tree itself."""
    items: Iterable[tuple[str | int, Plain]] = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


@pytest.mark.parametrize(
    "junk", [None, True, -1, 1.5, "", "24:00", "\u2028", [], [None], {}, {"slug": []}], ids=repr
)
def test_junk_in_any_place_is_at_most_a_problem(junk: Plain) -> None:
    for *parents, last in places(small_clinic()):
        tree: Any = small_clinic()
        place = tree
        for step in parents:
            place = place[step]
        place[last] = junk

        problems = [*format_problems(tree), *consistency_problems(tree)]

        assert all(problem.message for problem in problems)


def test_thousands_of_visits_at_one_time_are_not_millions_of_problems() -> None:
    same = [visit(reference=f"R-{number}") for number in range(2000)]

    assert len(checks(lambda f: f["appointments"].extend(same))) <= 6000


def test_a_provider_s_own_length_counts_where_the_visit_names_none() -> None:
    first = visit(reference="R-1", procedure="rest", starts_at="2027-01-06T10:00")
    second = visit(reference="R-2", starts_at="2027-01-06T10:20")

    assert checks(lambda f: f["appointments"].extend([first, second])) == []
