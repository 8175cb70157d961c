"""Two server processes, many clients at once, and servers that are killed: what is told is what is stored."""

import json
import os
import signal
import time
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any

import psycopg2
import psycopg2.extensions
import pytest
import yaml

from cms.embedded_postgres import database_config
from tests.journeys.booking import BOOK, CANCEL, FREE_TIMES, MOVE, PATIENT, new_key
from tests.journeys.demo import ANSWER_SECONDS, ROOT, Demo

HOLD = """mutation Hold($input: HoldSlotInput!) { holdSlot(input: $input) {
  __typename ... on Hold { token } ... on BookingRefused { code } } }"""
LOOK = """query Look($manageToken: String!) {
  appointment(manageToken: $manageToken) { reference status localStart } }"""
# The picture is read once the booking is committed.
BOOK_WITH_PICTURE = BOOK.replace("provider { name }", "provider { name photo { alt } }")
NEEDLING, SAUNA = "micro-needling", "infrared-sauna"
SAUNA_ROOMS = ("north", "south")
VISIT = timedelta(minutes=45)
CLIENTS, ATTEMPTS = 12, 12


def free_slots(
    demo: Demo, *, days_ahead: int, count: int = 1, procedure: str = NEEDLING
) -> list[dict[str, Any]]:
    first = demo.today() + timedelta(days=days_ahead)
    found = demo.ask("query Id($slug: String!) { procedure(slug: $slug) { id } }", slug=procedure)
    asked = {
        "procedure": found["procedure"]["id"],
        "from": f"{first}",
        "to": f"{first + timedelta(days=count - 1)}",
    }
    days = demo.ask(FREE_TIMES, input=asked)["availability"]["days"]
    return [slot for day in days for slot in day["slots"]]


def apart(slots: list[dict[str, Any]], *, count: int) -> list[dict[str, Any]]:
    """Return so many slots whose visits, buffers included, do not touch."""
    chosen: list[dict[str, Any]] = []
    for slot in slots:
        if not chosen or starts_at(slot) - starts_at(chosen[-1]) >= 3 * VISIT:
            chosen.append(slot)
    assert len(chosen) >= count
    return chosen[:count]


