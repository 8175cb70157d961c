from collections.abc import Sequence

import pytest

from cms.graphql.batches import Batches
from tests.cms.graphql.small_schema import MoonRow, PlanetRow, load_moons, moon_loads


@pytest.mark.parametrize("count", [1, 3, 20])
def test_load_runs_once_for_all_siblings(count: int) -> None:
    batches = Batches()
    planets = [PlanetRow(pk=n, name=f"{n}") for n in range(count)]
    batches.add(planets)
    moon_loads.clear()

    moons = [batches.load(planet, "moons", load_moons) for planet in planets]

    assert moon_loads == [count]
    assert moons == [[MoonRow(n * 10 + 1, "Moon 1"), MoonRow(n * 10 + 2, "Moon 2")] for n in range(count)]


def test_loaded_rows_form_one_batch_across_parents() -> None:
    batches = Batches()
    planets = [PlanetRow(pk=n, name=f"{n}") for n in range(3)]
    batches.add(planets)
    moons = [moon for planet in planets for moon in batches.load(planet, "moons", load_moons)]

    assert batches.siblings(moons[4]) == moons


def test_equal_rows_of_two_lists_keep_their_own_batches() -> None:
    batches = Batches()
    one, same = PlanetRow(pk=1, name="x"), PlanetRow(pk=1, name="x")
    batches.add([one])
    batches.add([same, PlanetRow(pk=2, name="y")])

    assert [len(batches.siblings(row)) for row in (one, same)] == [1, 2]


def test_key_separates_what_arguments_change() -> None:
    batches = Batches()
    planet = PlanetRow(pk=7, name="x")

    def load(name: str) -> str:
        return batches.load(planet, ("name", name), lambda rows: {7: name})

    assert [load("a"), load("b"), load("a")] == ["a", "b", "a"]


def test_row_without_a_value_gets_the_default() -> None:
    def nothing(rows: Sequence[PlanetRow]) -> dict[int, str]:
        return {}

    assert Batches().load(PlanetRow(pk=1, name="x"), "nothing", nothing, default=[]) == []
