"""The pages of the front desk, asked as a browser without scripts asks."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from providers.models import ProviderPage
from schedules.models import (
    Appointment,
    Block,
    Claim,
    Closure,
    Location,
    OutboxEvent,
    ProviderException,
    WaitlistEntry,
    WaitlistOffer,
)
from schedules.operations import (
    HoldExpired,
    Patient,
    Wish,
    book_held,
    change_status,
    join_waitlist,
    offer_freed_times,
    take_off_waitlist,
)
from schedules.tokens import offer_token
from schedules.views.waitlist import EntryRow, OfferRow
from tests import factories
from tests.schedules.worlds import (
    NOW,
    PATIENT,
    TUESDAY,
    BookingWorld,
    add_provider,
    at,
    everything,
    make_world,
    overlaps,
)

pytestmark = pytest.mark.django_db
AFFECTED_STATEMENTS = 16
WAITLIST_STATEMENTS = 18


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> BookingWorld:
    return make_world()


@pytest.fixture
def desk(world: BookingWorld) -> Client:
    """Signed in as a member of the group that every clinic has."""
    user = factories.make_staff(is_superuser=False)
    user.groups.add(Group.objects.get(name="Front desk"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(world: BookingWorld) -> Client:
    client = Client()
    client.force_login(factories.make_staff(username="manager"))
    return client


@pytest.fixture
def visit(world: BookingWorld) -> Appointment:
    """On Tuesday, 9 March 2027, at 10:00."""
    return world.book("10:00").appointment


def client_with(*codenames: str) -> Client:
    user = factories.make_staff(username="-".join(codenames), is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    client = Client()
    client.force_login(user)
    return client


def said(answer: Any) -> list[str]:
    return [str(message).strip() for message in get_messages(answer.wsgi_request)]


def page_of(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


# Booking by phone ---------------------------------------------------------------------------------


def times(client: Client, world: BookingWorld, **asked: Any) -> Any:
    query = {"procedure": world.procedure.pk, "day": TUESDAY.isoformat()} | asked
    return client.get(reverse("appointments:book"), query)


def offered(answer: Any) -> list[str]:
    return [button.time for place in answer.context["places"] for button in place.buttons]


def book(client: Client, answer: Any, *, slot_at: str = "10:00", **typed: Any) -> Any:
    tokens = {button.time: button.token for place in answer.context["places"] for button in place.buttons}
    values = {"slot": tokens.get(slot_at, ""), "name": "Pat Caller", "key": "desk-key"} | typed
    return client.post(answer.wsgi_request.get_full_path(), values)


def test_times_are_those_of_the_search(desk: Client, world: BookingWorld) -> None:
    assert offered(times(desk, world)) == world.starts()


def test_times_of_the_hour_that_comes_twice_can_be_told_apart(desk: Client, world: BookingWorld) -> None:
    world.provider.availability_rules.update(
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=SU", start_time="00:45", end_time="03:00"
    )

    assert offered(times(desk, world, day="2027-11-07")) == [
        *("00:45", "01:00", "01:15", "01:30", "01:45"),
        *("01:00 again", "01:15 again", "01:30 again", "01:45 again"),
        *("02:00", "02:15"),
    ]


def test_day_without_times_names_the_next_one_with_some(desk: Client, world: BookingWorld) -> None:
    answer = times(desk, world, day="2027-03-10")

    assert offered(answer) == []
    assert answer.context["next_day"]["day"] == date(2027, 3, 16)


def test_next_day_is_later_though_the_evening_before_is_free(desk: Client, world: BookingWorld) -> None:
    """The evening of Tuesday in Denver is Wednesday in UTC."""
    world.provider.availability_rules.update(start_time="18:00", end_time="20:00")

    assert times(desk, world, day="2027-03-10").context["next_day"]["day"] == date(2027, 3, 16)


def test_patient_without_email_is_booked_by_phone(desk: Client, world: BookingWorld) -> None:
    answer = book(desk, times(desk, world), phone="+1 303 555 0100", note="Left shoulder")

    visit = Appointment.objects.get()
    assert answer.url == reverse("appointments:detail", args=[visit.pk])
    assert said(answer) == [f"Visit {visit.reference} is booked for Tue 9 Mar 2027, 10:00."]
    assert (visit.status, visit.starts_at, visit.provider_id) == ("booked", at("10:00"), world.provider.pk)
    assert (visit.patient.name, visit.patient.email, visit.patient.phone, visit.patient.note) == (
        "Pat Caller",
        "",
        "+1 303 555 0100",
        "Left shoulder",
    )


def test_form_sent_twice_books_once(desk: Client, world: BookingWorld) -> None:
    shown = times(desk, world)
    assert [book(desk, shown).status_code, book(desk, shown).status_code] == [302, 302]
    assert Appointment.objects.count() == 1


def test_form_that_booked_does_not_book_another_visit(desk: Client, world: BookingWorld) -> None:
    shown = times(desk, world)
    book(desk, shown)

    html = page_of(book(desk, shown, slot_at="14:00"))
    assert "This form has booked a visit already." in html
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"slot_at": "none"}, "Choose a time."),
        ({"email": "pat"}, "Enter an email address such as name@example.com."),
        ({"phone": "x"}, "Enter a phone number such as +1 303 555 0100."),
        ({"slot": "altered"}, "Choose the time again."),
    ],
)
def test_refused_booking_keeps_what_was_typed(
    desk: Client, world: BookingWorld, typed: dict[str, str], message: str
) -> None:
    html = page_of(book(desk, times(desk, world), **{"note": "Left shoulder"} | typed))

    assert message in html
    assert 'value="Pat Caller"' in html
    assert "Left shoulder" in html
    assert not Appointment.objects.exists()


def test_time_that_was_taken_meanwhile_is_refused(desk: Client, world: BookingWorld) -> None:
    shown = times(desk, world)
    world.book("10:15")

    assert "This time has just been taken" in page_of(book(desk, shown))
    assert Appointment.objects.count() == 1


OVERRIDE = {"is_override": "on", "time": "9:00", "reason": "Emergency"}


def test_overbooking_is_for_those_with_the_permission(
    desk: Client, manager: Client, world: BookingWorld
) -> None:
    world.book("09:00")
    typed = OVERRIDE | {"override_provider": world.provider.pk, "override_location": world.location.pk}
    assert "Take a time that is not offered" not in page_of(times(desk, world))
    shown = times(manager, world)
    typed |= {"beside": book(manager, shown, slot_at="none", **typed).context["taken"]}
    assert "Choose a time." in page_of(book(desk, times(desk, world), slot_at="none", **typed))

    answer = book(manager, shown, slot_at="none", **typed)

    made = Appointment.objects.latest("pk")
    assert answer.url == reverse("appointments:detail", args=[made.pk])
    assert (made.is_overbooked, made.starts_at, made.events.get().reason) == (True, at("09:00"), "Emergency")
    for address in (answer.url, f"{reverse('appointments:index')}?flag=overbooked"):
        html = page_of(manager.get(address))
        assert '<span class="desk-flag">Overbooked</span>' in html
    listed = manager.get(reverse("appointments:index"), {"flag": "overbooked"}).context["object_list"]
    assert [each.pk for each in listed] == [made.pk]


def test_typed_time_that_is_taken_names_who_has_it_before_it_is_overbooked(
    manager: Client, world: BookingWorld
) -> None:
    visit = world.book("09:00").appointment
    typed = OVERRIDE | {"override_provider": world.provider.pk, "override_location": world.location.pk}
    shown = times(manager, world)
    assert "Overbook" not in page_of(shown)

    refused = book(manager, shown, slot_at="none", **typed)

    html = page_of(refused)
    assert "This time is taken." in html
    assert f"Dr. Sarah White: visit {visit.reference} takes the time." in html
    assert "Overbook: book it beside what is there" in html
    assert Appointment.objects.count() == 1

    world.book("11:00", key="other")
    confirmed = typed | {"beside": refused.context["taken"]}
    assert "This time is taken." in page_of(
        book(manager, shown, slot_at="none", **confirmed | {"time": "11:00"})
    )
    assert not Appointment.objects.filter(is_overbooked=True).exists()
    book(manager, shown, slot_at="none", **confirmed)
    assert Appointment.objects.get(is_overbooked=True).starts_at == at("09:00")


def test_who_is_in_the_way_is_named_where_the_provider_has_no_hours(
    manager: Client, world: BookingWorld
) -> None:
    visit, boulder = world.book("09:00").appointment, factories.make_location(name="Boulder")
    typed = OVERRIDE | {"override_provider": world.provider.pk, "override_location": boulder.pk}

    html = page_of(book(manager, times(manager, world), slot_at="none", **typed))

    assert f"Dr. Sarah White: visit {visit.reference} takes the time." in html


def test_who_is_in_the_way_of_a_longer_visit_is_named(manager: Client, world: BookingWorld) -> None:
    world.procedure.booking_policies.update(durations=[90])
    visit = world.book("10:15").appointment
    typed = OVERRIDE | {"override_provider": world.provider.pk, "override_location": world.location.pk}

    html = page_of(book(manager, times(manager, world, duration=90), slot_at="none", **typed))

    assert f"Dr. Sarah White: visit {visit.reference} takes the time." in html


def test_typed_time_outside_the_hours_is_booked_without_overbooking(
    manager: Client, world: BookingWorld
) -> None:
    typed = OVERRIDE | {"override_provider": world.provider.pk, "override_location": world.location.pk}

    book(manager, times(manager, world), slot_at="none", **typed | {"time": "19:00"})

    made = Appointment.objects.get()
    assert (made.starts_at, made.is_overbooked) == (at("19:00"), False)


def test_overbooking_needs_a_reason_and_all_of_the_time(manager: Client, world: BookingWorld) -> None:
    html = page_of(book(manager, times(manager, world), is_override="on", slot_at="none"))

    assert html.count("This is needed for a time that is not offered.") == 4
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x", ""])
def test_impossible_days_are_told(desk: Client, world: BookingWorld, day: str) -> None:
    location = {"location": world.location.pk, "procedure": world.procedure.pk, "time": "10:00", "day": day}
    for name in ("book", "explain", "day"):
        form = "times_form" if name == "book" else "form"
        answer = desk.get(reverse(f"appointments:{name}"), location)
        assert list(answer.context[form].errors) == ["day"]


def test_hidden_procedure_cannot_be_booked(desk: Client, world: BookingWorld) -> None:
    world.procedure.booking_policies.all().delete()
    assert "Select a valid choice." in page_of(times(desk, world))


# Moving and swapping ------------------------------------------------------------------------------


def move(client: Client, visit: Appointment, *, slot_at: str, **typed: Any) -> Any:
    shown = client.get(reverse("appointments:move", args=[visit.pk]), {"day": TUESDAY.isoformat()})
    tokens = {button.time: button.token for place in shown.context["places"] for button in place.buttons}
    values = {"slot": tokens.get(slot_at, ""), "version": visit.version} | typed
    return client.post(shown.wsgi_request.get_full_path(), values)


def test_visit_moves_and_may_overlap_its_own_time(desk: Client, visit: Appointment) -> None:
    answer = move(desk, visit, slot_at="10:15")

    assert said(answer) == [f"Visit {visit.reference} is moved to Tue 9 Mar 2027, 10:15."]
    visit.refresh_from_db()
    assert (visit.starts_at, visit.version) == (at("10:15"), 2)


def test_move_of_a_version_that_is_gone_is_refused(desk: Client, visit: Appointment) -> None:
    Appointment.objects.update(version=2)

    assert "The appointment was changed meanwhile." in page_of(move(desk, visit, slot_at="11:00"))
    visit.refresh_from_db()
    assert visit.starts_at == at("10:00")


def test_move_outside_the_hours_takes_a_reason_and_is_flagged(
    manager: Client, world: BookingWorld, visit: Appointment
) -> None:
    typed = OVERRIDE | {
        "time": "18:00",
        "override_provider": world.provider.pk,
        "override_location": world.location.pk,
    }
    answer = move(manager, visit, slot_at="none", **typed)

    visit.refresh_from_db()
    assert (visit.starts_at, visit.events.latest("version").reason) == (at("18:00"), "Emergency")
    assert '<span class="desk-flag">Outside hours</span>' in page_of(manager.get(answer.url))


def test_cancelled_visit_does_not_move(desk: Client, visit: Appointment) -> None:
    Appointment.objects.update(status="cancelled")
    answer = desk.get(reverse("appointments:move", args=[visit.pk]))

    assert said(answer) == ["This visit is cancelled."]


@pytest.mark.parametrize("name", ["move", "swap"])
def test_request_past_its_start_neither_moves_nor_swaps(desk: Client, visit: Appointment, name: str) -> None:
    Appointment.objects.update(status=Appointment.Status.REQUESTED)
    with time_machine.travel(at("10:00"), tick=False):
        user = factories.make_staff(username="later")
        desk.force_login(user)

        answer = desk.get(reverse(f"appointments:{name}", args=[visit.pk]))

    assert (answer.status_code, said(answer)) == (302, ["This visit is expired."])


def test_cancelled_visit_does_not_swap(desk: Client, visit: Appointment) -> None:
    Appointment.objects.update(status="cancelled")
    answer = desk.get(reverse("appointments:swap", args=[visit.pk]))

    assert said(answer) == ["This visit is cancelled."]


@pytest.fixture
def other(world: BookingWorld, visit: Appointment) -> Appointment:
    """At 14:00 with somebody else."""
    daniel = add_provider(world, name="Daniel Kim")
    return world.book("14:00", key="other", provider=daniel, providers=(daniel,)).appointment


def swap(client: Client, visit: Appointment, **typed: Any) -> Any:
    return client.post(reverse("appointments:swap", args=[visit.pk]), {"version": visit.version} | typed)


def test_visits_swap_places(desk: Client, visit: Appointment, other: Appointment) -> None:
    shown = desk.get(reverse("appointments:swap", args=[visit.pk]))
    assert [key for key, *_ in shown.context["others"]] == [f"{other.pk}-1"]

    answer = swap(desk, visit, other=f"{other.pk}-1", reason="Both agreed")

    assert said(answer) == [f"Visits {visit.reference} and {other.reference} have changed places."]
    places = Appointment.objects.order_by("pk").values_list("starts_at", "provider")
    assert list(places) == [(at("14:00"), other.provider_id), (at("10:00"), visit.provider_id)]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"reason": "Both agreed"}, "Choose a visit."),
        ({"other": "1-1", "reason": ""}, "This field is required."),
        ({"other": "999999-1", "reason": "Both agreed"}, "There is no such appointment."),
        ({"version": 7, "reason": "Both agreed", "other": "same"}, "The appointment was changed meanwhile."),
        ({"reason": "Both agreed", "other": "itself"}, "These visits cannot change places"),
    ],
)
def test_refused_swap_keeps_the_reason(
    desk: Client, visit: Appointment, other: Appointment, typed: dict[str, Any], message: str
) -> None:
    before = everything()
    if typed.get("other") == "same":
        typed = typed | {"other": f"{other.pk}-1"}
    if typed.get("other") == "itself":
        typed = typed | {"other": f"{visit.pk}-1"}
    html = page_of(swap(desk, visit, **typed))

    assert message in html
    assert f'value="{typed["reason"]}"' in html or not typed["reason"]
    assert everything() == before


def test_refused_step_keeps_the_reason(desk: Client, visit: Appointment) -> None:
    answer = desk.post(
        reverse("appointments:change", args=[visit.pk]),
        {"to": "cancelled", "version": 7, "reason": "The patient called."},
    )

    html = page_of(answer)
    assert "The appointment was changed meanwhile." in html
    assert 'value="The patient called."' in html


# Blocked times ------------------------------------------------------------------------------------


def block(client: Client, world: BookingWorld, **typed: Any) -> Any:
    standard = {
        "whose": f"provider-{world.provider.pk}",
        "location": world.location.pk,
        "first_day": TUESDAY.isoformat(),
        "start_time": "11:00",
        "last_day": TUESDAY.isoformat(),
        "end_time": "24:00",
        "reason": "Team meeting",
    }
    return client.post(reverse("appointments:block"), standard | typed)


def test_blocked_time_is_not_offered_until_it_is_freed(desk: Client, world: BookingWorld) -> None:
    assert said(block(desk, world)) == ["The time is blocked."]
    assert world.starts()[-1] == "10:15"
    html = page_of(desk.get(reverse("appointments:blocks")))
    for fact in ("Dr. Sarah White", "Tue 9 Mar 2027, 11:00", "Wed 10 Mar 2027, 00:00", "Team meeting"):
        assert fact in html

    answer = desk.post(reverse("appointments:unblock", args=[Block.objects.get().pk]))

    assert said(answer) == ["The time is free again."]
    assert world.starts()[-1] == "16:15"


def test_room_is_blocked_in_its_own_time(desk: Client, world: BookingWorld) -> None:
    room = factories.make_room(location=factories.make_location(name="Phoenix", time_zone="America/Phoenix"))
    block(desk, world, whose=f"room-{room.pk}", end_time="12:00")

    made = Block.objects.get()
    assert (made.room, made.starts_at, made.ends_at) == (
        room,
        at("11:00", zone="America/Phoenix"),
        at("12:00", zone="America/Phoenix"),
    )


def test_block_over_a_visit_is_refused_and_names_it(
    desk: Client, world: BookingWorld, visit: Appointment
) -> None:
    html = page_of(block(desk, world, start_time="10:30"))

    assert "Nothing was blocked." in html
    assert reverse("appointments:detail", args=[visit.pk]) in html
    assert 'value="Team meeting"' in html
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"end_time": "11:00"}, "The end is not after the start."),
        ({"start_time": "25:00"}, "Use 24-hour time such as 09:00 or 17:30."),
        ({"location": ""}, "Choose the location whose clock the times are read from."),
        ({"whose": "provider-999"}, "Select a valid choice."),
    ],
)
def test_wrong_block_is_refused(
    desk: Client, world: BookingWorld, typed: dict[str, str], message: str
) -> None:
    assert message in page_of(block(desk, world, **typed))
    assert not Block.objects.exists()


# Closed days --------------------------------------------------------------------------------------


def close(client: Client, **typed: Any) -> Any:
    values = {"starts_on": TUESDAY.isoformat(), "ends_on": TUESDAY.isoformat(), "label": "Repairs"}
    return client.post(reverse("wagtailsnippets_schedules_closure:add"), values | typed)


def test_closed_day_shows_the_visits_before_it_is_saved(desk: Client, visit: Appointment) -> None:
    html = page_of(close(desk))
    assert "Not saved yet: 1 visit would be affected" in html
    assert reverse("appointments:detail", args=[visit.pk]) in html
    assert not Closure.objects.exists()

    answer = close(desk, affected_seen=str(visit.pk))

    closure = Closure.objects.get()
    assert answer.url == f"{reverse('appointments:affected')}?closure={closure.pk}"


def test_visit_that_came_meanwhile_is_shown_again(
    desk: Client, world: BookingWorld, visit: Appointment
) -> None:
    world.book("14:00", key="second")

    assert "2 visits would be affected" in page_of(close(desk, affected_seen=str(visit.pk)))
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"starts_on": "2027-03-10", "ends_on": "2027-03-10"},
        {"start_time": "10:45", "end_time": "12:00"},
        {"start_time": "08:00", "end_time": "10:00"},
    ],
)
def test_closed_time_beside_the_visits_is_saved_at_once(
    desk: Client, visit: Appointment, typed: dict[str, str]
) -> None:
    assert close(desk, **typed).status_code == 302
    assert Closure.objects.exists()


@pytest.mark.parametrize("day", [{"ends_on": "9999-12-31"}, {"starts_on": "0001-01-01"}])
def test_closure_without_end_or_beginning_is_saved(
    desk: Client, world: BookingWorld, visit: Appointment, day: dict[str, str]
) -> None:
    assert "1 visit would be affected" in page_of(close(desk, **day))

    answer = close(desk, affected_seen=str(visit.pk), **day)

    assert desk.get(answer.url).context["count"] == 1
    assert world.starts() == []


def test_extra_hours_that_shrink_show_the_visits_that_lose_them(desk: Client, world: BookingWorld) -> None:
    wednesday = TUESDAY + timedelta(days=1)
    extra = factories.make_exception(
        provider=world.provider, starts_on=wednesday, kind="open", start_time="18:00", end_time="21:00"
    )
    world.book("18:00", key="stays", on=wednesday)
    loses = world.book("20:00", key="loses", on=wednesday).appointment
    values = {
        "provider": world.provider.pk,
        "kind": "open",
        "starts_on": wednesday.isoformat(),
        "ends_on": wednesday.isoformat(),
        "start_time": "18:00",
        "end_time": "20:00",
    }
    address = reverse("wagtailsnippets_schedules_providerexception:edit", args=[extra.pk])

    assert [visit for visit, _ in desk.post(address, values).context["affected"]] == [loses]
    answer: Any = desk.post(address, values | {"affected_seen": str(loses.pk)})

    assert answer.url == reverse("appointments:affected")
    assert [row.visit for row in desk.get(answer.url).context["rows"]] == [loses]


@pytest.fixture
def evenings(world: BookingWorld) -> list[ProviderException]:
    """Extra hours on Wednesday, in two parts that touch, and some that repeat the second."""
    spans = (("18:00", "20:00"), ("20:00", "21:00"), ("20:00", "21:00"))
    wednesday = TUESDAY + timedelta(days=1)
    return [
        factories.make_exception(
            provider=world.provider, starts_on=wednesday, kind="open", start_time=first, end_time=last
        )
        for first, last in spans
    ]


def deletion_of(*hours: ProviderException) -> str:
    if len(hours) == 1:
        return reverse("wagtailsnippets_schedules_providerexception:delete", args=[hours[0].pk])
    address = reverse("wagtail_bulk_action", args=["schedules", "providerexception", "delete"])
    return f"{address}?{'&'.join(f'id={each.pk}' for each in hours)}"


@pytest.mark.parametrize(
    ("deleted", "title", "left"),
    [
        ([0], "Extra hours from 2027-03-10", ["early", "across"]),
        ([1, 2], "2 provider exceptions", ["across", "late"]),
        ([0, 1], "2 provider exceptions", ["early", "across"]),
    ],
)
def test_deleting_extra_hours_shows_the_visits_that_lose_them(
    desk: Client,
    world: BookingWorld,
    evenings: list[ProviderException],
    deleted: list[int],
    title: str,
    left: list[str],
) -> None:
    times = {"early": "18:30", "across": "19:30", "late": "20:15"}
    wednesday = TUESDAY + timedelta(days=1)
    visits = {key: world.book(time, key=key, on=wednesday).appointment for key, time in times.items()}
    address = deletion_of(*(evenings[each] for each in deleted))
    losing = [visits[key] for key in left]

    shown: Any = desk.get(address)
    assert [visit for visit, _ in shown.context["affected"]] == losing
    assert f"Not deleted yet: {len(left)} visits would be affected" in page_of(shown)
    assert f"Delete {title}" in page_of(shown)
    assert page_of(desk.post(address, {"affected_seen": "1"})).count("Not deleted yet") == 1
    assert ProviderException.objects.count() == 3

    seen = {"affected_seen": shown.context["affected_seen"]}
    answer: Any = desk.post(address, seen)

    assert answer.url == reverse("appointments:affected")
    assert [row.visit for row in desk.get(answer.url).context["rows"]] == losing
    assert ProviderException.objects.count() == 3 - len(deleted)


def test_only_who_may_move_visits_is_led_to_them(
    world: BookingWorld, evenings: list[ProviderException]
) -> None:
    visit = world.book("18:30", on=TUESDAY + timedelta(days=1)).appointment
    rights = [f"{action}_providerexception" for action in ("add", "change", "delete")]
    viewer, mover = client_with("view_appointment", *rights), client_with("change_appointment", *rights)
    address = deletion_of(evenings[0])
    absence = {
        "provider": world.provider.pk,
        "kind": "closed",
        "starts_on": (TUESDAY + timedelta(days=1)).isoformat(),
        "ends_on": (TUESDAY + timedelta(days=1)).isoformat(),
    }
    add = reverse("wagtailsnippets_schedules_providerexception:add")
    listing = reverse("wagtailsnippets_schedules_providerexception:list")

    leads = "the next page offers other times"
    assert (leads in page_of(viewer.get(address)), leads in page_of(mover.get(address))) == (False, True)
    seen = {"affected_seen": str(visit.pk)}
    assert viewer.post(add, absence | seen).headers["Location"] == listing
    ProviderException.objects.filter(kind="closed").delete()
    assert viewer.post(address, seen).headers["Location"] == listing


def test_extra_hours_that_nobody_needs_are_deleted_as_ever(
    desk: Client, world: BookingWorld, evenings: list[ProviderException]
) -> None:
    world.book("20:15", on=TUESDAY + timedelta(days=1))
    absence = factories.make_exception(provider=world.provider, starts_on=TUESDAY + timedelta(days=2))
    for hours in (evenings[0], evenings[1], absence):
        address = deletion_of(hours)
        assert "Are you sure you want to delete this provider exception?" in page_of(desk.get(address))
        answer: Any = desk.post(address)
        assert answer.url == reverse("wagtailsnippets_schedules_providerexception:list")

    assert list(ProviderException.objects.all()) == [evenings[2]]


def test_absence_affects_its_provider_alone_and_edits_are_shown_too(
    desk: Client, world: BookingWorld, visit: Appointment, other: Appointment
) -> None:
    absence = factories.make_exception(provider=world.provider, starts_on=TUESDAY + timedelta(days=1))
    values = {
        "provider": world.provider.pk,
        "kind": "closed",
        "starts_on": TUESDAY.isoformat(),
        "ends_on": TUESDAY.isoformat(),
    }
    address = reverse("wagtailsnippets_schedules_providerexception:edit", args=[absence.pk])

    html = page_of(desk.post(address, values))
    assert (visit.reference in html, other.reference in html) == (True, False)
    absence.refresh_from_db()
    assert absence.starts_on == TUESDAY + timedelta(days=1)

    answer: Any = desk.post(address, values | {"affected_seen": str(visit.pk)})
    assert answer.url == f"{reverse('appointments:affected')}?providerexception={absence.pk}"
    assert ProviderException.objects.get().starts_on == TUESDAY


def test_affected_visits_move_in_one_go(
    desk: Client, world: BookingWorld, visit: Appointment, other: Appointment
) -> None:
    closure = factories.make_closure(starts_on=TUESDAY)
    address = f"{reverse('appointments:affected')}?closure={closure.pk}"
    rows = desk.get(address).context["rows"]
    # Both in March: a week earlier is tomorrow, a week later the 16th.
    assert [row.visit.pk for row in rows] == [visit.pk, other.pk]
    assert {each.start[:14] for row in rows for each in row.alternatives} == {
        "Tue 2 Mar 2027",
        "Tue 16 Mar 202",
    }

    answer: Any = desk.post(
        address,
        {
            f"slot-{visit.pk}": rows[0].alternatives[0].token,
            f"version-{visit.pk}": 1,
            f"slot-{other.pk}": "",
            f"version-{other.pk}": 1,
        },
    )

    told = f"1 moved: {visit.reference}. Tell the patients: nothing is sent by itself."
    assert (answer.url, said(answer)) == (address, [told])
    assert [row.visit.pk for row in desk.get(address).context["rows"]] == [other.pk]


def suggestions(client: Client, closed: Closure | ProviderException, **query: Any) -> Any:
    day = {str(closed._meta.model_name): closed.pk, "suggest": 1}
    return client.get(reverse("appointments:affected"), day | query)


def chosen(answer: Any) -> list[tuple[str, str]]:
    """Return when and with whom each visit is suggested to be."""
    rows = answer.context["rows"]
    return [(each.start, each.providers) for row in rows for each in row.alternatives if each.is_chosen]


def move_chosen(client: Client, answer: Any) -> Any:
    """Send the form as the page has it."""
    values: dict[str, Any] = {}
    for row in answer.context["rows"]:
        tokens = [each.token for each in row.alternatives if each.is_chosen]
        values[f"slot-{row.visit.pk}"] = "".join(tokens)
        values[f"version-{row.visit.pk}"] = row.visit.version
    return client.post(answer.wsgi_request.get_full_path(), values)


@pytest.mark.parametrize(
    ("booking", "times"),
    [
        ({}, ["13:00", "13:45", "14:30", "15:15"]),
        ({"buffer_after_minutes": 15}, ["13:00", "14:00", "15:00", "16:00"]),
        ({"buffer_before_minutes": 10, "buffer_after_minutes": 5}, ["13:00", "14:00", "15:00", "16:00"]),
        ({"max_per_provider_per_day": 4}, ["13:00", "13:45", "14:30", "15:15"]),
        ({"max_per_provider_per_week": 4}, ["13:00", "13:45", "14:30", "15:15"]),
    ],
)
def test_suggestions_of_a_closed_morning_move_all_in_one_go(
    desk: Client, world: BookingWorld, booking: dict[str, int], times: list[str]
) -> None:
    world.procedure.booking_policies.update(**booking)
    visits = [
        world.book(time, key=f"key-{time}").appointment for time in ("09:00", "10:00", "11:00", "12:00")
    ]
    closure = factories.make_closure(starts_on=TUESDAY, start_time="09:00", end_time="13:00")

    answer = suggestions(desk, closure)
    assert chosen(answer) == [(f"Tue 9 Mar 2027, {time}", "Dr. Sarah White") for time in times]
    moved = move_chosen(desk, answer)

    references = ", ".join(visit.reference for visit in visits)
    assert said(moved) == [f"4 moved: {references}. Tell the patients: nothing is sent by itself."]
    for visit, time in zip(visits, times, strict=True):
        visit.refresh_from_db()
        assert visit.starts_at == at(time)
    assert overlaps() == []


def test_suggestions_are_chosen_only_when_asked_for(desk: Client, visit: Appointment) -> None:
    closure = factories.make_closure(starts_on=TUESDAY)

    assert chosen(suggestions(desk, closure, suggest="")) != []
    plain = desk.get(f"{reverse('appointments:affected')}?closure={closure.pk}")

    assert (chosen(plain), [row.is_left for row in plain.context["rows"]]) == ([], [True])
    assert plain.context["suggest"].endswith(f"?closure={closure.pk}&suggest=1")


def test_suggestions_of_two_providers_share_the_only_room(desk: Client, world: BookingWorld) -> None:
    world.procedure.booking_policies.update(room_kind="treatment")
    factories.make_room(location=world.location)
    daniel = add_provider(world, name="Daniel Kim")
    world.book("09:00", provider=world.provider)
    world.book("09:45", key="second", provider=daniel, providers=(daniel,))
    closure = factories.make_closure(starts_on=TUESDAY, start_time="09:00", end_time="12:00")

    answer = suggestions(desk, closure)
    assert chosen(answer) == [
        ("Tue 9 Mar 2027, 12:00", "Dr. Sarah White"),
        ("Tue 9 Mar 2027, 12:45", "Dr. Daniel Kim"),
    ]
    move_chosen(desk, answer)

    assert desk.get(answer.wsgi_request.get_full_path()).context["count"] == 0
    assert overlaps() == []


def test_visits_of_an_absent_provider_are_suggested_to_colleagues_in_the_room_they_have(
    desk: Client, world: BookingWorld
) -> None:
    world.procedure.booking_policies.update(room_kind="treatment")
    factories.make_room(location=world.location)
    for time in ("09:00", "09:45"):
        world.book(time, key=f"key-{time}")
    for name in ("Daniel Kim", "Maria Lopez"):
        add_provider(world, name=name)
    absence = factories.make_exception(provider=world.provider, starts_on=TUESDAY)

    answer = suggestions(desk, absence)
    # Each to whoever has less to do.
    assert chosen(answer) == [
        ("Tue 9 Mar 2027, 09:00", "Dr. Daniel Kim"),
        ("Tue 9 Mar 2027, 09:45", "Dr. Maria Lopez"),
    ]
    move_chosen(desk, answer)

    assert desk.get(answer.wsgi_request.get_full_path()).context["count"] == 0
    assert overlaps() == []


def test_suggestions_count_towards_the_cap(desk: Client, world: BookingWorld) -> None:
    for time in ("09:00", "10:00"):
        world.book(time, key=f"key-{time}")
    world.procedure.booking_policies.update(max_per_provider_per_day=1)
    add_provider(world, name="Daniel Kim")
    absence = factories.make_exception(provider=world.provider, starts_on=TUESDAY)

    answer = suggestions(desk, absence)
    assert chosen(answer) == [
        ("Tue 9 Mar 2027, 09:00", "Dr. Daniel Kim"),
        ("Tue 2 Mar 2027, 16:15", "Dr. Sarah White"),
    ]
    move_chosen(desk, answer)

    assert desk.get(answer.wsgi_request.get_full_path()).context["count"] == 0


def test_affected_visits_are_paged(desk: Client, world: BookingWorld) -> None:
    for number in range(50):
        factories.make_appointment(
            procedure=world.procedure,
            provider=world.provider,
            location=world.location,
            starts_at=at("09:00") + timedelta(minutes=5 * number),
            minutes=5,
            reference=f"SHORT-{number}",
        )
    last = world.book("15:00").appointment
    closure = factories.make_closure(starts_on=TUESDAY)

    first, second = (suggestions(desk, closure, page=page) for page in (1, 2))
    references = [row.visit.reference for row in first.context["rows"]]
    assert references == [f"SHORT-{number}" for number in range(50)]
    assert [row.visit for row in second.context["rows"]] == [last]
    address = f"{reverse('appointments:affected')}?closure={closure.pk}"
    assert first.context["page_after"] == f"{address}&suggest=1&page=2"
    assert second.context["page_before"] == f"{address}&suggest=1&page=1"

    moved = move_chosen(desk, second)
    assert said(moved)[0].startswith(f"1 moved: {last.reference}.")
    assert moved.url == f"{address}&page=2"
    assert [row.visit.reference for row in desk.get(moved.url).context["rows"]] == references


def test_other_times_of_three_visits_take_no_more_statements_than_of_one(
    desk: Client, world: BookingWorld, visit: Appointment, django_assert_num_queries: Any
) -> None:
    closure = factories.make_closure(starts_on=TUESDAY)
    suggestions(desk, closure)
    with django_assert_num_queries(AFFECTED_STATEMENTS):
        suggestions(desk, closure)
    closure.delete()
    world.procedure.booking_policies.update(durations=[60])
    world.book("11:00", key="second")
    world.book("12:00", key="third", minutes=60)
    closure = factories.make_closure(starts_on=TUESDAY)
    with django_assert_num_queries(AFFECTED_STATEMENTS):
        answer = suggestions(desk, closure)
    assert len(chosen(answer)) == 3


def test_two_visits_on_one_alternative_move_one_and_tell_the_other(
    desk: Client, world: BookingWorld, visit: Appointment
) -> None:
    second = world.book("11:00", key="second").appointment
    closure = factories.make_closure(starts_on=TUESDAY)
    address = f"{reverse('appointments:affected')}?closure={closure.pk}"
    token = desk.get(address).context["rows"][0].alternatives[0].token

    answer = desk.post(
        address,
        {
            f"{name}-{key}": value
            for key in (visit.pk, second.pk)
            for name, value in (("slot", token), ("version", 1))
        },
    )

    assert said(answer) == [
        f"1 moved: {visit.reference}. Tell the patients: nothing is sent by itself.",
        f"Visit {second.reference} stays where it is: This time has just been taken. Please choose another.",
    ]
    second.refresh_from_db()
    assert second.starts_at == at("11:00")


def test_unknown_closed_day_is_not_found(desk: Client) -> None:
    for query in ("closure=999", "closure=x", "providerexception=999"):
        assert desk.get(f"{reverse('appointments:affected')}?{query}").status_code == 404


# Visits outside the hours -------------------------------------------------------------------------


def test_visit_whose_hours_were_taken_away_is_flagged_and_found(
    desk: Client, world: BookingWorld, visit: Appointment, other: Appointment
) -> None:
    """Case 97."""
    index = reverse("appointments:index")
    assert "Outside hours</span>" not in page_of(desk.get(index))
    factories.make_exception(provider=world.provider, starts_on=TUESDAY)

    assert [each.pk for each in desk.get(index, {"flag": "outside"}).context["object_list"]] == [visit.pk]
    for address in (
        index,
        reverse("appointments:detail", args=[visit.pk]),
        f"{reverse('appointments:day')}?day=2027-03-09",
    ):
        assert page_of(desk.get(address)).count('<span class="desk-flag">Outside hours</span>') == 1
    rows = desk.get(reverse("appointments:affected")).context["rows"]
    assert [row.visit.pk for row in rows] == [visit.pk]


# Visits whose promise and clock differ ------------------------------------------------------------


def clock_flags(client: Client, visit: Appointment, *, day: date = TUESDAY) -> list[list[str]]:
    """Return what the list, the page of the visit and the day sheet show of it."""
    flag = re.compile(r'<span class="desk-flag">(Promised[^<]*)</span>')
    addresses = (
        reverse("appointments:index"),
        reverse("appointments:detail", args=[visit.pk]),
        f"{reverse('appointments:day')}?day={day}",
    )
    return [flag.findall(unescape(page_of(client.get(address)))) for address in addresses]


@pytest.mark.parametrize(
    ("zone", "flags"),
    [
        ("America/Denver", []),
        ("America/Boise", []),
        ("America/Chicago", ["Promised for 10:00, is at 11:00 on the location's clock"]),
        ("America/Los_Angeles", ["Promised for 10:00, is at 09:00 on the location's clock"]),
        (
            "Asia/Tokyo",
            [
                "Promised for Tue 9 Mar 2027, 10:00, is on Wed 10 Mar 2027, 02:00 on the location's clock",
            ],
        ),
    ],
)
def test_visit_is_flagged_where_the_clock_differs_from_the_promise(
    desk: Client, world: BookingWorld, visit: Appointment, zone: str, flags: list[str]
) -> None:
    """Case 27: the location's zone is corrected."""
    Location.objects.update(time_zone=zone)

    assert clock_flags(desk, visit) == [flags] * 3
    listed = desk.get(reverse("appointments:index"), {"flag": "clock"}).context["object_list"]
    assert [each.pk for each in listed] == ([visit.pk] if flags else [])


