"""Visits say through which partner they came."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from cms.partners.models import Partner
from schedules.models import Appointment
from tests.api import ask
from tests.cms.partners.worlds import KEY, NOW, make_clinic, make_partner

pytestmark = pytest.mark.django_db

TIMES = """query ($procedure: ID!) {
  availability(input: {procedure: $procedure, from: "2027-03-09", to: "2027-03-09"}) {
    days { slots { token } }
  }
}"""
HOLD = """mutation ($input: HoldSlotInput!) {
  holdSlot(input: $input) { __typename ... on Hold { token } ... on BookingRefused { code message } }
}"""
BOOK = """mutation ($input: BookAppointmentInput!) {
  bookAppointment(input: $input) { __typename ... on BookingRefused { code message } }
}"""
PATIENT = {"name": "Pat Example", "email": "pat@example.com"}


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def slots() -> list[str]:
    procedure = ask('{ procedure(slug: "micro-needling") { id } }')["procedure"]["id"]
    days = ask(TIMES, procedure=procedure)["availability"]["days"]
    return [slot["token"] for slot in days[0]["slots"]]


def send(document: str, *, partner: str, **asked: Any) -> Any:
    headers = {"host": "localhost", "clinic-partner": partner} if partner else {"host": "localhost"}
    variables = {"input": {"idempotencyKey": uuid4().hex, **asked}}
    body = {"query": document, "variables": variables}
    answer = Client(headers=headers).post("/graphql/", body, content_type="application/json").json()
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


def book(*, partner: str, **asked: Any) -> str:
    """Return the source of the visit that was booked last."""
    done = send(BOOK, partner=partner, patient=PATIENT, **asked)
    assert done["__typename"] == "Appointment", done
    return Appointment.objects.latest("pk").source


def test_visit_through_a_partner_says_so() -> None:
    make_clinic()
    make_partner()

    assert book(partner=KEY, slotToken=slots()[0]) == f"partner:{KEY}"


def test_hold_and_the_visit_that_it_becomes_say_so() -> None:
    make_clinic()
    make_partner()
    hold = send(HOLD, partner=KEY, slotToken=slots()[0])
    assert Appointment.objects.get().source == f"partner:{KEY}"

    assert book(partner="", holdToken=hold["token"]) == f"partner:{KEY}"


@pytest.mark.parametrize("partner", ["", "unknown", "%00", "x" * 500, "gym, spa", "ñ"])
def test_unknown_partner_is_ignored(partner: str) -> None:
    make_clinic()
    make_partner()

    assert book(partner=partner, slotToken=slots()[0]) == "Mile High Chiropractic"


def test_partner_that_is_off_is_ignored() -> None:
    make_clinic()
    make_partner()
    Partner.objects.update(is_active=False)

    assert book(partner=KEY, slotToken=slots()[0]) == "Mile High Chiropractic"


def test_longest_key_fits() -> None:
    key = "k" * 80
    make_clinic()
    make_partner(slug=key)

    assert book(partner=key, slotToken=slots()[0]) == f"partner:{key}"


def test_holds_are_limited_for_each_partner(settings: Settings) -> None:
    settings.HOLDS_PER_SOURCE, settings.HOLDS_PER_CLIENT = 1, 100
    make_clinic()
    make_partner()
    make_partner(slug="spa", name="Spa")
    tokens = slots()
    sent = [(KEY, tokens[0]), (KEY, tokens[4]), ("spa", tokens[8])]

    assert [send(HOLD, partner=key, slotToken=token)["__typename"] for key, token in sent] == [
        "Hold",
        "BookingRefused",
        "Hold",
    ]


def test_repeated_request_is_answered_again_whoever_sends_it() -> None:
    make_clinic()
    make_partner()
    asked = {"slotToken": slots()[0], "idempotencyKey": "same-key"}
    first, second = (book(partner=partner, **asked) for partner in (KEY, ""))

    assert first == second == f"partner:{KEY}"
    assert Appointment.objects.count() == 1
