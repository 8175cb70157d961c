"""What has visits cannot be deleted in the admin, and says so."""

from functools import partial
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from providers.models import ProviderPage
from schedules.models import Appointment, Block, Claim, Location, Room
from schedules.operations import block_time, move_by_staff
from tests import factories
from tests.schedules.worlds import NOW, BookingWorld, add_provider, at, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> BookingWorld:
    world = make_world()
    world.book("10:00")
    return world


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.make_staff())
    return client


def test_provider_and_procedure_with_visits_cannot_be_deleted(world: BookingWorld, desk: Client) -> None:
    for page in (world.provider, world.procedure):
        address = reverse("wagtailadmin_pages:delete", args=[page.pk])

        answer = desk.post(address, follow=True)

        assert "has appointments" in answer.content.decode()
        assert type(page).objects.filter(pk=page.pk).exists()
    assert Appointment.objects.count() == 1


def test_index_page_above_a_provider_with_visits_cannot_be_deleted(world: BookingWorld, desk: Client) -> None:
    index = world.provider.get_parent()

    answer = desk.post(reverse("wagtailadmin_pages:delete", args=[index.pk]), follow=True)

    assert "has appointments" in answer.content.decode()
    assert ProviderPage.objects.filter(pk=world.provider.pk).exists()


def test_location_with_visits_cannot_be_deleted(world: BookingWorld, desk: Client) -> None:
    address = reverse("wagtailsnippets_schedules_location:delete", args=[world.location.pk])

    answer = desk.post(address, follow=True)

    assert "A location with appointments cannot be deleted" in answer.content.decode()
    assert Location.objects.count() == 1


def test_chosen_pages_with_visits_cannot_be_deleted_together(world: BookingWorld, desk: Client) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    answer = desk.post(f"{address}?id={world.provider.pk}&id={world.procedure.pk}", follow=True)

    assert "have appointments" in answer.content.decode()
    assert ProviderPage.objects.filter(pk=world.provider.pk).exists()


def test_pages_and_locations_without_visits_can_be_deleted(world: BookingWorld, desk: Client) -> None:
    provider = factories.make_provider(name="Ann Lee")
    location = factories.make_location(name="Phoenix")

    desk.post(reverse("wagtailadmin_pages:delete", args=[provider.pk]))
    desk.post(reverse("wagtailsnippets_schedules_location:delete", args=[location.pk]))

    assert not ProviderPage.objects.filter(pk=provider.pk).exists()
    assert not Location.objects.filter(pk=location.pk).exists()


def test_room_that_was_booked_cannot_be_deleted_and_another_can(desk: Client) -> None:
    world = make_world(room_kind="treatment")
    rooms = [factories.make_room(location=world.location, name=name) for name in ("One", "Two")]
    world.book("10:00")

    def delete(room: Room) -> str:
        form: dict[str, Any] = {"name": "Denver", "slug": "denver", "time_zone": "America/Denver"}
        management = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
        row = {"id": room.pk, "name": room.name, "slug": room.slug, "kind": room.kind, "DELETE": "1"}
        form |= {f"rooms-{key}": value for key, value in management.items()}
        form |= {f"rooms-0-{key}": value for key, value in row.items()}
        address = reverse("wagtailsnippets_schedules_location:edit", args=[world.location.pk])
        return desk.post(address, form, follow=True).content.decode()

    assert "One was booked and cannot be deleted" in delete(rooms[0])
    delete(rooms[1])

    assert list(Room.objects.values_list("name", flat=True)) == ["One"]


def test_database_refuses_what_the_admin_would(world: BookingWorld) -> None:
    with pytest.raises(ProtectedError):
        Location.objects.get().delete()


def test_what_was_only_blocked_or_moved_away_from_can_be_deleted(world: BookingWorld, desk: Client) -> None:
    ann = add_provider(world, name="Ann Lee")
    phoenix = factories.make_location(name="Phoenix")
    room = factories.make_room(location=phoenix)
    staff = factories.make_staff(username="second")
    block = partial(block_time, starts_at=at("10:00"), ends_at=at("11:00"), actor=staff, reason="", now=NOW)
    visit = world.book("12:00", key="second-key", provider=ann, providers=(ann,)).appointment
    move_by_staff(
        appointment_id=visit.pk,
        version=visit.version,
        choice=world.choice("12:00"),
        provider=None,
        actor=staff,
        site=world.site,
        now=NOW,
    )
    block(provider=ann.pk)
    block(room=room.pk)

    desk.post(reverse("wagtailadmin_pages:delete", args=[ann.pk]))
    desk.post(reverse("wagtailsnippets_schedules_location:delete", args=[phoenix.pk]))

    assert not ProviderPage.objects.filter(pk=ann.pk).exists()
    assert not Location.objects.filter(pk=phoenix.pk).exists()
    assert not Block.objects.exists()
    assert Claim.objects.filter(is_active=True, appointment__isnull=False).count() == 2
