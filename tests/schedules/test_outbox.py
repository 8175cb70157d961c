"""What messages to patients will be made of: the outbox tells every change of a visit, once and in order."""

from typing import Any

import pytest

from schedules.models import OutboxEvent
from schedules.operations import cancel_appointment, reschedule_appointment
from tests.schedules.worlds import NOW, BookingWorld, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


def move(world: BookingWorld, token: str, local_time: str, *, key: str) -> Any:
    return reschedule_appointment(
        token=token, choice=world.choice(local_time), provider=None, request=world.request(key), now=NOW
    ).appointment


def told() -> list[tuple[str, int]]:
    return list(OutboxEvent.objects.order_by("pk").values_list("kind", "data__version"))


def test_moved_visit_keeps_its_identity_and_counts_its_versions(world: BookingWorld) -> None:
    """Case 99: what a calendar needs to replace its entry."""
    booked = world.book("10:00")

    moved = move(world, booked.manage_token or "", "14:00", key="move-key")

    first = booked.appointment
    assert (moved.uuid, moved.reference) == (first.uuid, first.reference)
    assert told() == [("booked", 1), ("moved", 2)]


def test_outbox_tells_the_last_word_on_a_visit(world: BookingWorld) -> None:
    """Case 100: whoever is about to remind sees by the version that the visit moved or is off."""
    token = world.book("10:00").manage_token or ""
    move(world, token, "14:00", key="move-key")

    cancel_appointment(token=token, reason="", request=world.request("cancel-key"), now=NOW)

    assert told() == [("booked", 1), ("moved", 2), ("cancelled", 3)]


def test_repeats_and_what_changes_nothing_are_told_once(world: BookingWorld) -> None:
    """Cases 82 and 90."""
    token = world.book("10:00").manage_token or ""

    world.book("10:00")
    move(world, token, "10:00", key="move-key")

    assert told() == [("booked", 1)]