@pytest.mark.parametrize("status", ["cancelled", "declined"])
def test_clock_is_not_compared_for_visits_that_do_not_take_place(
    desk: Client, world: BookingWorld, visit: Appointment, status: str
) -> None:
    Location.objects.update(time_zone="America/Chicago")
    assert clock_flags(desk, visit)[1] != []
    Appointment.objects.update(status=status)

    assert clock_flags(desk, visit) == [[]] * 3
    assert not desk.get(reverse("appointments:index"), {"flag": "clock"}).context["object_list"]


def test_clock_is_compared_until_the_visit_ends(
    desk: Client, world: BookingWorld, visit: Appointment
) -> None:
    Location.objects.update(time_zone="America/Chicago")

    with time_machine.travel(visit.ends_at - timedelta(seconds=1), tick=False):
        assert clock_flags(desk, visit)[1] != []
    with time_machine.travel(visit.ends_at, tick=False):
        assert clock_flags(desk, visit) == [[]] * 3


def rule_rows(world: BookingWorld, **changes: str) -> dict[str, str]:
    row = {
        "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "location": str(world.location.pk),
        "valid_from": "2026-01-06",
        "valid_until": "",
        "start_time": "09:00",
        "end_time": "17:00",
    }
    rows = {f"availability_rules-0-{name}": value for name, value in (row | changes).items()}
    return rows | {"availability_rules-TOTAL_FORMS": "1"}