def starts_at(shown: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(shown["localStart"])


@pytest.fixture
def sauna(demo: Demo, tmp_path: Path) -> Iterator[None]:
    """Three perform it in two rooms. It joins the running clinic, and is a draft again afterwards."""
    load(demo, sauna_clinic("live"), file=tmp_path / "live.yaml")
    yield
    load(demo, sauna_clinic("draft"), file=tmp_path / "draft.yaml")


def load(demo: Demo, clinic: dict[str, Any], *, file: Path) -> None:
    # JSON is YAML too.
    file.write_text(json.dumps(clinic))
    loaded = demo.manage("load_clinic", f"{file}")
    assert loaded.returncode == 0, loaded.stderr


def sauna_clinic(status: str) -> dict[str, Any]:
    hours = {
        "location": "boulder",
        "recurrence": "RRULE:FREQ=DAILY",
        "valid_from": "2026-01-05",
        "start_time": "09:00",
        "end_time": "12:00",
    }
    names = ("Ann Lee", "Bo Ray", "Cy Day")
    rooms = [{"slug": slug, "kind": "sauna"} for slug in SAUNA_ROOMS]
    booking = {"duration_minutes": 40, "slot_step_minutes": 20, "room_kind": "sauna"}
    return {
        "clinic": yaml.safe_load((ROOT / "cms" / "demo" / "clinic.yaml").read_text())["clinic"],
        "locations": [
            {"slug": "boulder", "name": "Larkspur Boulder", "time_zone": "America/Denver", "rooms": rooms}
        ],
        "procedures": [
            {
                "slug": SAUNA,
                "title": "Infrared Sauna",
                "summary": "Warmth.",
                "status": status,
                "booking": booking,
            }
        ],
        "providers": [
            {
                "slug": name.lower().replace(" ", "-"),
                "name": name,
                "status": status,
                "offers": [{"procedure": SAUNA}],
                "availability": [hours],
            }
            for name in names
        ],
    }


class Client:
    """Books, holds, moves and cancels at random, and remembers what it was told of each visit.

    `slots` are those of each procedure; a visit moves to one of its own."""

    def __init__(self, demo: Demo, slots: dict[str, list[dict[str, Any]]], number: int) -> None:
        self.demo, self.slots, self.random = demo, slots, Random(number)
        self.visits: dict[str, tuple[str, str]] = {}
        self.procedures: dict[str, str] = {}
        self.outcomes: set[str] = set()

    def run(self) -> "Client":
        for _ in range(ATTEMPTS):
            self.random.choice([self.book, self.book, self.book_held, self.move, self.cancel])()
        return self

    def ask(self, mutation: str, **asked: Any) -> dict[str, Any]:
        asked["idempotencyKey"] = new_key()
        answer = self.demo.post(mutation, input=asked)
        assert (answer.status, answer.data.get("errors")) == (200, None)
        [result] = answer.data["data"].values()
        self.outcomes.add(result.get("code", result["__typename"]))
        return dict(result)

    def procedure(self) -> str:
        return self.random.choice(list(self.slots))

    def token(self, procedure: str) -> str:
        return str(self.random.choice(self.slots[procedure])["token"])

    def book(self) -> None:
        procedure = self.procedure()
        self.note_new(self.ask(BOOK, slotToken=self.token(procedure), patient=PATIENT), procedure=procedure)

    def book_held(self) -> None:
        procedure = self.procedure()
        held = self.ask(HOLD, slotToken=self.token(procedure))
        if held["__typename"] == "Hold":
            self.note_new(self.ask(BOOK, holdToken=held["token"], patient=PATIENT), procedure=procedure)

    def note_new(self, result: dict[str, Any], *, procedure: str) -> None:
        if result["__typename"] == "Appointment":
            self.procedures[result["manageToken"]] = procedure
            self.note(result, token=result["manageToken"])

    def note(self, result: dict[str, Any], *, token: str) -> None:
        if result["__typename"] == "Appointment":
            self.visits[token] = (result["status"], result.get("localStart") or self.visits[token][1])

    def move(self) -> None:
        if self.visits:
            token = self.random.choice(list(self.visits))
            other = self.token(self.procedures[token])
            self.note(self.ask(MOVE, manageToken=token, slotToken=other), token=token)

    def cancel(self) -> None:
        if self.visits:
            token = self.random.choice(list(self.visits))
            self.note(self.ask(CANCEL, manageToken=token), token=token)


def test_random_mix_over_http_is_stored_as_it_was_told(demo: Demo, sauna: None) -> None:
    slots = {
        NEEDLING: free_slots(demo, days_ahead=38, count=7),
        SAUNA: free_slots(demo, days_ahead=38, procedure=SAUNA),
    }
    clients = [Client(demo, slots, number) for number in range(CLIENTS)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = list(pool.map(Client.run, clients))

    told = {token: state for client in clients for token, state in client.visits.items()}
    shown = {token: demo.ask(LOOK, manageToken=token)["appointment"] for token in told}
    assert {token: (visit["status"], visit["localStart"]) for token, visit in shown.items()} == told
    assert len({visit["reference"] for visit in shown.values()}) == len(told)
    with database(demo) as cursor:
        assert overlapping(cursor) == []
        assert rooms_used(cursor) == set(SAUNA_ROOMS)
    outcomes = {outcome for client in clients for outcome in client.outcomes}
    assert {"Appointment", "Hold", "SLOT_TAKEN"} <= outcomes


def overlapping(cursor: psycopg2.extensions.cursor) -> list[tuple[str, str]]:
    """Return pairs of visits that share time, and a provider or a room."""
    cursor.execute(
        "SELECT one.reference, two.reference FROM schedules_appointment one JOIN schedules_appointment two "
        "ON one.id < two.id AND one.starts_at < two.ends_at AND two.starts_at < one.ends_at "
        "AND (one.provider_id = two.provider_id OR one.room_id = two.room_id) "
        "WHERE one.status IN ('booked', 'requested') AND two.status IN ('booked', 'requested')"
    )
    return cursor.fetchall()


def rooms_used(cursor: psycopg2.extensions.cursor) -> set[str | None]:
    """Return the rooms of the visits that need one; None stands for a visit without."""
    cursor.execute(
        "SELECT DISTINCT room.slug FROM schedules_appointment visit "
        "JOIN schedules_location location ON location.id = visit.location_id AND location.slug = 'boulder' "
        "LEFT JOIN schedules_room room ON room.id = visit.room_id "
        "WHERE visit.status IN ('booked', 'requested')"
    )
    return {slug for [slug] in cursor.fetchall()}


# Servers that are killed --------------------------------------------------------------------------


def test_server_killed_between_commit_and_answer_loses_and_doubles_nothing(demo: Demo) -> None:
    """Case 85."""
    demo.wait_for_settled_workers()
    slot = apart(free_slots(demo, days_ahead=45, count=7), count=1)[0]
    asked = {"slotToken": slot["token"], "patient": PATIENT, "idempotencyKey": new_key()}

    with ThreadPoolExecutor(1) as pool, pictures_locked(demo) as cursor:
        answer = pool.submit(post_or_none, demo, BOOK_WITH_PICTURE, asked)
        wait_for_visit(cursor, slot)
        for pid in demo.worker_pids:
            os.kill(pid, signal.SIGKILL)
        assert answer.result() is None

    demo.wait_until_open()
    repeated = [demo.ask(BOOK_WITH_PICTURE, input=asked)["bookAppointment"] for _ in range(2)]
    assert repeated[0] == repeated[1]
    assert (repeated[0]["__typename"], repeated[0]["localStart"]) == ("Appointment", slot["localStart"])
    with database(demo) as cursor:
        assert visits_stored(cursor, slot) == 1


def test_servers_killed_under_load_answer_the_same_when_asked_again(demo: Demo) -> None:
    demo.wait_for_settled_workers()
    slots = apart(free_slots(demo, days_ahead=52, count=14), count=6)
    asked = [
        {"slotToken": slot["token"], "patient": PATIENT, "idempotencyKey": new_key()}
        for slot in slots
        for _ in range(4)
    ]

    with ThreadPoolExecutor(len(asked)) as pool:
        sent = [pool.submit(post_or_none, demo, BOOK, each) for each in asked]
        for pid in demo.worker_pids:
            sent[0].result()
            os.kill(pid, signal.SIGKILL)
        before = [answer.result() for answer in sent]
    demo.wait_until_open()
    after = [demo.ask(BOOK, input=each)["bookAppointment"] for each in asked]

    # Whoever had an answer gets the same again; of each slot there is one visit.
    assert [two for one, two in zip(before, after, strict=True) if one and essence(one) != essence(two)] == []
    won = [result["localStart"] for result in after if result["__typename"] == "Appointment"]
    assert sorted(won) == sorted(slot["localStart"] for slot in slots)
    with database(demo) as cursor:
        assert [visits_stored(cursor, slot) for slot in slots] == [1] * len(slots)


def essence(result: dict[str, Any]) -> tuple[Any, ...]:
    return result.get("code"), result.get("reference"), result.get("manageToken")


def post_or_none(demo: Demo, mutation: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Return the result, or None where the server was gone before it answered."""
    try:
        answer = demo.post(mutation, input=asked)
    except (urllib.error.URLError, HTTPException, ConnectionError):
        return None
    assert (answer.status, answer.data.get("errors")) == (200, None)
    return dict(answer.data["data"]["bookAppointment"])


@contextmanager
def database(demo: Demo) -> Iterator[psycopg2.extensions.cursor]:
    config = database_config(demo.folder / "postgres")
    with closing(
        psycopg2.connect(host=config["HOST"], port=config["PORT"], user=config["USER"], dbname=config["NAME"])
    ) as connection:
        with connection.cursor() as cursor:
            yield cursor
        connection.rollback()


@contextmanager
def pictures_locked(demo: Demo) -> Iterator[psycopg2.extensions.cursor]:
    """Let nobody read pictures until the end."""
    with database(demo) as cursor:
        cursor.execute("LOCK TABLE core_clinicimage IN ACCESS EXCLUSIVE MODE")
        yield cursor


def wait_for_visit(cursor: psycopg2.extensions.cursor, slot: dict[str, Any]) -> None:
    """Return once the visit is stored. An answer with a picture cannot be out while pictures are locked."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not visits_stored(cursor, slot):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def visits_stored(cursor: psycopg2.extensions.cursor, slot: dict[str, Any]) -> int:
    cursor.execute(
        "SELECT count(*) FROM schedules_appointment "
        "WHERE local_start = %s AND status IN ('booked', 'requested')",
        [slot["localStart"]],
    )
    [count] = cursor.fetchone() or [0]
    return int(count)
