"""Hours in words, while they are typed."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from schedules.models import Location
from tests.factories import make_location, make_site, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def location() -> Location:
    return make_location()


@pytest.fixture
def typed(location: Location) -> dict[str, str]:
    return {
        "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "location": str(location.pk),
        "valid_from": "2035-01-01",
        "valid_until": "",
        "start_time": "09:00",
        "end_time": "17:00",
    }


@pytest.fixture
def editor() -> Client:
    """Signed in, may change pages and nothing else."""
    group = Group.objects.create(name="Marketing")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    permission = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=group, page=make_site().root_page, permission=permission)
    user = make_staff(is_superuser=False)
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, typed: dict[str, str]) -> Any:
    return client.get(reverse("schedules_hours_in_words"), typed)


@pytest.mark.parametrize(
    ("changes", "words", "following"),
    [
        (
            {},
            "Every Tuesday, 09:00 to 17:00, Denver",
            "Next: Tue 2 Jan 2035, Tue 9 Jan 2035, Tue 16 Jan 2035",
        ),
        (
            {"recurrence": "FREQ=MONTHLY;BYDAY=2SA", "start_time": "22:00", "end_time": "02:00"},
            "Monthly on the second Saturday, 22:00 to 02:00 the next day, Denver",
            "Next: Sat 13 Jan 2035, Sat 10 Feb 2035, Sat 10 Mar 2035",
        ),
        (
            {"recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "start_time": "00:00", "end_time": "24:00"},
            "Yearly on 29 February, all day, Denver",
            "Next: Fri 29 Feb 2036, Wed 29 Feb 2040, Mon 29 Feb 2044",
        ),
        (
            {"valid_until": "2035-01-03"},
            "Every Tuesday, 09:00 to 17:00, Denver",
            "Next: Tue 2 Jan 2035",
        ),
        (
            {"valid_until": "2035-01-01"},
            "Every Tuesday, 09:00 to 17:00, Denver",
            "No dates from today on.",
        ),
    ],
)
def test_hours_are_put_into_words(
    editor: Client, typed: dict[str, str], changes: dict[str, str], words: str, following: str
) -> None:
    answer = ask(editor, typed | changes)

    assert answer.json() == {"kind": "hours", "words": words, "next": following}


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"recurrence": "", "location": ""}, "hint", "Still missing: days, location."),
        (
            {"recurrence": "FREQ=WEEKLY;UNTIL=20350101", "location": ""},
            "problem",
            "UNTIL is not supported: give the last date in 'valid until' instead.",
        ),
    ],
)
def test_unfinished_hours_are_answered_with_what_to_do(
    editor: Client, typed: dict[str, str], changes: dict[str, str], kind: str, words: str
) -> None:
    assert ask(editor, typed | changes).json() == {"kind": kind, "words": words, "next": ""}


def test_hours_far_beyond_the_calendar_are_answered(editor: Client, typed: dict[str, str]) -> None:
    answer = ask(editor, typed | {"valid_from": "9999-12-31"})

    assert answer.json()["next"] == "No dates from today on."


def test_hours_need_a_member_of_staff_who_edits_pages(typed: dict[str, str], editor: Client) -> None:
    desk = make_staff(username="front-desk", is_superuser=False)
    desk.user_permissions.add(Permission.objects.get(codename="access_admin"))
    stranger, client = Client(), Client()
    client.force_login(desk)

    assert ask(editor, typed).status_code == 200
    assert ask(stranger, typed).status_code == 302
    assert ask(client, typed).status_code == 302
    assert (
        client.get(
            reverse("schedules_hours_in_words"), typed, headers={"X-Requested-With": "XMLHttpRequest"}
        ).status_code
        == 403
    )
