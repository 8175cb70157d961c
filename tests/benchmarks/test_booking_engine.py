"""`make bench`: what search and booking cost, also beside packages that answer the same question."""

import json
import os
import platform
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connections, transaction

from cms.graphql.ids import encode_id
from cms.graphql.types import PAGE_KIND
from providers.models import ProviderPage
from schedules.core.wall_clock import edge, to_datetime
from schedules.models import Appointment, AvailabilityRule, Claim, Resource
from schedules.queries import SlotSearch, load_schedule, open_slots
from services.models import ProcedurePage
from tests import factories
from tests.benchmarks.clinic import DAYS, NOW, WORKDAYS, book_hours, open_on_workdays
from tests.benchmarks.measuring import Asker, Numbers, analyze, in_threads, measured, p95, table
from tests.benchmarks.rivals.question import VISIT, booked_starts, measure
from tests.benchmarks.test_benchmarks import BOOK, NEXT, SLOTS, STARTS
from tests.schedules.worlds import make_served_site

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
KEPT_IN = ROOT / "docs" / "performance.md"
SEARCHED = (1, 20, 100)
PROCESSES, THREADS = 2, 4
SPREAD, HOT = 1200, 1000
RIVALS = {
    "django-appointment": "with_django_appointment",
    "django-scheduler, naive scan": "with_django_scheduler",
    "django-recurrence, naive scan": "with_django_recurrence",
}
PACKAGES = [
    "Django==5.2.*",
    "django-appointment==3.12.0",
    "django-scheduler==0.12.0",
    "django-recurrence==1.14",
]
RUN = """
import runpy, sys, django
sys.path.insert(0, '.')
django.setup()
runpy.run_module({!r}, run_name='__main__')
"""
# Far ahead, since answers of some depend on the clock of the machine.
FAR_TUESDAY = date(2035, 3, 6)


@contextmanager
def working_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def test_search(transactional_db: None) -> None:
    with working_clock():
        factories.make_site()
        location = factories.make_location()
        searched = {count: factories.make_procedure(title=f"With {count}") for count in SEARCHED}
        providers = [
            factories.make_provider(name=f"Provider {n:03}", offers=[searched[c] for c in SEARCHED if n < c])
            for n in range(max(SEARCHED))
        ]
        open_on_workdays(providers=providers, location=location)
        visits = book_hours(providers=providers, location=location, procedure=searched[max(SEARCHED)])
        analyze()
        rows = searches(searched)
        AvailabilityRule.objects.filter(page=providers[0]).update(valid_from=NOW.date().replace(year=2007))
        asked = window(searched[1], days=DAYS)
        rows[f"availability, 1 x {DAYS} days, starts, rule of 20 years"] = measured(
            Asker(), STARTS, input=asked
        )
        fill(providers, days=85)
        for count, page in searched.items():
            name = f"nextAvailable, {count}, nothing free for 12 weeks"
            rows[name] = measured(Asker(), NEXT, id=page_id(page))
    show("search", f"{visits:,} visits booked. {machine()}\n\n{table(rows)}")


def searches(searched: dict[int, ProcedurePage]) -> dict[str, Numbers]:
    asker, rows = Asker(), {}
    for count, page in searched.items():
        for days in (DAYS, 92):
            asked = window(page, days=days)
            rows[f"availability, {count} x {days} days, starts"] = measured(asker, STARTS, input=asked)
        rows[f"nextAvailable, {count}"] = measured(asker, NEXT, id=page_id(page))
    asked = window(searched[20], days=DAYS)
    rows[f"availability, 20 x {DAYS} days, slots"] = measured(asker, SLOTS, input=asked)
    return rows


def fill(providers: list[ProviderPage], *, days: int) -> None:
    """Take everybody's time of so many days, as a block would."""
    Claim.objects.filter(starts_at__lt=NOW + timedelta(days=days)).delete()
    Claim.objects.bulk_create(
        Claim(resource=resource, starts_at=NOW, ends_at=NOW + timedelta(days=days))
        for resource in Resource.objects.filter(provider__in=providers)
    )


def page_id(page: Any) -> str:
    return encode_id(PAGE_KIND, page.pk)


def window(page: ProcedurePage, *, days: int) -> dict[str, str]:
    first = NOW.date()
    return {"procedure": page_id(page), "from": f"{first}", "to": f"{first + timedelta(days=days - 1)}"}


def show(part: str, report: str) -> None:
    """Print a report; with SAVE=1 also put it between its marks in the documentation."""
    print(f"\n\n{report}\n")
    if os.environ.get("SAVE"):
        begin, end = (f"<!-- {place}: make bench SAVE=1, {part} -->" for place in ("begin", "end"))
        before, _, rest = KEPT_IN.read_text().partition(begin)
        _, _, after = rest.partition(end)
        KEPT_IN.write_text(f"{before}{begin}\n{report}\n{end}{after}")


def machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}."


# Booking ------------------------------------------------------------------------------------------