def impact(client: Client, provider: ProviderPage, rows: dict[str, str]) -> Any:
    return client.post(reverse("schedules_hours_impact", args=[provider.pk]), rows)


@pytest.mark.parametrize(
    ("changes", "kind", "words", "count"),
    [
        ({}, "hours", "Every upcoming visit lies within these hours.", 0),
        ({"start_time": "10:00"}, "hours", "Every upcoming visit lies within these hours.", 0),
        ({"start_time": "10:15"}, "problem", "1 upcoming visit lies outside these hours.", 1),
        ({"valid_until": "2027-03-08"}, "problem", "1 upcoming visit lies outside these hours.", 1),
        ({"DELETE": "on"}, "problem", "1 upcoming visit lies outside these hours.", 1),
        ({"procedures": "999"}, "problem", "1 upcoming visit lies outside these hours.", 1),
        ({"start_time": ""}, "hint", "Complete the hours to see which visits they affect.", 0),
    ],
)
def test_impact_of_hours_that_are_being_typed(
    manager: Client,
    world: BookingWorld,
    visit: Appointment,
    changes: dict[str, str],
    kind: str,
    words: str,
    count: int,
) -> None:
    answer = impact(manager, world.provider, rule_rows(world, **changes)).json()

    label = f"{visit.reference}, Tue 9 Mar 2027, 10:00, Denver"
    url = reverse("appointments:detail", args=[visit.pk])
    assert answer == {
        "kind": kind,
        "words": words,
        "visits": [{"url": url, "label": label, "note": ""}] * count,
    }


