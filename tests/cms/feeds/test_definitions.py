"""The check of FHIR resources itself: it passes what R4 allows, and refuses everything else."""

from typing import Any

import pytest

from tests.cms.feeds.definitions import problems

SLOT = {
    "resourceType": "Slot",
    "id": "1-2-c3",
    "schedule": {"reference": "Schedule/1-2"},
    "status": "busy",
    "start": "2027-03-09T16:00:00.000Z",
    "end": "2027-03-09T16:45:00.000Z",
}


def test_a_good_resource_has_no_problem() -> None:
    assert problems(SLOT) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"status": "taken"}, "Slot.status does not take 'taken'"),
        ({"start": "2027-03-09"}, "Slot.start does not take '2027-03-09'"),
        ({"start": None}, "Slot.start does not take None"),
        ({"id": "a_b"}, "Slot.id does not take 'a_b'"),
        ({"room": "1"}, "Slot.room is no element"),
        ({"serviceType": {"text": "X"}}, "Slot.serviceType occurs any number of times"),
        ({"serviceType": []}, "Slot.serviceType is empty"),
        ({"schedule": [{"reference": "Schedule/1"}]}, "Slot.schedule occurs once"),
        ({"schedule": "Schedule/1"}, "Slot.schedule is no object"),
        ({"schedule": {"ref": "Schedule/1"}}, "Slot.schedule.ref is no element"),
    ],
)
def test_what_r4_does_not_know_is_refused(wrong: dict[str, Any], told: str) -> None:
    assert problems({**SLOT, **wrong}) == [told]


def test_what_is_missing_is_named() -> None:
    without = {name: value for name, value in SLOT.items() if name != "schedule"}
    assert problems(without) == ["Slot.schedule is missing"]
    assert problems({"resourceType": "Spot"}) == ["unknown resource Spot"]
