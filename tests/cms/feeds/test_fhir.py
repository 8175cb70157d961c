"""FHIR over HTTP: what is found, who may read it, how refusals are told, and what it costs."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import APIToken, Page

from cms.graphql.tokens import issue_developer_token
from schedules.models import Appointment, Block, Claim, Resource
from tests.api import ask
from tests.cms.feeds.definitions import problems
from tests.factories import (
    make_appointment,
    make_location,
    make_procedure,
    make_provider,
    make_rule,
    make_site,
    make_staff,
)
from tests.hiding import WAYS_TO_HIDE

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 9, 8, tzinfo=UTC)
VISIT_AT = datetime(2027, 3, 16, 16, tzinfo=UTC)
ROOT = "/fhir/R4"
PLAIN: tuple[str, ...] = ()
DESK = ("view_appointment",)
EVERYTHING = (*DESK, "view_patientdetails")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_token(*permissions: str, username: str = "integration", is_superuser: bool = False) -> str:
    user = make_staff(username=username, is_superuser=is_superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return APIToken.create_token(user=user, name="integration")[1]


def get(path: str, token: str = "", **headers: str) -> Any:
    """Return the answer, which is good FHIR whatever it says."""
    if token:
        headers["authorization"] = f"Bearer {token}"
    response = Client().get(path if path.startswith("http") else f"{ROOT}/{path}", headers=headers)
    assert response["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers
    if response.content:
        assert problems(response.json()) == []
    return response


def found(path: str, token: str) -> list[dict[str, Any]]:
    """Return the resources of a search, of all its pages."""
    resources, following = [], [path]
    while following:
        response = get(following[0], token)
        assert response.status_code == 200, response.content
        bundle = response.json()
        entries = bundle.get("entry", [])
        for entry in entries:
            assert entry["fullUrl"].endswith(f"{entry['resource']['resourceType']}/{entry['resource']['id']}")
        resources += [entry["resource"] for entry in entries]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
    return resources


def refusal(path: str, token: str = "", **headers: str) -> tuple[int, str]:
    response = get(path, token, **headers)
    [issue] = response.json()["issue"]
    return response.status_code, issue["code"]


def make_world() -> Any:
    make_site()
    place = make_location(street="1 Main St", city="Denver", region="CO", phone="+1 303 555 0111")
    procedure = make_procedure()
    provider = make_provider(offers=[procedure], credentials=["MD"], languages=["en"])
    make_rule(provider=provider, location=place)
    return procedure, provider, place


def make_visit(world: Any, **fields: Any) -> Appointment:
    procedure, provider, place = world
    values: dict[str, Any] = {"starts_at": VISIT_AT} | fields
    return make_appointment(procedure=procedure, provider=provider, location=place, **values)


# Who may read -------------------------------------------------------------------------------------


def test_metadata_is_for_everybody_and_names_what_there_is() -> None:
    make_site()
    statement = get("metadata").json()
    offered = {each["type"]: each for each in statement["rest"][0]["resource"]}
    assert set(offered) == {
        *("Appointment", "HealthcareService", "Location", "Practitioner", "Schedule", "Slot")
    }
    assert "start" in {each["name"] for each in offered["Slot"]["searchParam"]}
    assert statement["fhirVersion"] == "4.0.1"


@pytest.mark.parametrize("path", ["Appointment", "Slot/1-1-c1", "Location"])
def test_without_a_token_nothing_is_read(path: str) -> None:
    make_world()
    response = get(path)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert refusal(path) == (401, "login")
    assert refusal(path, token="wagtail_unknown") == (401, "login")
    assert refusal(path, token=issue_developer_token(make_staff())) == (401, "login")


def test_a_revoked_token_reads_nothing() -> None:
    make_world()
    token = make_token(*DESK)
    assert get("Appointment", token).status_code == 200

    APIToken.objects.update(revoked_at=NOW)

    assert refusal("Appointment", token) == (401, "login")


def test_appointments_need_their_permission() -> None:
    world = make_world()
    visit = make_visit(world)
    token = make_token()
    assert refusal("Appointment", token) == (403, "forbidden")
    assert refusal(f"Appointment/{visit.uuid}", token) == (403, "forbidden")
    assert len(found("Appointment", make_token(*DESK, username="desk"))) == 1


def test_the_patient_is_named_to_those_who_may_know() -> None:
    world = make_world()
    make_visit(world, note="Afraid of needles")

    [without] = found("Appointment", make_token(*DESK))
    [with_name] = found("Appointment", make_token(*EVERYTHING, username="all"))

    assert "Pat Example" not in str(without)
    [patient] = [each for each in with_name["participant"] if each["actor"]["type"] == "Patient"]
    assert patient == {"actor": {"type": "Patient", "display": "Pat Example"}, "status": "accepted"}
    for secret in ("pat@example.com", "555 0100", "Afraid"):
        assert secret not in str(with_name)


def test_no_log_line_names_a_patient(caplog: pytest.LogCaptureFixture) -> None:
    make_visit(make_world())
    with caplog.at_level(logging.DEBUG):
        found("Appointment", make_token(*EVERYTHING))
        refusal("Appointment?date=wrong", make_token(*EVERYTHING, username="other"))
    assert "Pat Example" not in caplog.text


# Resources ----------------------------------------------------------------------------------------


def test_an_appointment_is_read() -> None:
    world = procedure, provider, place = make_world()
    visit = make_visit(world)
    token = make_token(*DESK)

    response = get(f"Appointment/{visit.uuid}", token)

    service = {"coding": [{"code": str(procedure.pk), "display": "Micro needling"}], "text": "Micro needling"}
    assert response.json() == {
        "resourceType": "Appointment",
        "id": str(visit.uuid),
        "meta": {"versionId": "1", "lastUpdated": "2026-01-01T00:00:00.000Z"},
        "identifier": [{"value": "AAAA-1111"}],
        "status": "booked",
        "serviceType": [service],
        "start": "2027-03-16T16:00:00.000Z",
        "end": "2027-03-16T16:45:00.000Z",
        "minutesDuration": 45,
        "created": "2026-01-01T00:00:00.000Z",
        "participant": [
            {
                "actor": {
                    "reference": f"Practitioner/{provider.pk}",
                    "type": "Practitioner",
                    "display": "Dr. Sarah White",
                },
                "status": "accepted",
            },
            {
                "actor": {"reference": f"Location/{place.pk}", "type": "Location", "display": "Denver"},
                "status": "accepted",
            },
            {
                "actor": {
                    "reference": f"HealthcareService/{procedure.pk}",
                    "type": "HealthcareService",
                    "display": "Micro needling",
                },
                "status": "accepted",
            },
        ],
    }
    assert response["ETag"] == 'W/"1"'
    assert get(f"Appointment/{visit.uuid}", token, **{"if-none-match": 'W/"1"'}).status_code == 304
    Appointment.objects.update(version=2)
    assert get(f"Appointment/{visit.uuid}", token, **{"if-none-match": 'W/"1"'}).status_code == 200
    for participant in response.json()["participant"]:
        assert get(participant["actor"]["reference"], token).status_code == 200


@pytest.mark.parametrize(
    ("state", "status", "participant"),
    [
        ("requested", "pending", "needs-action"),
        ("booked", "booked", "accepted"),
        ("arrived", "arrived", "accepted"),
        ("fulfilled", "fulfilled", "accepted"),
        ("cancelled", "cancelled", "accepted"),
        ("declined", "cancelled", "declined"),
        ("no_show", "noshow", "accepted"),
        ("expired", "cancelled", "declined"),
    ],
)
def test_states_are_told_in_the_words_of_fhir(state: str, status: str, participant: str) -> None:
    make_visit(make_world(), status=state)
    token = make_token(*DESK)

    [told] = found(f"Appointment?status={status}", token)

    assert (told["status"], told["participant"][0]["status"]) == (status, participant)
    others = {"pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"} - {status}
    assert found(f"Appointment?status={','.join(sorted(others))}", token) == []


def test_a_request_that_nobody_answered_in_time_is_cancelled() -> None:
    make_visit(make_world(), status="requested", starts_at=NOW - timedelta(hours=1))
    token = make_token(*DESK)
    assert [each["status"] for each in found("Appointment?status=cancelled", token)] == ["cancelled"]
    assert found("Appointment?status=pending", token) == []


def test_a_hold_is_no_appointment() -> None:
    visit = make_visit(make_world())
    token = make_token(*DESK)
    assert len(found("Appointment", token)) == 1

    Appointment.objects.filter(pk=visit.pk).update(status="held", hold_expires_at=NOW + timedelta(minutes=5))

    assert found("Appointment", token) == []
    assert refusal(f"Appointment/{visit.uuid}", token) == (404, "not-found")


def test_places_people_and_services_are_found() -> None:
    procedure, provider, place = make_world()
    token = make_token()

    [location] = found("Location?name=den", token)
    [person] = found("Practitioner?name=Dr. Sar", token)
    [service] = found(f"HealthcareService?_id={procedure.pk}", token)

    assert (location["id"], location["address"]["city"]) == (str(place.pk), "Denver")
    assert person["name"] == [{"text": "Dr. Sarah White", "prefix": ["Dr."]}]
    assert person["id"] == str(provider.pk)
    assert service["name"] == "Micro needling"
    assert found("Practitioner?name=Sarah&name=Nobody", token) == []
    assert found("Location?_id=999999", token) == []


def test_a_schedule_is_the_hours_of_one_provider_at_one_place() -> None:
    procedure, provider, place = make_world()
    elsewhere = make_location(name="Boulder")
    make_rule(provider=provider, location=elsewhere, recurrence="RRULE:FREQ=WEEKLY;BYDAY=WE")
    token = make_token()

    schedules = found("Schedule", token)

    assert [each["id"] for each in schedules] == [
        f"{provider.pk}-{place.pk}",
        f"{provider.pk}-{elsewhere.pk}",
    ]
    assert schedules[0]["planningHorizon"] == {"start": "2027-03-09", "end": "2028-03-08"}
    assert [each["text"] for each in schedules[0]["serviceType"]] == ["Micro needling"]
    for query, expected in {
        f"actor=Location/{elsewhere.pk}": 1,
        f"actor=Practitioner/{provider.pk}": 2,
        f"actor=Practitioner/{provider.pk}&actor=Location/{place.pk}": 1,
        f"actor=Practitioner/{provider.pk + 1},Location/{place.pk}": 1,
        f"service-type={procedure.pk}": 2,
        "service-type=1": 0,
        "date=2027-06-01": 2,
        "date=lt2027-01-01": 0,
    }.items():
        assert len(found(f"Schedule?{query}", token)) == expected, query
    assert get(f"Schedule/{provider.pk}-{place.pk}", token).status_code == 200
    assert refusal(f"Schedule/{provider.pk}-999", token) == (404, "not-found")


# Slots --------------------------------------------------------------------------------------------

AVAILABILITY = """query Free($procedure: ID!) {
  availability(input: {procedure: $procedure, from: "2027-03-09", to: "2027-03-31"}) {
    days { slots { startsAt endsAt providers { name } location { name } } } } }"""


def offered_by_the_api() -> set[tuple[str, str, str, str]]:
    [procedure] = ask("{ procedures { nodes { id } } }")["procedures"]["nodes"]
    days = ask(AVAILABILITY, procedure=procedure["id"])["availability"]["days"]
    return {
        (slot["startsAt"], slot["endsAt"], provider["name"], slot["location"]["name"])
        for day in days
        for slot in day["slots"]
        for provider in slot["providers"]
    }


def test_free_slots_are_those_that_availability_offers() -> None:
    world = procedure, sarah, place = make_world()
    elsewhere = make_location(name="Boulder")
    ann = make_provider(name="Ann Hand", honorific="", offers=[procedure])
    make_rule(provider=ann, location=elsewhere, recurrence="RRULE:FREQ=DAILY", end_time="12:00")
    make_visit(world)
    names = {str(sarah.pk): "Sarah White", str(ann.pk): "Ann Hand"}
    places = {str(place.pk): "Denver", str(elsewhere.pk): "Boulder"}

    slots = found("Slot?start=ge2027-03-09&start=lt2027-04-01&status=free&_count=7", make_token())

    told = set()
    for slot in slots:
        provider, location, *_ = slot["id"].split("-")
        times = (slot[name].replace(".000Z", "Z") for name in ("start", "end"))
        told.add((*times, names[provider], places[location]))
    assert told == offered_by_the_api()
    assert len(told) == len(slots) > 100


def test_taken_times_are_told_to_those_who_may_know() -> None:
    world = _, provider, _ = make_world()
    make_visit(world)
    resource = Resource.objects.get(provider=provider)
    held = make_visit(world, starts_at=VISIT_AT + timedelta(hours=1), reference="BBBB-1111")
    hold = {"status": "held", "hold_expires_at": NOW + timedelta(minutes=5)}
    Appointment.objects.filter(pk=held.pk).update(**hold)
    times = {"starts_at": VISIT_AT + timedelta(hours=2), "ends_at": VISIT_AT + timedelta(hours=3)}
    block = Block.objects.create(provider=provider, created_at=NOW, **times)
    Claim.objects.create(resource=resource, block=block, **times)
    query = "Slot?start=2027-03-16&status=busy,busy-tentative,busy-unavailable"

    slots = found(query, make_token(*DESK))

    assert [(slot["status"], slot["start"], slot["end"]) for slot in slots] == [
        ("busy", "2027-03-16T16:00:00.000Z", "2027-03-16T16:45:00.000Z"),
        ("busy-tentative", "2027-03-16T17:00:00.000Z", "2027-03-16T17:45:00.000Z"),
        ("busy-unavailable", "2027-03-16T18:00:00.000Z", "2027-03-16T19:00:00.000Z"),
    ]
    token = make_token(username="plain")
    assert refusal(query, token) == (403, "forbidden")
    assert {slot["status"] for slot in found("Slot?start=2027-03-16", token)} == {"free"}
    assert refusal(f"Slot/{slots[0]['id']}", token) == (404, "not-found")


def test_slots_are_searched_by_schedule_and_service() -> None:
    procedure, provider, place = make_world()
    other = make_procedure(title="Cupping")
    ann = make_provider(name="Ann Hand", offers=[procedure, other])
    make_rule(provider=ann, location=place)
    token = make_token()

    for query, expected in {
        f"schedule={provider.pk}-{place.pk}": {(provider.pk, procedure.pk)},
        f"schedule=Schedule/{ann.pk}-{place.pk}": {(ann.pk, procedure.pk), (ann.pk, other.pk)},
        f"service-type={other.pk}": {(ann.pk, other.pk)},
        f"service-type=|{other.pk}&schedule={provider.pk}-{place.pk}": set(),
        "schedule=999-999": set(),
    }.items():
        slots = found(f"Slot?{query}", token)
        told = {tuple(map(int, (slot["id"].split("-")[0], slot["id"].split("-")[2]))) for slot in slots}
        assert told == expected, query


def test_a_slot_is_read_until_it_is_gone() -> None:
    world = make_world()
    token = make_token(*DESK)
    [first] = found("Slot?start=2027-03-16T16:00Z&status=free", token)
    response = get(f"Slot/{first['id']}", token)
    assert response.json() == first
    assert response["ETag"] == f'W/"{first["meta"]["versionId"]}"'

    make_visit(world)

    assert refusal(f"Slot/{first['id']}", token) == (410, "deleted")
    [taken] = found("Slot?start=2027-03-16&status=busy", token)
    assert get(f"Slot/{taken['id']}", token).json() == taken
    for unknown in ("1", "x", "999-999-999-29000000-45", first["id"] + "0000"):
        assert get(f"Slot/{unknown}", token).status_code in (404, 410)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("start=2027-03-16T16:00:00Z", 1),
        ("start=2027-03-16T16:00Z", 1),
        ("start=2027-03-16T09:00:00-07:00", 1),
        ("start=gt2027-03-16T16:00:00Z&start=lt2027-03-16T16:31:00Z", 2),
        ("start=ge2027-03-16T16:00:00Z&start=le2027-03-16T16:30:00Z", 3),
        ("start=2027-03-16", 30),
        ("start=sa2027-03-16&start=eb2027-03-24", 30),
        ("", 30),
        ("start=le2027-03-10", 30),
        ("start=lt2027-03-01", 0),
    ],
)
def test_starts_are_compared_as_the_prefix_says(query: str, expected: int) -> None:
    make_world()
    assert len(found(f"Slot?{query}", make_token())) == expected


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_nothing_of_a_hidden_provider_is_shown(hide: Callable[[Page], None]) -> None:
    _, provider, _ = make_world()
    token = make_token(*DESK)
    paths = ("Practitioner", "Schedule", "Slot?start=2027-03-16")
    assert all(found(path, token) for path in paths)
    slot = found("Slot?start=2027-03-16", token)[0]["id"]

    hide(provider)

    assert not any(found(path, token) for path in paths)
    assert refusal(f"Slot/{slot}", token) == (404, "not-found")
    assert refusal(f"Practitioner/{provider.pk}", token) == (404, "not-found")


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_nothing_of_a_hidden_procedure_is_shown(hide: Callable[[Page], None]) -> None:
    procedure, *_ = make_world()
    token = make_token(*DESK)
    paths = ("HealthcareService", "Slot?start=2027-03-16")
    assert all(found(path, token) for path in paths)

    hide(procedure)

    assert not any(found(path, token) for path in paths)
    [schedule] = found("Schedule", token)
    assert "serviceType" not in schedule


# Searching ----------------------------------------------------------------------------------------


def test_appointments_are_searched() -> None:
    world = procedure, provider, place = make_world()
    first = make_visit(world)
    second = make_visit(world, starts_at=VISIT_AT + timedelta(days=7), reference="BBBB-1111")
    Appointment.objects.filter(pk=second.pk).update(updated_at=NOW)
    token = make_token(*DESK)

    for query, expected in {
        "date=2027-03-16": [first],
        "date=ge2027-03-17": [second],
        "date=2027-03": [first, second],
        "date=2027": [first, second],
        "date=2026": [],
        "date=2027-03-16T16:00:00.000Z": [first],
        "date=ge2027-03-16T09:00:00-07:00&date=lt2027-03-17": [first],
        "identifier=BBBB-1111": [second],
        "identifier=AAAA-1111,BBBB-1111": [first, second],
        f"practitioner={provider.pk}": [first, second],
        f"practitioner=Practitioner/{provider.pk}&location=Location/{place.pk}": [first, second],
        f"actor=HealthcareService/{procedure.pk}": [first, second],
        f"actor=http://testserver/fhir/R4/Location/{place.pk}": [first, second],
        "actor=Patient/1": [],
        "location=999": [],
        f"service-type={procedure.pk}": [first, second],
        "_lastUpdated=ge2027-03-01": [second],
        f"_id={first.uuid},{second.uuid}": [first, second],
        "_id=x": [],
        "unknown=1": [first, second],
    }.items():
        told = [each["id"] for each in found(f"Appointment?{query}", token)]
        assert told == [str(each.uuid) for each in expected], query


def test_pages_follow_each_other_whatever_happens_between() -> None:
    world = make_world()
    for number in range(5):
        make_visit(world, starts_at=VISIT_AT + timedelta(hours=number), reference=f"AAAA-{number}")
    token = make_token(*DESK)
    bundle = get("Appointment?_count=2&date=ge2027-03-01", token).json()
    told = [entry["resource"]["identifier"][0]["value"] for entry in bundle["entry"]]
    links = {link["relation"]: link["url"] for link in bundle["link"]}
    assert parse_qs(urlsplit(links["self"]).query) == {"date": ["ge2027-03-01"], "_count": ["2"]}
    Appointment.objects.filter(reference__in=told).update(starts_at=VISIT_AT - timedelta(days=1))

    rest = found(links["next"], token)

    assert [*told, *(each["identifier"][0]["value"] for each in rest)] == [f"AAAA-{n}" for n in range(5)]


@pytest.mark.parametrize("path", ["Location", "Practitioner", "HealthcareService", "Schedule", "Slot"])
def test_every_list_has_pages(path: str) -> None:
    make_world()
    for number in range(4):
        place = make_location(name=f"Place {number}")
        procedure = make_procedure(title=f"Procedure {number}")
        make_rule(provider=make_provider(name=f"P {number}", offers=[procedure]), location=place)
    token = make_token()

    whole = [each["id"] for each in found(f"{path}?_count=200", token)]
    in_pages = [each["id"] for each in found(f"{path}?_count=2", token)]

    assert len(whole) == len(set(whole)) >= 5
    assert in_pages == whole


def test_slots_of_many_schedules_are_all_found() -> None:
    _, _, place = make_world()
    procedure = make_procedure(title="Cupping")
    for number in range(12):
        make_rule(provider=make_provider(name=f"P {number}", offers=[procedure]), location=place)

    slots = found("Slot?start=2027-03-16&_count=200", make_token())

    assert len({slot["schedule"]["reference"] for slot in slots}) == 13
    assert len(slots) == len({slot["id"] for slot in slots}) == 13 * 30


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Appointment?date=tomorrow", (400, "invalid")),
        ("Appointment?date=2027-13-01", (400, "invalid")),
        ("Appointment?date=ap2027-03-01", (400, "not-supported")),
        ("Appointment?status:not=booked", (400, "not-supported")),
        ("Appointment?actor=someone", (400, "invalid")),
        ("Appointment?_count=many", (400, "invalid")),
        ("Appointment?_count=0", (400, "invalid")),
        ("Appointment?_cursor=x", (400, "invalid")),
        ("Appointment?identifier=a%00b", (400, "invalid")),
        ("Practitioner?name=%00", (400, "invalid")),
        ("HealthcareService?name=%00", (400, "invalid")),
        ("Slot?start=ge2027-03-01&start=lt2028-03-01", (400, "too-costly")),
        ("Slot?_id=1-1-c1", (400, "not-supported")),
        ("Appointment?_format=xml", (406, "not-supported")),
        ("Appointment/1_2", (404, "not-found")),
        ("Appointment/00000000-0000-0000-0000-000000000000", (404, "not-found")),
        ("", (404, "not-supported")),
        ("Patient", (404, "not-supported")),
        ("Patient/1", (404, "not-supported")),
        ("Appointment/1/_history", (404, "not-supported")),
        ("Practitioner/99999999999999999999", (404, "not-found")),
    ],
)
def test_refusals_are_told_as_outcomes(path: str, expected: tuple[int, str]) -> None:
    make_world()
    assert refusal(path, make_token(*DESK)) == expected


@pytest.mark.parametrize("start", ["ge9999-12-30T00:00:00Z", "ge9998-12-30", "lt0002-01-01"])
def test_no_slot_is_at_the_ends_of_the_calendar(start: str) -> None:
    make_world()
    assert found("Slot", make_token())
    assert found(f"Slot?start={start}", make_token(username="other")) == []


def test_a_cursor_of_another_list_is_refused() -> None:
    world = make_world()
    make_visit(world)
    make_visit(world, starts_at=VISIT_AT + timedelta(hours=1), reference="BBBB-1111")
    token = make_token(*DESK)
    bundle = get("Appointment?_count=1", token).json()
    [cursor] = parse_qs(urlsplit(bundle["link"][1]["url"]).query)["_cursor"]
    assert refusal(f"Schedule?_cursor={cursor}", token) == (400, "invalid")


def test_unknown_parameters_are_refused_only_where_asked_for() -> None:
    make_world()
    token = make_token(*DESK)
    strict = {"prefer": "handling=strict"}
    assert get("Appointment?room=1", token).status_code == 200
    assert get("Appointment?room=1", token, prefer="handling=lenient").status_code == 200
    assert refusal("Appointment?room=1", token, **strict) == (400, "invalid")
    assert get("Appointment?date=2027-03-16", token, **strict).status_code == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/fhir+json", 200),
        ("application/json", 200),
        ("*/*", 200),
        ("application/fhir+xml", 406),
        ("text/html", 406),
    ],
)
def test_only_json_is_spoken(accept: str, status: int) -> None:
    make_site()
    assert get("metadata", accept=accept).status_code == status


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_changed(method: str) -> None:
    make_world()
    response = getattr(Client(enforce_csrf_checks=True), method)(f"{ROOT}/Appointment")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert problems(response.json()) == []


def test_floods_are_refused(settings: Settings) -> None:
    make_site()
    settings.RATE_LIMIT_ENABLED, settings.RATE_LIMIT_PER_MINUTE = True, 1
    answers = [Client().get(f"{ROOT}/metadata", REMOTE_ADDR="192.0.2.78") for _ in range(3)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["issue"][0]["code"] == "throttled"


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("Appointment", 6),
        ("HealthcareService", 6),
        ("Location", 6),
        ("Practitioner", 6),
        ("Schedule", 7),
        ("Slot?start=2027-03-16", 11),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_number_of_statements(
    path: str, statements: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_visit(make_world())
    for number in range(count - 1):
        place = make_location(name=f"Place {number}")
        procedure = make_procedure(title=f"Procedure {number}")
        provider = make_provider(name=f"P {number}", offers=[procedure])
        make_rule(provider=provider, location=place)
        make_visit((procedure, provider, place), reference=f"BBBB-{number}")
    token = make_token(*EVERYTHING)

    with django_assert_num_queries(statements):
        response = get(path, token)

    assert len(response.json()["entry"]) >= count


def test_days_are_those_of_the_clinic() -> None:
    world = make_world()
    # Half past eleven at night in Denver.
    make_visit(world, starts_at=datetime(2027, 3, 17, 5, 30, tzinfo=UTC))
    token = make_token(*DESK)
    assert len(found("Appointment?date=2027-03-16", token)) == 1
    assert found(f"Appointment?date={date(2027, 3, 17)}", token) == []