def test_impact_is_for_those_who_edit_the_page(desk: Client, world: BookingWorld) -> None:
    # The admin sends those whom it refuses back to its first page.
    assert impact(desk, world.provider, rule_rows(world)).status_code == 302


# Why, who and when --------------------------------------------------------------------------------


def test_explanation_in_words(desk: Client, world: BookingWorld, visit: Appointment) -> None:
    asked = {
        "procedure": world.procedure.pk,
        "location": world.location.pk,
        "day": TUESDAY.isoformat(),
        "time": "10:15",
    }
    html = page_of(desk.get(reverse("appointments:explain"), asked))
    assert "This time is not offered" in html
    assert f"Dr. Sarah White: visit {visit.reference} takes the time." in html

    html = page_of(desk.get(reverse("appointments:explain"), asked | {"time": "11:00"}))
    assert "This time is offered" in html

    html = page_of(desk.get(reverse("appointments:explain"), asked | {"duration": "7"}))
    assert "Choose one of 45 minutes." in html


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("pat", True),
        ("EXAMPLE Pat", True),
        ("pat@example.com", True),
        ("(303) 555-0100", True),
        ("5550100", True),
        ("Sam", False),
        ("999 9999", False),
        ("%%", False),
    ],
)
def test_patients_are_found_by_post(desk: Client, visit: Appointment, words: str, is_found: bool) -> None:
    answer = desk.post(reverse("appointments:patients"), {"words": words})
    assert [each.pk for each, _ in answer.context["rows"]] == ([visit.pk] if is_found else [])


