"""SMART Scheduling Links: what the files say, that they agree with the API, and what they cost."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import Page

from cms.core.models import ClinicSettings
from tests.api import ask
from tests.factories import (
    make_appointment,
    make_closure,
    make_exception,
    make_location,
    make_procedure,
    make_provider,
    make_rule,
    make_site,
)
from tests.hiding import WAYS_TO_HIDE

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 9, 8, 30, 20, tzinfo=UTC)
BASE = "/smart-scheduling-links/"
MANIFEST = f"{BASE}$bulk-publish"
SLOTS = f"{BASE}slots/denver.ndjson"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def lines(path: str, **headers: str) -> list[dict[str, Any]]:
    response = Client().get(path, headers=headers)
    assert response.status_code == 200
    content = response.getvalue()
    assert all(line for line in content.splitlines())
    return [json.loads(line) for line in content.splitlines()]


def make_world(**booking: Any) -> Any:
    site = make_site()
    ClinicSettings.objects.filter(site=site).update(phone="+1 303 555 0100")
    place = make_location(street="1 Main St", city="Denver", region="CO", postal_code="80202")
    procedure = make_procedure(booking=booking)
    provider = make_provider(offers=[procedure])
    make_rule(provider=provider, location=place)
    return place, procedure, provider


def test_the_manifest_names_every_file() -> None:
    make_world()
    make_location(name="Boulder")

    response = Client().get(MANIFEST)

    base = f"http://testserver{BASE}"
    assert response.json() == {
        "transactionTime": "2027-03-09T08:30:20Z",
        "request": f"http://testserver{MANIFEST}",
        "output": [
            {"type": "Location", "url": f"{base}locations.ndjson"},
            {"type": "Schedule", "url": f"{base}schedules.ndjson"},
            {"type": "Slot", "url": f"{base}slots/boulder.ndjson"},
            {"type": "Slot", "url": f"{base}slots/denver.ndjson", "extension": {"state": ["CO"]}},
        ],
        "error": [],
    }
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in response.headers
    for output in response.json()["output"]:
        assert Client().get(output["url"]).status_code == 200


def test_locations_have_what_the_specification_asks_for() -> None:
    place, *_ = make_world()

    assert lines(f"{BASE}locations.ndjson") == [
        {
            "resourceType": "Location",
            "id": str(place.pk),
            "identifier": [{"system": "http://testserver/", "value": "denver"}],
            "name": "Mile High Chiropractic, Denver",
            "telecom": [
                {"system": "phone", "value": "+1 303 555 0100"},
                {"system": "url", "value": "http://testserver/"},
            ],
            "address": {"line": ["1 Main St"], "city": "Denver", "state": "CO", "postalCode": "80202"},
        }
    ]


def test_schedules_say_what_is_offered_where() -> None:
    place, procedure, _ = make_world()
    elsewhere = make_location(name="Boulder")
    other = make_procedure(title="Cupping")
    make_rule(provider=make_provider(name="Ann", offers=[other]), location=elsewhere, procedures=[other])

    found = lines(f"{BASE}schedules.ndjson")

    assert [(each["id"], each["actor"]) for each in found] == [
        (f"{other.pk}-{elsewhere.pk}", [{"reference": f"Location/{elsewhere.pk}"}]),
        (f"{procedure.pk}-{place.pk}", [{"reference": f"Location/{place.pk}"}]),
    ]
    assert found[1]["serviceType"] == [
        {
            "coding": [
                {"system": "http://testserver/", "code": "micro-needling", "display": "Micro needling"}
            ],
            "text": "Micro needling",
        }
    ]


def test_slots_have_times_with_offset_a_link_and_places(settings: Settings) -> None:
    settings.BOOKING_URL = "https://www.clinic.example/book/{procedure}?at={location}&start={start}"
    place, procedure, _ = make_world()

    first = lines(SLOTS)[0]

    minutes = int(datetime(2027, 3, 9, 16, tzinfo=UTC).timestamp()) // 60
    extension = "http://fhir-registry.smarthealthit.org/StructureDefinition/"
    assert first == {
        "resourceType": "Slot",
        "id": f"{procedure.pk}-{place.pk}-{minutes}-45",
        "schedule": {"reference": f"Schedule/{procedure.pk}-{place.pk}"},
        "status": "free",
        "start": "2027-03-09T09:00:00-07:00",
        "end": "2027-03-09T09:45:00-07:00",
        "extension": [
            {
                "url": f"{extension}booking-deep-link",
                "valueUrl": "https://www.clinic.example/book/micro-needling"
                "?at=denver&start=2027-03-09T16%3A00%3A00Z",
            },
            {"url": f"{extension}booking-phone", "valueString": "+1 303 555 0100"},
            {"url": f"{extension}slot-capacity", "valueInteger": 1},
        ],
    }


AVAILABILITY = """query Free($procedure: ID!, $location: ID!) {
  availability(input: {procedure: $procedure, location: $location, from: "2027-03-09", to: "2027-03-22"}) {
    days { slots { startsAt endsAt providers { id } } } } }"""


def offered_by_the_api(title: str) -> set[tuple[str, str, int]]:
    procedures = ask("{ procedures { nodes { id title } } locations { id slug } }")
    procedure = next(each["id"] for each in procedures["procedures"]["nodes"] if each["title"] == title)
    location = next(each["id"] for each in procedures["locations"] if each["slug"] == "denver")
    days = ask(AVAILABILITY, procedure=procedure, location=location)["availability"]["days"]
    return {
        (slot["startsAt"], slot["endsAt"], len(slot["providers"])) for day in days for slot in day["slots"]
    }


def utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_slots_are_those_that_availability_offers() -> None:
    place, procedure, sarah = make_world(min_notice_minutes=600, buffer_after_minutes=10)
    other = make_procedure(title="Cupping", booking={"duration_minutes": 30})
    ann = make_provider(name="Ann Hand", offers=[procedure, other])
    make_rule(provider=ann, location=place, recurrence="RRULE:FREQ=DAILY", end_time="12:00")
    make_rule(provider=ann, location=make_location(name="Boulder"), recurrence="RRULE:FREQ=DAILY")
    make_appointment(
        procedure=procedure, provider=sarah, location=place, starts_at=datetime(2027, 3, 16, 17, tzinfo=UTC)
    )
    make_closure(starts_on=date(2027, 3, 12))
    make_exception(
        provider=sarah,
        starts_on=date(2027, 3, 13),
        kind="open",
        start_time="10:00",
        end_time="12:00",
        location=place,
    )

    found = lines(SLOTS)

    for page in (procedure, other):
        published = {
            (utc(slot["start"]), utc(slot["end"]), slot["extension"][-1]["valueInteger"])
            for slot in found
            if slot["schedule"]["reference"] == f"Schedule/{page.pk}-{place.pk}"
        }
        assert published == offered_by_the_api(page.title)
        assert published
    assert len({slot["id"] for slot in found}) == len(found)


def test_slots_reach_as_far_as_the_setting_says(settings: Settings) -> None:
    make_world()
    settings.SCHEDULING_LINKS_DAYS = 1
    one_day = lines(SLOTS)
    settings.SCHEDULING_LINKS_DAYS = 8

    assert {slot["start"][:10] for slot in one_day} == {"2027-03-09"}
    assert {slot["start"][:10] for slot in lines(SLOTS)} == {"2027-03-09", "2027-03-16"}


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_nothing_of_a_hidden_page_is_published(hide: Callable[[Page], None]) -> None:
    _, procedure, _ = make_world()
    assert lines(SLOTS)
    assert lines(f"{BASE}schedules.ndjson")

    hide(procedure)

    assert lines(SLOTS) == []
    assert lines(f"{BASE}schedules.ndjson") == []


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_a_hidden_provider_has_no_times(hide: Callable[[Page], None]) -> None:
    _, _, provider = make_world()
    assert lines(SLOTS)

    hide(provider)

    assert lines(SLOTS) == []


@pytest.mark.parametrize("path", [MANIFEST, f"{BASE}locations.ndjson", f"{BASE}schedules.ndjson", SLOTS])
def test_what_is_known_is_not_sent_again(path: str, clock: time_machine.Traveller) -> None:
    make_world()
    first = Client().get(path)
    clock.shift(300)

    again = Client().get(path, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.getvalue()) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_booking_changes_the_slots_at_once() -> None:
    """Within the second too: what knows only dates gets everything."""
    place, procedure, provider = make_world()
    first = Client().get(SLOTS)

    make_appointment(
        procedure=procedure, provider=provider, location=place, starts_at=datetime(2027, 3, 9, 16, tzinfo=UTC)
    )

    for header in ({"if-none-match": first["ETag"]}, {"if-modified-since": http_date(NOW.timestamp())}):
        second = Client().get(SLOTS, headers=header)
        assert second.status_code == 200
    assert "2027-03-09T09:00:00-07:00" not in {slot["start"] for slot in lines(SLOTS)}


def test_slots_are_sent_while_they_are_written() -> None:
    make_world()
    response = Client().get(SLOTS)
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "application/fhir+ndjson"


def test_an_unknown_place_is_not_found() -> None:
    make_world()
    assert Client().get(f"{BASE}slots/nowhere.ndjson").status_code == 404


@pytest.mark.parametrize(
    ("path", "statements"),
    [(MANIFEST, 3), (f"{BASE}locations.ndjson", 3), (f"{BASE}schedules.ndjson", 6), (SLOTS, 7)],
)
@pytest.mark.parametrize("count", [1, 3])
def test_files_cost_the_same_number_of_statements(
    path: str, statements: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    place, *_ = make_world()
    for number in range(count - 1):
        procedure = make_procedure(title=f"Procedure {number}")
        make_rule(provider=make_provider(name=f"P {number}", offers=[procedure]), location=place)
        make_location(name=f"Place {number}")

    with django_assert_num_queries(statements):
        assert Client().get(path).getvalue()


def test_floods_are_refused(settings: Settings) -> None:
    make_world()
    settings.RATE_LIMIT_ENABLED, settings.RATE_LIMIT_PER_MINUTE = True, 1

    answers = [Client().get(MANIFEST, REMOTE_ADDR="192.0.2.77") for _ in range(3)]

    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1
