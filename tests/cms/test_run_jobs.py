"""The jobs process, in this process and as one of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings
from wagtail.models import Page

from cms.core.models import ClinicImage
from cms.graphql.cache_tags import cache_tag
from cms.management.commands.run_jobs import Job, Round, run_if_free
from schedules.models import (
    Appointment,
    IdempotencyKey,
    ManageToken,
    OutboxEvent,
    WaitlistEntry,
    WaitlistOffer,
)
from schedules.operations import Wish, hold_slot, join_waitlist
from tests.cms.delivery.fake_cdn import TOKEN, ZONE, Cdn, running_cdn
from tests.factories import make_exception, make_location, make_procedure, make_site
from tests.hiding import LONG_AGO, make_image
from tests.schedules.worlds import NOW, PATIENT, TUESDAY, at, make_world

PROJECT = Path(__file__).resolve().parents[2]
NEVER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_once_does_everything_that_is_due() -> None:
    waiting = make_procedure(title="Waiting", live=False)
    ended, lasting = make_procedure(title="Ended"), make_procedure(title="Lasting")
    Page.objects.filter(pk=ended.pk).update(expire_at=LONG_AGO)
    Page.objects.filter(pk=lasting.pk).update(expire_at=NEVER)
    waiting.go_live_at = LONG_AGO
    waiting.save_revision(approved_go_live_at=LONG_AGO)
    image = make_image()
    for key, created_at in (("expired", LONG_AGO), ("kept", NEVER)):
        IdempotencyKey.objects.create(site=make_site(), key=key, operation="book", created_at=created_at)

    call_command("run_jobs", once=True)

    live = dict(Page.objects.filter(depth__gt=3).values_list("title", "live"))
    assert {title: live[title] for title in ("Waiting", "Ended", "Lasting")} == {
        "Waiting": True,
        "Ended": False,
        "Lasting": True,
    }
    assert ClinicImage.objects.get(pk=image.pk).placeholder
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_once_does_what_time_does_to_bookings() -> None:
    world, later = make_world(requires_confirmation=True), TUESDAY + timedelta(days=7)
    unanswered = world.book("10:00").appointment
    lapsed = hold_slot(
        choice=world.choice("12:00"),
        provider=None,
        replaces=None,
        client_key="",
        request=world.request("hold-key", operation="hold"),
        now=NOW,
    )
    away = make_exception(provider=world.provider, starts_on=later, ends_on=later)
    wish = Wish(procedure=world.procedure.pk, provider=None, location=None, first=later, last=later)
    join_waitlist(wish=wish, patient=PATIENT, request=world.request("wait-key", operation="wait"), now=NOW)
    away.delete()

    with time_machine.travel(at("10:00"), tick=False):
        call_command("run_jobs", once=True)

    states = dict(Appointment.objects.values_list("pk", "status"))
    [offered] = WaitlistOffer.objects.values_list("appointment", flat=True)
    assert lapsed.appointment.pk not in states
    assert states == {unanswered.pk: Appointment.Status.EXPIRED, offered: Appointment.Status.HELD}


@pytest.mark.django_db(transaction=True)
def test_once_deletes_what_nothing_needs_any_more() -> None:
    world, later = make_world(), TUESDAY + timedelta(days=7)
    visit = world.book("10:00").appointment
    wish = Wish(procedure=world.procedure.pk, provider=None, location=None, first=later, last=later)
    join_waitlist(wish=wish, patient=PATIENT, request=world.request("wait-key", operation="wait"), now=NOW)
    tables: list[Any] = [IdempotencyKey, ManageToken, OutboxEvent, WaitlistEntry]
    assert [table.objects.count() for table in tables] == [2, 1, 2, 1]

    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        call_command("run_jobs", once=True)

    assert [table.objects.count() for table in tables] == [0, 0, 0, 0]
    assert (visit.events.count(), Appointment.objects.get().patient.name) == (1, PATIENT.name)


@pytest.mark.django_db(transaction=True)
def test_once_names_the_job_that_failed_and_does_the_others(settings: Settings) -> None:
    settings.CDN, settings.CDN_ZONE, settings.CDN_TOKEN = "fastly", ZONE, TOKEN
    settings.CDN_API_URL = "http://127.0.0.1:9"
    image = make_image()

    with pytest.raises(CommandError, match=r"^Failed: purge_cdn \(PurgeFailed\)\.$"):
        call_command("run_jobs", once=True)
    assert ClinicImage.objects.get(pk=image.pk).placeholder


@pytest.mark.django_db(transaction=True)
def test_job_runs_in_one_process_at_a_time() -> None:
    runs: list[datetime] = []

    def count(now: datetime) -> bool:
        runs.append(now)
        return True

    job = Job("counting", count, every_seconds=1)
    other = psycopg2.connect(**connection.get_connection_params())
    other.cursor().execute("SELECT pg_advisory_lock(hashtextextended('cms.jobs.counting', 0))")

    assert (run_if_free(job), len(runs)) == (False, 0)
    other.close()
    wait_until_unlocked()
    assert (run_if_free(job), len(runs)) == (True, 1)


def wait_until_unlocked() -> None:
    """PostgreSQL ends a session a moment after its client has gone."""
    with connection.cursor() as cursor:
        count = 1
        while count:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
            (count,) = cursor.fetchone()


def test_pause_grows_with_failures_and_ends_with_a_success(caplog: pytest.LogCaptureFixture) -> None:
    each = Round(Job("shaky", lambda now: False, every_seconds=10))

    pauses = [each.pause_after(run) for run in [*[failed()] * 6, done(more=False), failed(), done(more=True)]]

    assert pauses == [20, 40, 80, 160, 300, 300, 10, 20, 0]
    assert {record.getMessage() for record in caplog.records} == {"The job shaky failed: ValueError"}


def failed() -> Future[bool]:
    run: Future[bool] = Future()
    run.set_exception(ValueError("Jane Doe"))
    return run


def done(*, more: bool) -> Future[bool]:
    run: Future[bool] = Future()
    run.set_result(more)
    return run


@pytest.fixture
def cdn() -> Iterator[Cdn]:
    with running_cdn() as cdn:
        yield cdn


@contextmanager
def jobs_process(cdn: Cdn, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command on the database of this test."""
    known: dict[str, Any] = dict(connection.get_connection_params())
    rest = urlencode([(name, known[name]) for name in ("host", "port") if name in known])
    login = f"{known['user']}:{quote(known.get('password') or '', safe='')}"
    environment = {
        "PATH": os.defpath,
        "DATABASE_URL": f"postgres://{login}@/{known['dbname']}?{rest}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "CDN": "cloudflare",
        "CDN_ZONE": ZONE,
        "CDN_TOKEN": TOKEN,
        "CDN_API_URL": cdn.url,
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_jobs", *options],
        cwd=PROJECT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def tags_of(call: tuple[str, dict[str, str], dict[str, list[str]]]) -> list[str]:
    return call[2]["tags"]


@pytest.mark.django_db(transaction=True)
def test_process_purges_what_changes_and_survives_failures_until_it_is_told_to_end(cdn: Cdn) -> None:
    make_location()
    cdn.status = 500
    with jobs_process(cdn) as process:
        assert tags_of(cdn.next_call()) == [cache_tag("schedules_location")]
        cdn.status = 200
        cdn.next_call()
        # As a restart of the database does.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        make_procedure()
        assert cache_tag("wagtailcore_page") in tags_of(cdn.next_call())
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 0
    lines = [line.split(" ", 4)[-1] for line in errors.splitlines()]
    assert lines[0] == "The job purge_cdn failed: PurgeFailed"
    assert {line.rpartition(" ")[2] for line in lines[1:]} <= {"OperationalError", "InterfaceError"}
    assert TOKEN not in errors


@pytest.mark.django_db(transaction=True)
def test_process_ends_with_its_parent(cdn: Cdn) -> None:
    with jobs_process(cdn, "--parent", "1") as process:
        assert process.wait(timeout=60) == 0