def test_search_that_finds_nobody_says_so(desk: Client, visit: Appointment) -> None:
    answer = desk.post(reverse("appointments:patients"), {"words": "Nobody"})

    assert "0 visits" in answer.content.decode()


def test_patients_are_never_looked_for_in_an_address(desk: Client, visit: Appointment) -> None:
    answer = desk.get(reverse("appointments:patients"), {"words": "Pat"})

    assert answer.context["found"] is None
    assert "Pat Example" not in page_of(answer)


def test_patients_are_paged(desk: Client, world: BookingWorld, visit: Appointment) -> None:
    for number in range(30):
        factories.make_appointment(
            procedure=world.procedure,
            provider=world.provider,
            location=world.location,
            starts_at=at("09:00", on=date(2027, 4, 1)) + timedelta(days=number),
            reference=f"PAGE-{number}",
        )
    found = [
        [each.reference for each, _ in answer.context["rows"]]
        for answer in (
            desk.post(reverse("appointments:patients"), {"words": "pat", "page": page}) for page in (1, 2)
        )
    ]
    assert [len(page) for page in found] == [25, 6]
    assert found[1][-1] == visit.reference


def test_day_sheet_groups_visits_by_provider(desk: Client, visit: Appointment, other: Appointment) -> None:
    answer = desk.get(reverse("appointments:day"), {"day": TUESDAY.isoformat()})
    sheet = [
        (provider.title, [(each.pk, start, end) for each, start, end, _ in visits])
        for provider, visits in answer.context["providers"]
    ]
    assert sheet == [
        ("Dr. Daniel Kim", [(other.pk, "14:00", "14:45")]),
        ("Dr. Sarah White", [(visit.pk, "10:00", "10:45")]),
    ]
    assert desk.get(reverse("appointments:day")).context["day"] == "Mon 1 Mar 2027"


