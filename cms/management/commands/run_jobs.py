"""`manage.py run_jobs`: what has to happen beside the requests, for as long as the process runs.

No job has a queue. Each asks the database what is due and does it, so that a process may be killed at any
moment and another one finds the same work; any number of them may run, and each job runs in one at a time.
"""

import logging
import os
import signal
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from cms.core.operations import make_due_renditions
from cms.delivery.operations import purge_changes
from cms.partners.operations import delete_old_views
from cms.previews.operations import delete_expired_previews
from schedules.operations import (
    delete_dead_manage_tokens,
    delete_ended_waits,
    delete_old_holds,
    delete_old_keys,
    delete_old_messages,
    expire_requests,
    offer_freed_times,
)

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 300
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Job:
    """`run` does what is due and tells whether more may be; then it runs again at once."""

    name: str
    run: Callable[[datetime], bool]
    every_seconds: float


def purge_cdn(now: datetime) -> bool:
    purge_changes()
    return False


def make_renditions(now: datetime) -> bool:
    return make_due_renditions()


def publish_scheduled(now: datetime) -> bool:
    """Publish and unpublish the pages whose time has come. Wagtail looks at the clock itself."""
    call_command("publish_scheduled")
    return False


def offer_times(now: datetime) -> bool:
    offer_freed_times(now=now)
    return False


def close_requests(now: datetime) -> bool:
    expire_requests(now=now)
    return False


def delete_expired(now: datetime) -> bool:
    delete_old_holds(now=now)
    delete_old_keys(now=now)
    delete_ended_waits(now=now)
    delete_dead_manage_tokens(now=now)
    delete_old_messages(now=now)
    delete_expired_previews(now)
    delete_old_views(today=now.astimezone(UTC).date())
    return False


JOBS = [
    Job("purge_cdn", purge_cdn, every_seconds=1),
    Job("make_renditions", make_renditions, every_seconds=2),
    Job("publish_scheduled", publish_scheduled, every_seconds=10),
    Job("offer_times", offer_times, every_seconds=30),
    Job("close_requests", close_requests, every_seconds=60),
    Job("delete_expired", delete_expired, every_seconds=HOUR),
]


def run_if_free(job: Job) -> bool:
    """Run the job unless another process is at it. Return whether more may be due."""
    close_old_connections()
    with lock(job.name) as is_free:
        return is_free and job.run(timezone.now())


@contextmanager
def lock(name: str) -> Iterator[bool]:
    """Hold the job's lock in this session, if no other has it. It ends with the session in any case."""
    key = f"cms.jobs.{name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        (is_free,) = cursor.fetchone()
    try:
        yield is_free
    finally:
        if is_free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


@dataclass(slots=True)
class Round:
    """A job in this process: when it is due again, and its run that has not ended yet."""

    job: Job
    due_at: float = 0
    failures: int = 0
    running: Future[bool] | None = None

    def advance(self, pool: ThreadPoolExecutor) -> None:
        """Note a run that has ended, and begin the next when it is due."""
        if self.running and self.running.done():
            self.due_at = time.monotonic() + self.pause_after(self.running)
            self.running = None
        if self.running is None and time.monotonic() >= self.due_at:
            self.running = pool.submit(run_if_free, self.job)

    def pause_after(self, run: Future[bool]) -> float:
        """Return the seconds until the next run: none where more is due, more after each failure."""
        if error := run.exception():
            # The type alone: a message may quote content or a password.
            logger.error("The job %s failed: %s", self.job.name, type(error).__name__)
            self.failures += 1
            return min(self.job.every_seconds * 2**self.failures, LONGEST_PAUSE_SECONDS)
        self.failures = 0
        return 0 if run.result() else self.job.every_seconds


class Command(BaseCommand):
    help = "Publish what is due, make renditions, purge the CDN, offer times and clean up, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")
        parser.add_argument(
            "--parent", type=int, help="end when the process of this number is no longer the parent"
        )

    def handle(self, *args: Any, once: bool, parent: int | None, **options: Any) -> None:
        if once:
            self.run_once()
            return
        stop = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        rounds = [Round(job) for job in JOBS]
        with ThreadPoolExecutor(len(JOBS)) as pool:
            while not stop.wait(TICK_SECONDS) and parent in (None, os.getppid()):
                for each in rounds:
                    each.advance(pool)

    def run_once(self) -> None:
        failed = []
        with ThreadPoolExecutor(1) as pool:
            for job in JOBS:
                run = pool.submit(run_until_done, job)
                if error := run.exception():
                    failed.append(f"{job.name} ({type(error).__name__})")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}.")


def run_until_done(job: Job) -> None:
    while run_if_free(job):
        pass