def test_booking(transactional_db: None) -> None:
    with working_clock():
        factories.make_site()
        location = factories.make_location()
        procedure = factories.make_procedure(booking={"duration_minutes": 15, "slot_step_minutes": 15})
        providers = [factories.make_provider(name=f"Provider {n:02}", offers=[procedure]) for n in range(20)]
        open_on_workdays(providers=providers, location=location)
        analyze()
        tokens = slot_tokens(procedure)
        spread = [(token, page_id(provider)) for token in tokens for provider in providers][:SPREAD]
        hot = [(token, page_id(providers[0])) for token in tokens[-HOT * 2 :]]
        lines = [
            rate("spread over 20 providers", spread),
            rate("one hot provider", hot[:HOT]),
            rate("one hot provider, whole request under a row lock", hot[HOT:], locked=providers[0].pk),
        ]
    assert Appointment.objects.count() == SPREAD + 2 * HOT
    heading = f"{PROCESSES} processes with {THREADS} threads each. {machine()}"
    show("booking", "\n".join([heading, "", *lines]))


def slot_tokens(procedure: ProcedurePage) -> list[str]:
    answer = Asker().ask(SLOTS, input=window(procedure, days=92))["availability"]["days"]
    return [slot["token"] for day in answer for slot in day["slots"]]


def rate(name: str, asked: list[tuple[str, str]], *, locked: int | None = None) -> str:
    connections.close_all()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        begun = time.perf_counter()
        parts = [pool.submit(book_all, asked[n::PROCESSES], locked=locked) for n in range(PROCESSES)]
        times = [each for part in parts for each in part.result()]
        seconds = time.perf_counter() - begun
    return f"- booking, {name}: {len(asked) / seconds:.0f} a second, p95 {p95(times):.0f} ms"


def book_all(asked: list[tuple[str, str]], *, locked: int | None) -> list[float]:
    acts = [partial(book, token=token, provider=provider, locked=locked) for token, provider in asked]
    times, _ = in_threads(acts, threads=THREADS)
    return times


def book(asker: Asker, *, token: str, provider: str, locked: int | None) -> None:
    asked = {
        "slotToken": token,
        "provider": provider,
        "patient": {"name": "Pat Example", "email": "pat@example.com"},
        "idempotencyKey": f"{token}-{provider}"[-250:],
    }
    if locked is None:
        answer = asker.ask(BOOK, input=asked)
    else:
        # As most booking software does it: lock the provider, then look, then write.
        with transaction.atomic():
            ProviderPage.objects.select_for_update().get(pk=locked)
            answer = asker.ask(BOOK, input=asked)
    assert answer["bookAppointment"]["__typename"] == "Appointment", answer


# Beside others ------------------------------------------------------------------------------------


def test_beside_others(transactional_db: None) -> None:
    ours = measure(our_search(FAR_TUESDAY))
    lines = [f"- ours, with its three statements: {ours.cpu_ms:.2f} ms of CPU"]
    python = rival_python()
    for name, module in RIVALS.items() if python else ():
        answer = rival(python, module)
        assert answer["starts"] == ours.starts
        lines.append(f"- {name}: {answer['cpu_ms']:.1f} ms, {answer['cpu_ms'] / ours.cpu_ms:.0f} times ours")
    if not python:
        lines.append("- The others are left out: their packages could not be installed.")
    heading = f"1 provider, {DAYS} days, 40 visits booked, {ours.starts} starts free. {machine()}"
    show("beside others", "\n".join([heading, "", *lines]))


def our_search(first: date) -> Callable[[], int]:
    site, location = make_served_site(), factories.make_location()
    procedure = factories.make_procedure()
    provider = factories.make_provider(offers=[procedure])
    AvailabilityRule.objects.create(
        page=provider,
        location=location,
        recurrence=WORKDAYS,
        start_time="09:00",
        end_time="17:00",
        valid_from=first - timedelta(days=350),
    )
    resource = Resource.objects.create(provider=provider)
    for start in booked_starts(first):
        minutes = start.hour * 60 + start.minute
        begin = to_datetime(edge(day=start.date(), minutes=minutes, zone=location.time_zone))
        Claim.objects.create(resource=resource, starts_at=begin, ends_at=begin + VISIT)
    analyze()
    opens = edge(day=first, minutes=0, zone=location.time_zone)
    closes = edge(day=first + timedelta(days=DAYS), minutes=0, zone=location.time_zone)
    now = to_datetime(opens) - timedelta(days=30)

    def ask() -> int:
        schedule = load_schedule(procedure_id=procedure.pk, site=site, now=now)
        return len(open_slots(schedule=schedule, search=SlotSearch(), first=opens, last=closes, now=now))

    return ask


def rival_python() -> Path | None:
    """Return a Python that has the packages of the others, installed once; None without a network."""
    folder = settings.DEMO_DATA / "rivals"
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        (folder / "installed").touch()
    return python


def rival(python: Path | None, module: str) -> dict[str, Any]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.rivals.settings"}
    command = [
        f"{python}",
        "-W",
        "ignore",
        "-c",
        RUN.format(f"tests.benchmarks.rivals.{module}"),
        f"{FAR_TUESDAY}",
    ]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=sys.stderr.fileno(), check=True
    )
    # Some print warnings before.
    return dict(json.loads(answer.stdout.splitlines()[-1]))
