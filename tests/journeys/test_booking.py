"""A patient books, repeats, moves and cancels; others want the same time."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from cms.embedded_postgres import is_alive
from tests.journeys.booking import BOOK, PATIENT, book, cancel, look_up, move, new_key, slot_at, slots
from tests.journeys.demo import Demo

CLIENTS = 64


def test_slot_is_booked_once_and_the_key_repeats_the_answer(demo: Demo) -> None:
    before, slot, key = slots(demo), slot_at(demo, "11:00"), new_key()

    booked = book(demo, token=slot["token"], key=key)

    assert booked == {
        "__typename": "Appointment",
        "reference": booked["reference"],
        "status": "BOOKED",
        "localStart": slot["localStart"],
        "timeZone": "America/Denver",
        "manageToken": booked["manageToken"],
        "patientName": "Pat Journey",
        "procedure": {"title": "Medical Micro Needling"},
        "provider": {"name": "Sarah White"},
        "location": {"name": "Larkspur Denver"},
    }
    assert booked["reference"]
    assert booked["manageToken"]
    assert book(demo, token=slot["token"], key=key) == booked
    day = slot["localStart"][:10]
    assert before.keys() - slots(demo).keys() == {
        f"{day}T{time}" for time in ("10:30", "10:45", "11:00", "11:15", "11:30")
    }


def test_taken_slot_is_refused_with_the_three_nearest_and_writes_nothing(demo: Demo) -> None:
    slot = slot_at(demo, "14:00")
    first = book(demo, token=slot["token"], key=new_key())
    left = slots(demo)

    refused = book(demo, token=slot["token"], key=new_key())

    assert (first["__typename"], refused["__typename"], refused["code"]) == (
        "Appointment",
        "BookingRefused",
        "SLOT_TAKEN",
    )
    assert [each["localStart"] for each in refused["alternatives"]] == nearest(left, slot["localStart"])
    assert slots(demo).keys() == left.keys()
    chosen = refused["alternatives"][0]
    second = book(demo, token=chosen["token"], key=new_key())
    assert (second["__typename"], second["localStart"]) == ("Appointment", chosen["localStart"])


def test_moved_visit_gives_its_old_time_back_and_cancelling_frees_the_new_one(demo: Demo) -> None:
    before = slots(demo)
    old, new = slot_at(demo, "09:30"), slot_at(demo, "12:30")
    manage_token = book(demo, token=old["token"], key=new_key())["manageToken"]

    moved = move(demo, manage_token=manage_token, token=new["token"])

    assert (moved["status"], moved["localStart"]) == ("BOOKED", new["localStart"])
    free = slots(demo).keys()
    assert (old["localStart"] in free, new["localStart"] in free) == (True, False)
    assert look_up(demo, manage_token=manage_token) == {
        "reference": moved["reference"],
        "status": "BOOKED",
        "localStart": new["localStart"],
        "patientName": "Pat Journey",
    }

    cancelled = cancel(demo, manage_token=manage_token)

    assert cancelled == {
        "__typename": "Appointment",
        "reference": moved["reference"],
        "status": "CANCELLED",
    }
    assert slots(demo).keys() == before.keys()
    again = book(demo, token=new["token"], key=new_key())
    assert (again["__typename"], again["localStart"]) == ("Appointment", new["localStart"])


def test_64_clients_at_once_on_one_slot_have_one_winner(demo: Demo) -> None:
    token = slot_at(demo, "15:30")["token"]
    barrier = threading.Barrier(CLIENTS)

    def client(number: int) -> tuple[int, str, int]:
        asked = {"slotToken": token, "patient": PATIENT, "idempotencyKey": f"{new_key()}-{number}"}
        barrier.wait()
        answer = demo.post(BOOK, input=asked)
        result = answer.data["data"]["bookAppointment"]
        return answer.status, result.get("code", result["__typename"]), len(result.get("alternatives", []))

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = Counter(pool.map(client, range(CLIENTS)))

    assert answers == {(200, "Appointment", 0): 1, (200, "SLOT_TAKEN", 3): CLIENTS - 1}


def test_restart_ends_every_process_and_keeps_the_booking(demo: Demo) -> None:
    slot = slot_at(demo, "16:15")
    booked = book(demo, token=slot["token"], key=new_key())
    processes = [demo.postgres_pid, demo.jobs_pid, *demo.worker_pids]
    assert [is_alive(pid) for pid in processes] == [True, True, True, True]

    assert demo.stop() == (0, "Stopped, with its PostgreSQL. `make demo` goes on from here.")

    assert [is_alive(pid) for pid in processes] == [False, False, False, False]
    log = demo.log.read_text()
    assert [detail for detail in PATIENT.values() if detail in log] == []

    demo.start()

    kept = look_up(demo, manage_token=booked["manageToken"])
    assert (kept["reference"], kept["localStart"]) == (booked["reference"], slot["localStart"])
    refused = book(demo, token=slot["token"], key=new_key())
    assert refused["code"] == "SLOT_TAKEN"


def nearest(free: dict[str, Any], wanted: str) -> list[str]:
    """Return the three free starts nearest to a taken one, in their order; of two as near the earlier."""
    target = datetime.fromisoformat(wanted)

    def distance(start: str) -> tuple[timedelta, str]:
        return abs(datetime.fromisoformat(start) - target), start

    return sorted(sorted(free, key=distance)[:3])
