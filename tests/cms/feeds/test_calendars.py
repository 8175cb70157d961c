"""Private calendars: what they show, to whom, and what they never show."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cms.feeds.core.icalendar import Event, calendar, fold, text
from cms.feeds.models import CalendarFeed
from cms.feeds.operations import give_token
from schedules.models import Appointment
from tests.cms.feeds.reading import Broken, Component, read_calendar
from tests.factories import make_appointment, make_location, make_procedure, make_provider, make_staff
from tests.translating import translate

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 9, 8, tzinfo=UTC)
VISIT_AT = datetime(2027, 3, 16, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_feed(provider: Any, label: str = "Phone") -> str:
    """Return the path of a new feed."""
    feed = CalendarFeed(provider=provider, label=label)
    token = give_token(feed, user=None, now=NOW)
    feed.save()
    return reverse("provider_calendar", args=[token])


def make_world() -> Any:
    procedure = make_procedure(title="Micro needling; deep, slow")
    provider = make_provider(offers=[procedure])
    place = make_location(street="1 Main St", city="Denver")
    return procedure, provider, place


def visit(world: Any, **fields: Any) -> Appointment:
    procedure, provider, place = world
    values: dict[str, Any] = {"starts_at": VISIT_AT, "note": "Afraid of needles"} | fields
    return make_appointment(procedure=procedure, provider=provider, location=place, **values)


def events(path: str) -> list[Component]:
    response = Client().get(path)
    assert response.status_code == 200
    return [part for part in read_calendar(response.content).parts if part.name == "VEVENT"]


def test_a_visit_is_an_event_without_the_patient() -> None:
    world = make_world()
    made = visit(world)
    path = make_feed(world[1])

    response = Client().get(path)

    [event] = events(path)
    assert event.values == {
        "UID": str(made.uuid),
        "DTSTAMP": "20260101T000000Z",
        "CREATED": "20260101T000000Z",
        "LAST-MODIFIED": "20260101T000000Z",
        "SEQUENCE": "0",
        "DTSTART": "20270316T160000Z",
        "DTEND": "20270316T164500Z",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "CLASS": "PRIVATE",
        "SUMMARY": "Micro needling; deep, slow",
        "LOCATION": "Denver, 1 Main St, Denver",
        "DESCRIPTION": "Reference AAAA-1111",
    }
    content = response.content.decode().replace("\r\n ", "")
    for secret in ("Pat", "pat@example.com", "555", "Afraid"):
        assert secret not in content
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in response.headers
    head = read_calendar(response.content).values
    assert head["VERSION"] == "2.0"
    assert head["NAME"] == "Dr. Sarah White"
    assert head["REFRESH-INTERVAL"] == "PT15M"


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("requested", "TENTATIVE"),
        ("booked", "CONFIRMED"),
        ("arrived", "CONFIRMED"),
        ("fulfilled", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
        ("declined", "CANCELLED"),
        ("expired", "CANCELLED"),
        ("no_show", None),
    ],
)
def test_states_are_told_in_the_words_of_the_standard(status: str, shown: str | None) -> None:
    world = make_world()
    made = visit(world, status=status)
    Appointment.objects.filter(pk=made.pk).update(updated_at=NOW - timedelta(days=1))

    found = events(make_feed(world[1]))

    assert [event.values["STATUS"] for event in found] == ([shown] if shown else [])


def test_a_hold_is_not_shown() -> None:
    world = make_world()
    made = visit(world)
    path = make_feed(world[1])
    assert len(events(path)) == 1

    Appointment.objects.filter(pk=made.pk).update(status="held", hold_expires_at=NOW + timedelta(minutes=5))

    assert events(path) == []


def test_a_cancelled_visit_is_told_for_a_month() -> None:
    world = make_world()
    made = visit(world, status="cancelled")
    path = make_feed(world[1])
    Appointment.objects.filter(pk=made.pk).update(updated_at=NOW - timedelta(days=29), version=3)
    [event] = events(path)
    assert (event.values["STATUS"], event.values["TRANSP"], event.values["SEQUENCE"]) == (
        "CANCELLED",
        "TRANSPARENT",
        "2",
    )

    Appointment.objects.filter(pk=made.pk).update(updated_at=NOW - timedelta(days=31))

    assert events(path) == []


def test_visits_of_others_and_of_other_times_are_not_shown() -> None:
    world = make_world()
    visit(world)
    procedure, _, place = world
    other = make_provider(name="Ann Hand")
    make_appointment(
        procedure=procedure, provider=other, location=place, starts_at=VISIT_AT, reference="BBBB-1111"
    )
    visit(world, starts_at=NOW - timedelta(days=61), reference="CCCC-1111")
    visit(world, starts_at=NOW + timedelta(days=401), reference="DDDD-1111")

    assert [event.values["DESCRIPTION"] for event in events(make_feed(world[1]))] == ["Reference AAAA-1111"]


def test_an_empty_calendar_is_still_one() -> None:
    world = make_world()
    response = Client().get(make_feed(world[1]))
    assert [part.name for part in read_calendar(response.content).parts] == ["VTIMEZONE"]


def test_every_unknown_address_is_answered_the_same() -> None:
    world = make_world()
    path = make_feed(world[1])
    CalendarFeed.objects.all().delete()
    paths = [path, "/calendars/providers/short.ics", "/calendars/providers/", "/calendars/x", path + "x"]

    answers = [Client().get(each) for each in paths]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (404, b"There is no calendar at this address.\n")
    }
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_what_is_known_is_not_sent_again() -> None:
    world = make_world()
    made = visit(world)
    path = make_feed(world[1])
    first = Client().get(path)

    assert Client().get(path, headers={"if-none-match": first["ETag"]}).status_code == 304

    Appointment.objects.filter(pk=made.pk).update(version=2)
    assert Client().get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_only_the_hash_of_the_token_is_stored() -> None:
    world = make_world()
    path = make_feed(world[1])
    token = path.rpartition("/")[2].removesuffix(".ics")

    [values] = CalendarFeed.objects.values()

    assert token not in str(values)
    assert len(token) >= 43
    with pytest.raises(IntegrityError, match="feeds_calendarfeed_token"):
        CalendarFeed.objects.create(
            provider=world[1], label="Other", token_hash=values["token_hash"], created_at=NOW
        )


def test_the_day_of_the_last_use_is_noted_once(
    clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = make_world()
    visit(world)
    path = make_feed(world[1])

    with django_assert_num_queries(3):
        Client().get(path)

    assert CalendarFeed.objects.get().last_used_on == date(2027, 3, 9)
    clock.shift(timedelta(days=1))
    Client().get(path)
    assert CalendarFeed.objects.get().last_used_on == date(2027, 3, 10)


def test_the_admin_shows_the_address_once_and_revokes_it() -> None:
    world = make_world()
    visit(world)
    client = Client()
    client.force_login(make_staff())
    form = {"provider": world[1].pk, "label": "Phone"}

    made = client.post(reverse("calendar_feeds:add"), form)

    content = made.content.decode()
    path = content.partition("http://testserver")[2].partition("<")[0].strip()
    assert len(events(path)) == 1
    assert "no-store" in made["Cache-Control"]
    feed = CalendarFeed.objects.get()
    assert feed.created_by is not None
    listing = client.get(reverse("calendar_feeds:index")).content.decode()
    assert "Phone" in listing
    assert path not in listing
    client.post(reverse("calendar_feeds:delete", args=[feed.pk]))
    assert Client().get(path).status_code == 404


def test_making_calendars_needs_its_permission() -> None:
    world = make_world()
    user = make_staff(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    form = {"provider": world[1].pk, "label": "Phone"}

    client.post(reverse("calendar_feeds:add"), form)
    assert CalendarFeed.objects.count() == 0

    user.user_permissions.add(Permission.objects.get(codename="add_calendarfeed"))
    client.post(reverse("calendar_feeds:add"), form)
    assert CalendarFeed.objects.count() == 1


def test_a_feed_stays_with_its_provider() -> None:
    _, provider, _ = make_world()
    other = make_provider(name="Ann Hand")
    make_feed(provider)
    feed = CalendarFeed.objects.get()
    client = Client()
    client.force_login(make_staff())
    address = reverse("calendar_feeds:edit", args=[feed.pk])

    answer = client.post(address, {"provider": other.pk, "label": "Tablet"})
    assert "A calendar stays with its provider" in answer.content.decode()
    client.post(address, {"provider": provider.pk, "label": "Tablet"})

    assert CalendarFeed.objects.values_list("provider_id", "label").get() == (provider.pk, "Tablet")


def test_a_feed_hangs_on_the_source_of_a_provider() -> None:
    _, provider, _ = make_world()
    translated = translate(provider)
    client = Client()
    client.force_login(make_staff())

    answer = client.post(reverse("calendar_feeds:add"), {"provider": translated.pk, "label": "Phone"})

    assert "This is a translation." in answer.content.decode()
    assert CalendarFeed.objects.count() == 0


# The text itself ----------------------------------------------------------------------------------


def event(**fields: Any) -> Event:
    made = make_event_values() | fields
    return Event(**made)


def make_event_values() -> dict[str, Any]:
    times = dict.fromkeys(("starts_at", "ends_at", "created_at", "changed_at"), NOW)
    texts = dict.fromkeys(("summary", "location", "description"), "")
    return {"uid": UUID(int=1), "sequence": 0, "status": "CONFIRMED", **times, **texts}


@pytest.mark.parametrize(
    "told",
    [
        "Plain",
        "a; b, c \\ d",
        "first\nsecond",
        "x" * 500,
        "é" * 100,
        "👩‍⚕️" * 40,
        "\\n is no line break",
        "BEGIN:VEVENT\r\nSUMMARY:smuggled",
    ],
)
def test_any_text_comes_back_as_it_was(told: str) -> None:
    content = calendar([event(summary=told)], name=told)

    read = read_calendar(content)

    expected = told.replace("\r\n", "\n")
    assert (read.values["NAME"], read.parts[0].values["SUMMARY"]) == (expected, expected)
    assert len(read.parts) == 1


def test_control_characters_are_left_out() -> None:
    assert text("a\x00b\x1b\tc\x7f") == "ab\tc"


@pytest.mark.parametrize("length", [74, 75, 76, 149, 150, 500])
def test_lines_are_folded_at_75_octets(length: int) -> None:
    line = "X" * length
    folded = fold(line)
    assert max(map(len, folded.split(b"\r\n"))) <= 75
    assert folded.replace(b"\r\n ", b"") == line.encode() + b"\r\n"


@pytest.mark.parametrize(
    "wrong",
    [
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:a, b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nNAME:" + b"x" * 80 + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    ],
)
def test_the_reader_of_these_tests_refuses_what_is_wrong(wrong: bytes) -> None:
    with pytest.raises(Broken):
        read_calendar(wrong)
