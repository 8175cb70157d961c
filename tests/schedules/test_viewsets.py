"""Appointments in the admin: who sees them, which ones, and how they change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.admin.menu import admin_menu

from cms.core.models import User
from providers.models import ProviderPage
from schedules.models import Appointment, AppointmentEvent, Location
from schedules.viewsets import _from_today, appointment_permissions, possible_steps
from services.models import ProcedurePage
from tests.factories import make_appointment, make_location, make_procedure, make_provider, make_staff

pytestmark = pytest.mark.django_db
Status = Appointment.Status
LISTING_STATEMENTS = 17


@pytest.fixture
def procedure() -> ProcedurePage:
    return make_procedure()


@pytest.fixture
def denver() -> Location:
    return make_location()


@pytest.fixture
def sarah(procedure: ProcedurePage) -> ProviderPage:
    return make_provider(offers=[procedure])


@pytest.fixture
def before_the_visit() -> Iterator[None]:
    with time_machine.travel(datetime(2035, 1, 2, 16, 5, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def during_the_visit() -> Iterator[None]:
    with time_machine.travel(datetime(2035, 1, 2, 17, 5, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def visit(procedure: ProcedurePage, sarah: ProviderPage, denver: Location) -> Appointment:
    """On Tuesday, 2 January 2035, 10:00 in Denver."""
    return make_appointment(
        procedure=procedure,
        provider=sarah,
        location=denver,
        starts_at=datetime(2035, 1, 2, 17, 0, tzinfo=UTC),
        note="Allergic to latex",
    )


def staff_with(*codenames: str) -> User:
    user = make_staff(username="-".join(codenames) or "nobody", is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return user


def signed_in(*codenames: str) -> Client:
    return signed_in_as(staff_with(*codenames))


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk() -> Client:
    return signed_in("view_appointment", "change_appointment")


def listed(client: Client, **query: Any) -> list[str]:
    answer = client.get(reverse("appointments:index"), query)
    return [appointment.reference for appointment in answer.context["object_list"]]


def shown_messages(answer: Any) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message).strip()) for message in get_messages(answer.wsgi_request)]


def take_step(client: Client, appointment: Appointment, **values: Any) -> Any:
    standard = {"version": appointment.version, "reason": ""}
    return client.post(reverse("appointments:change", args=[appointment.pk]), standard | values)


# Listing ------------------------------------------------------------------------------------------


def test_listing_has_the_facts_of_each_visit(desk: Client, visit: Appointment) -> None:
    html = desk.get(reverse("appointments:index")).content.decode()

    for fact in (
        "Tue 2 Jan 2035, 10:00",
        "America/Denver",
        "Pat Example",
        "Micro needling",
        "Dr. Sarah White",
        "Booked",
    ):
        assert fact in html


def test_listing_runs_the_same_statements_for_one_and_three(
    desk: Client, visit: Appointment, django_assert_num_queries: Any
) -> None:
    desk.get(reverse("appointments:index"))
    with django_assert_num_queries(LISTING_STATEMENTS):
        desk.get(reverse("appointments:index"))
    for number in (18, 19):
        make_appointment(
            procedure=visit.procedure,
            provider=visit.provider,
            location=visit.location,
            starts_at=datetime(2035, 1, 2, number, 0, tzinfo=UTC),
            reference=f"BBBB-{number}",
        )
    with django_assert_num_queries(LISTING_STATEMENTS):
        desk.get(reverse("appointments:index"))


@pytest.fixture
def three_visits(visit: Appointment, procedure: ProcedurePage, denver: Location) -> None:
    """Besides the one in 2035: a past one, and one whose day in Auckland is another than in UTC."""
    make_appointment(
        procedure=procedure,
        provider=visit.provider,
        location=denver,
        starts_at=datetime(2024, 1, 2, 17, 0, tzinfo=UTC),
        reference="PAST",
        status=Status.FULFILLED,
    )
    make_appointment(
        procedure=procedure,
        provider=make_provider(name="Daniel Kim"),
        location=make_location(name="Auckland", time_zone="Pacific/Auckland"),
        starts_at=datetime(2035, 1, 2, 20, 0, tzinfo=UTC),
        reference="AUCKLAND",
    )


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize(
    ("query", "references"),
    [
        ({}, ["AAAA-1111", "AUCKLAND"]),
        ({"day_from": "2024-01-01"}, ["PAST", "AAAA-1111", "AUCKLAND"]),
        ({"day_to": "2024-12-31"}, ["PAST"]),
        ({"day_from": "2035-01-02", "day_to": "2035-01-02"}, ["AAAA-1111"]),
        ({"day_from": "2035-01-03", "day_to": "2035-01-03"}, ["AUCKLAND"]),
        ({"status": ["booked"]}, ["AAAA-1111", "AUCKLAND"]),
        ({"status": ["fulfilled"]}, []),
        ({"status": ["fulfilled", "booked"], "day_from": "2024-01-01"}, ["PAST", "AAAA-1111", "AUCKLAND"]),
        ({"q": "past"}, ["PAST"]),
        ({"q": "Pat Example"}, []),
        ({"ordering": "-starts_at"}, ["AUCKLAND", "AAAA-1111"]),
    ],
)
def test_listing_shows_what_was_asked_for(desk: Client, query: dict[str, Any], references: list[str]) -> None:
    assert listed(desk, **query) == references


@pytest.mark.usefixtures("three_visits")
def test_listing_narrows_to_a_provider_and_a_location(desk: Client) -> None:
    daniel = ProviderPage.objects.get(slug="daniel-kim")
    denver = Location.objects.get(slug="denver")

    assert listed(desk, provider=daniel.pk) == ["AUCKLAND"]
    assert listed(desk, location=denver.pk) == ["AAAA-1111"]
    assert listed(desk, location=denver.pk, provider=daniel.pk) == []


@pytest.mark.parametrize(
    ("now", "is_listed"),
    [
        (datetime(2035, 1, 2, 23, 0, tzinfo=UTC), True),
        (datetime(2035, 1, 3, 6, 59, tzinfo=UTC), True),
        (datetime(2035, 1, 3, 7, 0, tzinfo=UTC), False),
    ],
)
def test_today_lasts_until_midnight_at_the_location(
    visit: Appointment, now: datetime, is_listed: bool
) -> None:
    assert Appointment.objects.filter(_from_today(now)).exists() is is_listed


# One visit ----------------------------------------------------------------------------------------


def test_detail_has_the_patient_and_the_history(desk: Client, visit: Appointment) -> None:
    html = desk.get(reverse("appointments:detail", args=[visit.pk])).content.decode()

    for fact in ("10:00 to 10:45 (45 minutes)", "Pat Example", "pat@example.com", "Allergic to latex"):
        assert fact in html
    # 1 January 2026, 00:00 UTC, as the location's clock shows it.
    assert "Wed 31 Dec 2025, 17:00" in html


def test_detail_title_names_no_patient(desk: Client, visit: Appointment) -> None:
    html = desk.get(reverse("appointments:detail", args=[visit.pk])).content.decode()
    title = html[html.index("<title>") : html.index("</title>")]

    assert "AAAA-1111" in title
    assert "Pat" not in title


def test_detail_of_an_erased_patient_says_so(desk: Client, visit: Appointment) -> None:
    visit.patient.delete()

    assert desk.get(reverse("appointments:index")).status_code == 200
    html = desk.get(reverse("appointments:detail", args=[visit.pk])).content.decode()
    assert "The patient's details have been erased." in html


@pytest.mark.parametrize(
    ("status", "now", "steps"),
    [
        (Status.REQUESTED, datetime(2035, 1, 1, tzinfo=UTC), ["Confirm", "Decline", "Cancel appointment"]),
        (Status.BOOKED, datetime(2035, 1, 2, 16, 59, tzinfo=UTC), ["Mark arrived", "Cancel appointment"]),
        (
            Status.BOOKED,
            datetime(2035, 1, 2, 17, 0, tzinfo=UTC),
            ["Mark arrived", "Mark no-show", "Cancel appointment"],
        ),
        (Status.ARRIVED, datetime(2035, 1, 2, 17, 0, tzinfo=UTC), ["Mark fulfilled"]),
        (Status.CANCELLED, datetime(2035, 1, 2, 17, 0, tzinfo=UTC), []),
    ],
)
def test_steps_offered(visit: Appointment, status: Status, now: datetime, steps: list[str]) -> None:
    visit.status = status

    assert [step.label for step in possible_steps(appointment=visit, now=now)] == steps


@pytest.mark.usefixtures("before_the_visit")
@pytest.mark.parametrize(
    ("to", "message"),
    [
        (Status.BOOKED, "Appointment AAAA-1111 confirmed."),
        (Status.DECLINED, "Appointment AAAA-1111 declined."),
    ],
)
def test_request_is_answered(desk: Client, visit: Appointment, to: Status, message: str) -> None:
    Appointment.objects.update(status=Status.REQUESTED)
    answer = take_step(desk, visit, to=to, reason="As agreed.")

    assert shown_messages(answer) == [("success", message)]
    visit.refresh_from_db()
    assert (visit.status, visit.version) == (to, 2)


@pytest.mark.usefixtures("during_the_visit")
@pytest.mark.parametrize(
    ("before", "to", "message"),
    [
        (Status.BOOKED, Status.ARRIVED, "Appointment AAAA-1111 marked as arrived."),
        (Status.BOOKED, Status.CANCELLED, "Appointment AAAA-1111 cancelled."),
        (Status.ARRIVED, Status.FULFILLED, "Appointment AAAA-1111 marked as fulfilled."),
    ],
)
def test_step_is_taken_and_recorded(
    desk: Client, visit: Appointment, before: Status, to: Status, message: str
) -> None:
    Appointment.objects.update(status=before)
    answer = take_step(desk, visit, to=to, reason="As agreed.")

    assert answer.url == reverse("appointments:detail", args=[visit.pk])
    assert shown_messages(answer) == [("success", message)]
    visit.refresh_from_db()
    event = visit.events.latest("version")
    assert (visit.status, visit.version) == (to, 2)
    assert (event.kind, event.cause, event.reason) == (to, AppointmentEvent.Cause.STAFF, "As agreed.")
    assert event.actor == User.objects.get(username="view_appointment-change_appointment")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"to": "fulfilled"},
            "An appointment that is booked cannot become fulfilled.",
        ),
        ({"to": "no_show"}, "It is too early to mark this visit as no-show."),
        (
            {"to": "cancelled", "version": 7, "reason": "As agreed."},
            "The appointment was changed meanwhile. Look at it again.",
        ),
        ({"to": "cancelled", "reason": " "}, "Give a reason: it stays in the history."),
        ({"to": "erased"}, "This step is not known. Look at the appointment again."),
        ({"to": "arrived", "version": "x"}, "This step is not known. Look at the appointment again."),
    ],
)
def test_refused_step_changes_nothing(
    desk: Client, visit: Appointment, values: dict[str, Any], message: str
) -> None:
    answer = take_step(desk, visit, **values)

    assert shown_messages(answer) == [("error", message)]
    visit.refresh_from_db()
    assert (visit.status, visit.version, visit.events.count()) == (Status.BOOKED, 1, 1)


# Permissions --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("during_the_visit")
@pytest.mark.parametrize(
    ("codenames", "sees", "acts"),
    [
        ([], False, False),
        (["view_appointment"], True, False),
        (["change_appointment"], True, True),
        (["add_appointment", "delete_appointment"], False, False),
    ],
)
def test_permissions_to_see_and_to_act(
    visit: Appointment, codenames: list[str], sees: bool, acts: bool
) -> None:
    client = signed_in(*codenames)
    for address in (
        reverse("appointments:index"),
        reverse("appointments:index_results"),
        reverse("appointments:detail", args=[visit.pk]),
    ):
        assert (client.get(address).status_code == 200) is sees

    take_step(client, visit, to="arrived")

    visit.refresh_from_db()
    assert (visit.status == Status.ARRIVED) is acts


@pytest.mark.usefixtures("during_the_visit")
def test_buttons_are_for_those_who_may_act(visit: Appointment) -> None:
    address = reverse("appointments:detail", args=[visit.pk])

    assert "Mark arrived" not in signed_in("view_appointment").get(address).content.decode()
    assert "Mark arrived" in signed_in("change_appointment").get(address).content.decode()


@pytest.mark.parametrize(
    ("right", "led_to"),
    [
        ("view_appointment", []),
        ("change_appointment", []),
        ("add_appointment", ["book"]),
        ("add_block", ["blocks"]),
        ("delete_block", ["blocks"]),
    ],
)
def test_menu_leads_to_the_first_page_that_a_right_opens(rf: Any, right: str, led_to: list[str]) -> None:
    user = staff_with(right)

    answer = signed_in_as(user).get(reverse("appointments:index"), follow=True)

    assert "Appointments" in menu_of(user, rf)
    assert answer.status_code == 200
    assert [url for url, _ in answer.redirect_chain] == [reverse(f"appointments:{name}") for name in led_to]


def test_who_may_open_no_page_of_the_front_desk_is_not_led_there(rf: Any) -> None:
    user = staff_with()

    assert "Appointments" not in menu_of(user, rf)
    answer = signed_in_as(user).get(reverse("appointments:index"))
    assert answer["Location"] == reverse("wagtailadmin_home")


def menu_of(user: User, rf: Any) -> list[str]:
    request = rf.get("/")
    request.user = user
    return [item.label for item in admin_menu.menu_items_for_request(request)]


def test_steps_are_posted_with_a_token(visit: Appointment) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff_with("change_appointment"))

    assert client.get(reverse("appointments:change", args=[visit.pk])).status_code == 405
    assert take_step(client, visit, to="arrived").status_code == 403
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


def test_no_view_edits_an_appointment() -> None:
    for name in ("add", "edit", "delete", "copy"):
        with pytest.raises(NoReverseMatch):
            reverse(f"appointments:{name}")
    namespaces = get_resolver().namespace_dict
    assert not [name for name in namespaces if name.endswith("schedules_appointment")]


def test_permissions_that_groups_can_be_given() -> None:
    assert set(appointment_permissions().values_list("codename", flat=True)) == {
        "view_appointment",
        "add_appointment",
        "change_appointment",
        "overbook_appointment",
        "view_block",
        "add_block",
        "delete_block",
    }


# What the front desk edits ------------------------------------------------------------------------


def test_front_desk_closes_the_clinic_without_pages(denver: Location) -> None:
    client = signed_in("add_closure", "view_closure")
    answer = client.post(
        reverse("wagtailsnippets_schedules_closure:add"),
        {"location": denver.pk, "starts_on": "2035-12-24", "ends_on": "2035-12-26", "label": "Holidays"},
    )

    assert answer.status_code == 302
    closure = denver.closures.get()
    assert (str(closure.starts_on), str(closure.ends_on), closure.start_time) == (
        "2035-12-24",
        "2035-12-26",
        None,
    )


def test_front_desk_adds_extra_hours(sarah: ProviderPage) -> None:
    client = signed_in("add_providerexception")
    address = reverse("wagtailsnippets_schedules_providerexception:add")
    values = {"provider": sarah.pk, "kind": "open", "starts_on": "2035-01-06", "ends_on": "2035-01-06"}

    refused = client.post(address, values)
    taken = client.post(address, values | {"start_time": "9:00", "end_time": "12:00"})

    assert "Extra hours need a start and an end." in refused.content.decode()
    assert taken.status_code == 302
    assert list(sarah.exceptions.values_list("kind", "start_time", "end_time")) == [
        ("open", "09:00", "12:00")
    ]
