"""What a booking front end sends, and how it reads the answers."""

import uuid
from datetime import date, timedelta
from typing import Any

from tests.journeys.demo import Demo

PATIENT = {"name": "Pat Journey", "email": "pat.journey@example.com", "phone": "+1 303 555 0123"}
# Past the cut-off for moving and cancelling, which is a day.
DAYS_AHEAD = 3

PROCEDURE_ID = '{ procedure(slug: "micro-needling") { id } }'

FREE_TIMES = """query FreeTimes($input: AvailabilityInput!) {
  availability(input: $input) {
    timeZone
    days { date starts slots { startsAt localStart location { slug } providers { name } token } } } }"""

REFUSAL = """... on BookingRefused { code message retryable field alternatives { localStart token } }"""

BOOK = f"""mutation Book($input: BookAppointmentInput!) {{
  bookAppointment(input: $input) {{
    __typename
    ... on Appointment {{
      reference status localStart timeZone manageToken patientName
      procedure {{ title }} provider {{ name }} location {{ name }} }}
    {REFUSAL} }} }}"""

MOVE = f"""mutation Move($input: RescheduleAppointmentInput!) {{
  rescheduleAppointment(input: $input) {{
    __typename ... on Appointment {{ reference status localStart }} {REFUSAL} }} }}"""

CANCEL = f"""mutation Cancel($input: CancelAppointmentInput!) {{
  cancelAppointment(input: $input) {{ __typename ... on Appointment {{ reference status }} {REFUSAL} }} }}"""

LOOK_UP = """query Look($manageToken: String!) {
  appointment(manageToken: $manageToken) { reference status localStart patientName } }"""


def new_key() -> str:
    return uuid.uuid4().hex


def days(demo: Demo, *, first: date, count: int = 31) -> list[dict[str, Any]]:
    asked = {
        "procedure": demo.ask(PROCEDURE_ID)["procedure"]["id"],
        "from": f"{first}",
        "to": f"{first + timedelta(days=count - 1)}",
    }
    return list(demo.ask(FREE_TIMES, input=asked)["availability"]["days"])


def slots(demo: Demo) -> dict[str, dict[str, Any]]:
    """Return the free slots of a month by their local start."""
    month = days(demo, first=demo.today() + timedelta(days=DAYS_AHEAD))
    return {slot["localStart"]: slot for day in month for slot in day["slots"]}


def slot_at(demo: Demo, time: str) -> dict[str, Any]:
    """Return the first free slot at a time of day."""
    return next(slot for start, slot in slots(demo).items() if start.endswith(f"T{time}"))


def book(demo: Demo, *, token: str, key: str) -> Any:
    asked = {"slotToken": token, "patient": PATIENT, "idempotencyKey": key}
    return demo.ask(BOOK, input=asked)["bookAppointment"]


def move(demo: Demo, *, manage_token: str, token: str) -> Any:
    asked = {"manageToken": manage_token, "slotToken": token, "idempotencyKey": new_key()}
    return demo.ask(MOVE, input=asked)["rescheduleAppointment"]


def cancel(demo: Demo, *, manage_token: str) -> Any:
    asked = {"manageToken": manage_token, "idempotencyKey": new_key()}
    return demo.ask(CANCEL, input=asked)["cancelAppointment"]


def look_up(demo: Demo, *, manage_token: str) -> Any:
    return demo.ask(LOOK_UP, manageToken=manage_token)["appointment"]