# The waitlist -------------------------------------------------------------------------------------


def wait(world: BookingWorld, name: str = "Pat", **wish: Any) -> WaitlistEntry:
    asked = {"provider": None, "location": None, "first": TUESDAY, "last": TUESDAY} | wish
    return join_waitlist(
        wish=Wish(procedure=world.procedure.pk, **asked),
        patient=Patient(name=f"{name} Example", email=f"{name.lower()}@example.com", phone="+1 303 555 0100"),
        request=world.request(f"wait-{name}", operation="wait"),
        now=NOW,
    ).entry


def waiting_list(client: Client, **asked: Any) -> Any:
    return client.get(reverse("appointments:waitlist"), asked)


def listed(answer: Any) -> list[str]:
    return [row.entry.patient_name.removesuffix(" Example") for row in answer.context["rows"]]


@pytest.fixture
def entry(world: BookingWorld, visit: Appointment) -> WaitlistEntry:
    """Pat, to whom 10:00 is offered because that visit was cancelled."""
    entry = wait(world)
    change_status(
        appointment_id=visit.pk,
        version=1,
        to=Appointment.Status.CANCELLED,
        actor=factories.make_staff(username="another"),
        reason="The patient called",
        now=NOW,
    )
    return entry


def test_waitlist_tells_who_waits_for_what_and_what_was_offered(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    wait(
        world, "Sam", provider=world.provider.pk, location=world.location.pk, last=TUESDAY + timedelta(days=2)
    )

    answer = waiting_list(desk)
    html = page_of(answer)

    def facts(row: EntryRow) -> tuple[Any, ...]:
        return row.entry.patient_name, row.state, row.days, row.since, row.offer

    assert [facts(row) for row in answer.context["rows"]] == [
        (
            "Pat Example",
            "Waiting, position 1",
            "Tue 9 Mar 2027",
            "Mon 1 Mar 2027, 08:00",
            OfferRow(
                starts="Tue 9 Mar 2027, 10:00",
                where="Dr. Sarah White, Denver",
                outcome="Held until Mon 1 Mar 2027, 10:00",
                hold=Appointment.objects.get(status="held"),
                visit=None,
            ),
        ),
        (
            "Sam Example",
            "Waiting, position 2",
            "Tue 9 Mar 2027 to Thu 11 Mar 2027",
            "Mon 1 Mar 2027, 08:00",
            None,
        ),
    ]
    for fact in (
        entry.reference,
        "pat@example.com",
        "+1 303 555 0100",
        "Micro needling",
        "Anyone<br>",
        "Any location\n",
        "Held until Mon 1 Mar 2027, 10:00",
        "Nothing yet",
    ):
        assert fact in html


def test_waitlist_tells_a_length_that_is_wished_for_and_books_it(desk: Client, world: BookingWorld) -> None:
    world.procedure.booking_policies.update(durations=[60])
    wait(world, duration=60)

    assert "Micro needling, 60 minutes<br>" in page_of(waiting_list(desk))
    book_from_the_list(desk, slot_at="10:00")

    visit = Appointment.objects.visits().get(procedure=world.procedure)
    assert (visit.starts_at, visit.ends_at) == (at("10:00"), at("11:00"))


def book_from_the_list(client: Client, **typed: Any) -> Any:
    [row] = waiting_list(client).context["rows"]
    shown = client.get(row.booking_url)
    return book(client, shown, **(shown.context["form"].initial | {"key": "desk-key"} | typed))


def test_who_waits_is_booked_by_phone_at_the_time_that_is_held_for_them(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    assert "10:00" not in world.starts()

    book_from_the_list(desk)

    visit = Appointment.objects.visits().get(status="booked")
    assert (visit.starts_at, visit.patient.name, visit.patient.phone, visit.patient.email) == (
        at("10:00"),
        "Pat Example",
        "+1 303 555 0100",
        "pat@example.com",
    )
    entry.refresh_from_db()
    assert (entry.status, entry.ended_at) == (WaitlistEntry.Status.BOOKED, NOW)
    assert overlaps() == []
    assert not Appointment.objects.filter(status="held").exists()
    assert listed(waiting_list(desk)) == []


def test_booking_another_time_frees_what_was_held(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    book_from_the_list(desk, slot_at="14:00")

    assert "10:00" in world.starts()
    assert "14:00" not in world.starts()


def test_booking_that_is_refused_keeps_the_wait_and_the_offer(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    [row] = waiting_list(desk).context["rows"]
    shown = desk.get(row.booking_url)
    world.book("14:00", key="faster")

    html = page_of(book(desk, shown, slot_at="14:00"))

    assert "This time has just been taken." in html
    entry.refresh_from_db()
    assert entry.status == WaitlistEntry.Status.WAITING
    assert Appointment.objects.filter(status="held").count() == 1


def test_wait_that_ended_books_nothing(desk: Client, world: BookingWorld, entry: WaitlistEntry) -> None:
    [row] = waiting_list(desk).context["rows"]
    shown = desk.get(row.booking_url)
    take_off_waitlist(entry_id=entry.pk, now=NOW)

    html = page_of(book(desk, shown))

    assert f"Entry {entry.reference} is withdrawn already." in html
    assert f"{entry.reference} of the waitlist (Micro needling), which is withdrawn already." in html
    assert not Appointment.objects.filter(status="booked").exists()


def test_lapsed_offer_to_somebody_booked_by_phone_books_nothing(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    hold = Appointment.objects.get(status="held")
    later = NOW + timedelta(hours=3)
    with time_machine.travel(later, tick=False):
        book_from_the_list(desk, slot_at="14:00")

        with pytest.raises(HoldExpired):
            book_held(
                token=offer_token(appointment=hold.uuid),
                provider=None,
                patient=PATIENT,
                request=world.request("late"),
                language="",
                now=later,
            )

    assert [visit.starts_at for visit in Appointment.objects.filter(status="booked")] == [at("14:00")]


def test_booking_for_an_entry_that_is_gone_is_told(desk: Client, world: BookingWorld) -> None:
    assert "This entry of the waitlist is gone." in page_of(times(desk, world, wait=1))


def test_who_may_not_see_patients_is_not_shown_who_waits(world: BookingWorld, entry: WaitlistEntry) -> None:
    client = client_with("add_appointment")
    [row] = waiting_list(client).context["rows"]

    html = page_of(client.get(row.booking_url))

    assert entry.reference in html
    assert "Pat Example" not in html
    assert "pat@example.com" not in html


def test_waitlist_is_kept_by_nobody_and_its_addresses_name_no_patient(
    desk: Client, entry: WaitlistEntry, front_end: str
) -> None:
    answer = waiting_list(desk)
    assert links(desk)

    assert "no-store" in answer.headers["Cache-Control"]
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page_of(answer))
    assert reverse("appointments:take_off", args=[entry.pk]) in addresses
    assert [each for each in addresses if re.search("pat(?!ients)|example|555", each)] == []


def test_patients_who_wait_are_named_to_those_who_see_patients(
    world: BookingWorld, entry: WaitlistEntry
) -> None:
    books, sees = client_with("add_appointment"), client_with("view_appointment")

    html = page_of(waiting_list(books))
    assert entry.reference in html
    assert [secret for secret in ("Pat Example", "pat@example.com", "555 0100") if secret in html] == []
    assert ("Book<span" in html, "off the list</a>" in html) == (True, False)

    html = page_of(waiting_list(sees))
    assert "Pat Example" in html
    assert ("Book<span" in html, "off the list</a>" in html) == (False, False)


def test_waitlist_is_filtered_by_wish(desk: Client, world: BookingWorld) -> None:
    other, phoenix = factories.make_procedure(title="Peel"), factories.make_location(name="Phoenix")
    wait(world, "Pat")
    wait(world, "Sam", provider=world.provider.pk)
    wait(world, "Lee", location=world.location.pk)

    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Pat", "Sam", "Lee"]),
        ({"procedure": world.procedure.pk}, ["Pat", "Sam", "Lee"]),
        ({"procedure": other.pk}, []),
        ({"provider": world.provider.pk}, ["Sam"]),
        ({"location": world.location.pk}, ["Lee"]),
        ({"location": phoenix.pk}, []),
        ({"provider": world.provider.pk, "location": world.location.pk}, []),
    ]
    assert [listed(waiting_list(desk, **filters)) for filters, _ in asked] == [names for _, names in asked]
    [row] = waiting_list(desk, provider=world.provider.pk).context["rows"]
    assert row.state == "Waiting, position 2"


def test_waitlist_is_filtered_by_status(desk: Client, world: BookingWorld) -> None:
    entries = {name: wait(world, name) for name in ("Over", "Booked", "Withdrawn", "Waiting")}
    for name in ("Booked", "Withdrawn"):
        WaitlistEntry.objects.filter(pk=entries[name].pk).update(status=name.lower())
    passed = NOW.date() - timedelta(days=2)
    WaitlistEntry.objects.filter(pk=entries["Over"].pk).update(starts_on=passed, ends_on=passed)

    for name in entries:
        assert listed(waiting_list(desk, status=name.lower())) == [name]
    answer = waiting_list(desk, status="any")
    states = [row.state for row in answer.context["rows"]]
    assert states == ["Over", "Booked", "Withdrawn", "Waiting, position 1"]
    assert page_of(answer).count("off the list</a>") == 1
    assert listed(waiting_list(desk)) == ["Waiting"]
    WaitlistEntry.objects.all().delete()
    assert "0 on the list" in page_of(waiting_list(desk))


@pytest.mark.parametrize("wrong", [{"status": "x"}, {"procedure": "x"}, {"provider": 10**30}])
def test_wrong_filter_of_the_waitlist_is_told(
    desk: Client, entry: WaitlistEntry, wrong: dict[str, Any]
) -> None:
    answer = waiting_list(desk, **wrong)

    assert list(answer.context["form"].errors) == list(wrong)
    assert (entry.reference in page_of(answer), answer.context["rows"]) == (False, [])


def test_waitlist_is_paged(desk: Client, world: BookingWorld) -> None:
    for number in range(30):
        wait(world, f"Pat{number:02}")

    first, second = (waiting_list(desk, page=page, procedure=world.procedure.pk) for page in (1, 2))

    assert (listed(first)[0], listed(first)[-1], listed(second)) == (
        "Pat00",
        "Pat24",
        [f"Pat{number}" for number in range(25, 30)],
    )
    assert first.context["page_after"] == f"?page=2&procedure={world.procedure.pk}"
    assert second.context["page_before"] == f"?page=1&procedure={world.procedure.pk}"
    assert second.context["rows"][0].state == "Waiting, position 26"


def test_waitlist_runs_the_same_statements_for_one_and_three(
    desk: Client, world: BookingWorld, entry: WaitlistEntry, front_end: str, django_assert_num_queries: Any
) -> None:
    waiting_list(desk)
    with django_assert_num_queries(WAITLIST_STATEMENTS):
        waiting_list(desk)
    world.book("14:00", key="second", patient=Patient(name="Sam", email="sam@example.com"))
    for name in ("Sam", "Lee"):
        wait(world, name, provider=world.provider.pk, location=world.location.pk)
    Appointment.objects.filter(status=Appointment.Status.BOOKED).update(status=Appointment.Status.CANCELLED)
    Claim.objects.exclude(appointment__status=Appointment.Status.HELD).update(is_active=False)
    assert offer_freed_times(now=NOW) == 2
    with django_assert_num_queries(WAITLIST_STATEMENTS):
        assert len(waiting_list(desk).context["rows"]) == 3


def test_entry_leads_to_booking_its_wish(desk: Client, world: BookingWorld) -> None:
    wait(world, provider=world.provider.pk, first=date(2027, 2, 28), last=TUESDAY)
    [row] = waiting_list(desk).context["rows"]

    answer = desk.get(row.booking_url)

    form = answer.context["times_form"]
    assert (form.errors, form.cleaned_data["procedure"].pk, form.cleaned_data["provider"].pk) == (
        {},
        world.procedure.pk,
        world.provider.pk,
    )
    assert (form.cleaned_data["location"], form.cleaned_data["day"]) == (None, date(2027, 3, 1))


def test_booked_offer_leads_to_its_visit(desk: Client, world: BookingWorld, entry: WaitlistEntry) -> None:
    hold = WaitlistOffer.objects.get().appointment
    assert hold
    visit = book_held(
        token=offer_token(appointment=hold.uuid),
        provider=None,
        patient=PATIENT,
        request=world.request("accept"),
        language="",
        now=NOW,
    ).appointment

    html = page_of(waiting_list(desk, status="booked"))

    assert (
        f'<a href="{reverse("appointments:detail", args=[visit.pk])}">Booked: {visit.reference}</a>' in html
    )


@pytest.fixture
def front_end(settings: Settings) -> str:
    settings.FRONTEND_BASE_URL = "https://clinic.example"
    return "https://clinic.example"


def links(client: Client, **asked: Any) -> list[str]:
    return re.findall(r'value="([^"]*token=[^"]*)"', page_of(waiting_list(client, **asked)))


def test_link_of_an_offer_books_what_is_held(
    desk: Client, world: BookingWorld, entry: WaitlistEntry, front_end: str
) -> None:
    [link] = links(desk)
    page, _, token = link.partition("#token=")

    assert page == f"{front_end}/offer/"
    visit = book_held(
        token=token, provider=None, patient=PATIENT, request=world.request("accept"), language="", now=NOW
    ).appointment
    entry.refresh_from_db()
    assert (visit.starts_at, entry.status) == (at("10:00"), WaitlistEntry.Status.BOOKED)
    assert links(desk, status="any") == []


def test_link_of_an_offer_is_for_those_who_see_visits(
    world: BookingWorld, entry: WaitlistEntry, front_end: str
) -> None:
    for codename, count in (("view_appointment", 1), ("change_appointment", 1), ("add_appointment", 0)):
        client = client_with(codename)
        assert "Held until Mon 1 Mar 2027, 10:00" in page_of(waiting_list(client))
        assert len(links(client)) == count
        assert ("Send the patient the link" in page_of(waiting_list(client))) == bool(count)


def test_offer_that_has_lapsed_or_was_given_up_has_no_link(
    desk: Client, entry: WaitlistEntry, front_end: str
) -> None:
    until = WaitlistOffer.objects.get().expires_at
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        assert len(links(desk)) == 1
    with time_machine.travel(until, tick=False):
        assert links(desk) == []
        assert "Was held until Mon 1 Mar 2027, 10:00" in page_of(waiting_list(desk))

    take_off_waitlist(entry_id=entry.pk, now=NOW)
    assert links(desk, status="any") == []
    assert "Given up" in page_of(waiting_list(desk, status="any"))


def test_links_of_offers_need_a_front_end(desk: Client, entry: WaitlistEntry, settings: Settings) -> None:
    assert settings.FRONTEND_BASE_URL == ""
    assert links(desk) == []
    assert "FRONTEND_BASE_URL" in page_of(waiting_list(desk))
    assert "FRONTEND_BASE_URL" not in page_of(waiting_list(client_with("add_appointment")))

    take_off_waitlist(entry_id=entry.pk, now=NOW)
    assert "FRONTEND_BASE_URL" not in page_of(waiting_list(desk, status="any"))


def test_entry_is_taken_off_the_list_once_confirmed(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    address = reverse("appointments:take_off", args=[entry.pk])
    html = page_of(desk.get(address))
    assert "What is held for them becomes free: Tue 9 Mar 2027, 10:00, Dr. Sarah White, Denver." in html
    assert "10:00" not in world.starts()
    entry.refresh_from_db()
    assert entry.status == "waiting"

    answer: Any = desk.post(address)

    assert (answer.url, said(answer)) == (
        reverse("appointments:waitlist"),
        [f"Entry {entry.reference} is off the list."],
    )
    entry.refresh_from_db()
    assert entry.status == "withdrawn"
    assert "10:00" in world.starts()
    assert OutboxEvent.objects.latest("pk").data == {"cause": "staff"}
    [row] = waiting_list(desk, status="withdrawn").context["rows"]
    assert row.offer.outcome == "Given up"


def test_entry_that_waits_no_longer_is_not_taken_off(desk: Client, entry: WaitlistEntry) -> None:
    WaitlistEntry.objects.update(status="booked")
    address = reverse("appointments:take_off", args=[entry.pk])

    shown, taken = desk.get(address), desk.post(address)

    assert said(shown) == [f"Entry {entry.reference} does not wait any more. Choose another from the list."]
    assert said(taken)[-1] == f"Entry {entry.reference} is booked already. Look at the waitlist again."
    entry.refresh_from_db()
    assert entry.status == "booked"
    entry.delete()
    assert said(desk.post(address))[-1] == "This entry was deleted meanwhile. Look at the waitlist again."


def test_taking_off_needs_the_permission_and_a_form_of_ours(
    desk: Client, world: BookingWorld, entry: WaitlistEntry
) -> None:
    address = reverse("appointments:take_off", args=[entry.pk])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.make_staff(username="strict"))

    assert client_with("view_appointment", "add_appointment").post(address).status_code == 302
    assert strict.post(address).status_code == 403

    entry.refresh_from_db()
    assert entry.status == "waiting"


# Who may ------------------------------------------------------------------------------------------


def test_pages_are_closed_to_editors(world: BookingWorld, visit: Appointment) -> None:
    editor = factories.make_staff(username="editor", is_superuser=False)
    editor.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(editor)
    names = ("book", "day", "patients", "waitlist", "affected", "explain", "blocks", "block")

    addresses = [reverse(f"appointments:{name}") for name in names]
    addresses += [reverse(f"appointments:{name}", args=[visit.pk]) for name in ("move", "swap")]
    assert [client.get(address).status_code for address in addresses] == [302] * len(addresses)


def test_front_desk_group_opens_every_page(desk: Client, visit: Appointment) -> None:
    names = ("index", "book", "day", "patients", "waitlist", "affected", "explain", "blocks", "block")
    addresses = [reverse(f"appointments:{name}") for name in names]
    addresses += [reverse(f"appointments:{name}", args=[visit.pk]) for name in ("detail", "move", "swap")]
    addresses += [
        reverse(f"wagtailsnippets_schedules_{name}:add") for name in ("closure", "providerexception")
    ]
    assert [desk.get(address).status_code for address in addresses] == [200] * len(addresses)
