"""`make bench`: numbers to look at. Nothing here fails for being slow."""

import os
import platform
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from cms.graphql.ids import encode_id
from cms.graphql.types import PAGE_KIND
from schedules.models import Appointment
from tests.benchmarks.clinic import DAYS, NOW, PROCEDURES, USUAL_PROVIDERS, Clinic, build_clinic
from tests.benchmarks.measuring import Asker, Numbers, in_threads, measured, p95, table

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

THREADS = 8
BOOKINGS_PER_PROVIDER = 20

TITLES = "{ procedures(first: 20) { nodes { id slug title } } }"
NESTED = """{ procedures(first: 20) { nodes {
  title summary
  benefits { title description { html } } risks { title severity description { html } }
  heroImage { alt rendition(preset: CARD) { url } }
  providers(first: 5) { nodes { name photo { rendition(preset: THUMBNAIL) { url } } } } } } }"""
ARTICLE = """{ procedure(slug: "procedure-100") {
  title summary introduction { html } howItWorks { html } aftercare { html }
  benefits { title description { html } } risks { title severity likelihood description { html } }
  faqs { question answer { html } } heroImage { alt rendition(preset: CARD) { url } }
  providers { nodes { name } } offeredOn { summary } } }"""
STARTS = """query($input: AvailabilityInput!) {
  availability(input: $input) { timeZone days { date starts } } }"""
SLOTS = """query($input: AvailabilityInput!) { availability(input: $input) { days { date slots {
  startsAt localStart location { name } providers { id name } token } } } }"""
NEXT = "query($id: ID!) { nextAvailable(procedure: $id) { startsAt localStart providers { name } token } }"
BOOK = """mutation($input: BookAppointmentInput!) { bookAppointment(input: $input) {
  __typename ... on Appointment { reference startsAt manageToken } ... on BookingRefused { code } } }"""


@pytest.fixture
def clinic(transactional_db: None) -> Clinic:
    with time_machine.travel(NOW, tick=True):
        return build_clinic()


def test_numbers(clinic: Clinic) -> None:
    with time_machine.travel(NOW, tick=True):
        asker = Asker()
        rows = {
            "20 procedures: titles": measured(asker, TITLES),
            "20 procedures with benefits, risks, image, providers": measured(asker, NESTED),
            "one article by slug": measured(asker, ARTICLE),
            **searches(asker, clinic),
        }
        booked, seconds = booking_rate(asker, clinic)
    print(f"\n\n{heading(clinic)}\n\n{table(rows)}\n")
    print(ratio(rows, "availability, 20 providers, starts", to="availability, 1 provider, starts"))
    print(ratio(rows, "availability, 100 providers, starts", to="availability, 20 providers, starts"))
    print(
        f"booking: {len(booked)} visits with {USUAL_PROVIDERS} providers by {THREADS} threads of a process, "
        f"{len(booked) / seconds:.0f} a second, p95 {p95(booked):.0f} ms"
    )


def searches(asker: Asker, clinic: Clinic) -> dict[str, Numbers]:
    rows = {}
    for count in clinic.searched:
        noun = "provider" if count == 1 else "providers"
        rows[f"availability, {count} {noun}, starts"] = measured(asker, STARTS, input=window(clinic, count))
    rows[f"availability, {USUAL_PROVIDERS} providers, slots"] = measured(
        asker, SLOTS, input=window(clinic, USUAL_PROVIDERS)
    )
    for count in clinic.searched:
        noun = "provider" if count == 1 else "providers"
        rows[f"nextAvailable, {count} {noun}"] = measured(asker, NEXT, id=procedure_id(clinic, count))
    return rows


def procedure_id(clinic: Clinic, count: int) -> str:
    return encode_id(PAGE_KIND, clinic.searched[count].pk)


def window(clinic: Clinic, count: int) -> dict[str, str]:
    first = NOW.astimezone(ZoneInfo(clinic.location.time_zone)).date()
    last = first + timedelta(days=DAYS - 1)
    return {"procedure": procedure_id(clinic, count), "from": f"{first}", "to": f"{last}"}


def booking_rate(asker: Asker, clinic: Clinic) -> tuple[list[float], float]:
    """Book visits that do not touch, the same number with each provider; prove that all are there."""
    before = Appointment.objects.count()
    found = asker.ask(SLOTS, input=window(clinic, USUAL_PROVIDERS))["availability"]["days"]
    left: dict[str, int] = {encode_id(PAGE_KIND, page.pk): BOOKINGS_PER_PROVIDER for page in clinic.providers}
    chosen: list[Callable[[Asker], object]] = []
    for day in found:
        # On the hour: visits of 45 minutes do not touch.
        for slot in (each for each in day["slots"] if each["localStart"].endswith(":00")):
            for each in slot["providers"]:
                if left[each["id"]]:
                    left[each["id"]] -= 1
                    chosen.append(booking(token=slot["token"], provider=each["id"], number=len(chosen)))
    times, seconds = in_threads(chosen, threads=THREADS)
    assert Appointment.objects.count() - before == USUAL_PROVIDERS * BOOKINGS_PER_PROVIDER
    return times, seconds


def booking(*, token: str, provider: str, number: int) -> Callable[[Asker], Any]:
    asked = {
        "slotToken": token,
        "provider": provider,
        "patient": {"name": "Pat Example", "email": "pat@example.com"},
        "idempotencyKey": f"benchmark-key-{number}",
    }
    return lambda asker: asker.ask(BOOK, input=asked)


def heading(clinic: Clinic) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        [version] = cursor.fetchone() or ["?"]
    return (
        f"{PROCEDURES} procedures, {len(clinic.providers)} providers, {clinic.claims:,} visits booked, "
        f"windows of {DAYS} days. Python {platform.python_version()}, PostgreSQL {version}, "
        f"{os.cpu_count()} cores."
    )


def ratio(rows: dict[str, Numbers], name: str, *, to: str) -> str:
    return f"CPU of {name} : {to} = {rows[name].cpu_ms / rows[to].cpu_ms:.1f} : 1"
