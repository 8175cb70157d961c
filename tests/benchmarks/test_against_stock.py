"""`make bench`: this site and a plain wagtail-grapple site with the same content, asked the same in turn.

Nothing here fails for being slow. ROUNDS=1 gives a first impression."""

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.benchmarks.articles import build_articles, statements
from tests.benchmarks.sites import (
    ROOT,
    Load,
    Question,
    Site,
    answer,
    cpu_ms,
    database_url,
    family,
    free_port,
    load,
    nginx,
    posted,
    served,
    served_files,
)
from tests.conftest import run

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("ROUNDS", "5"))
CLIENTS = 8
KEPT_IN = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: make bench SAVE=1 -->", "<!-- end: make bench SAVE=1 -->"

STOCK = "stock wagtail-grapple"
OURS = "this site, nothing kept"
CACHED = "this site, stored document"
STATIC = "nginx, the same bytes from a file"
OUR_QUESTIONS = {
    "list": "{ procedures(first: 20) { nodes { id title slug summary } } }",
    "detail": """{ procedure(slug: "procedure-100") { id title introduction { html } howItWorks { html }
  benefits { id title description { html } } risks { id title severity description { html } }
  heroImage { rendition(preset: CARD) { url width height } } providers { nodes { id name } } } }""",
    "nested list": """{ procedures(first: 20) { nodes { id title
  benefits { id title description { html } } risks { id title severity description { html } }
  providers { nodes { id name } } } } }""",
}
STOCK_QUESTIONS = {
    "list": '{ procedures(limit: 20, order: "title") { id title slug summary } }',
    "detail": """{ procedure(slug: "procedure-100") { id title introduction howItWorks
  benefits { id ... on BenefitBlock { title description } }
  risks { id ... on RiskBlock { title severity description } }
  image { rendition(fill: "480x320", format: "webp") { url width height } } providers { id name } } }""",
    "nested list": """{ procedures(limit: 20, order: "title") { id title
  benefits { id ... on BenefitBlock { title description } }
  risks { id ... on RiskBlock { title severity description } } providers { id name } } }""",
}


@dataclass(frozen=True, slots=True)
class Round:
    """What one round measured: one client, then many, and the CPU of the server and of its database."""

    alone: Load
    together: Load
    server_ms: float
    database_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.server_ms + self.database_ms


Rounds = dict[tuple[str, str], list[Round]]


@pytest.fixture
def sites(transactional_db: None, tmp_path: Path) -> Iterator[list[Site]]:
    """Both sites with the same content, each in a database of its own on the server of the tests."""
    stock_database = databases()[1]
    run("CREATE DATABASE {}", stock_database)
    try:
        with ExitStack() as running:
            build_articles()
            stock = serve_stock(running, database=stock_database, folder=tmp_path)
            ours = serve_ours(running, folder=tmp_path)
            cached = serve_cached(running, folder=tmp_path)
            for database in databases():
                analyze(database)
            static = [serve_static(running, cached, folder=tmp_path / "static")] if nginx() else []
            yield [stock, ours, cached, *static]
    finally:
        run("DROP DATABASE {} WITH (FORCE)", stock_database)


def databases() -> list[str]:
    """Return the names of our database and of the stock site's."""
    ours = connection.settings_dict["NAME"]
    return [ours, ours.replace("_main_", "_stock_")]


def analyze(database: str) -> None:
    """Let PostgreSQL know the tables, as it does by itself a minute after they were filled."""
    with closing(psycopg2.connect(**connection.get_connection_params() | {"dbname": database})) as opened:
        opened.autocommit = True
        opened.cursor().execute("ANALYZE")


def our_environment() -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "DATABASE_URL": database_url(connection.settings_dict, name=connection.settings_dict["NAME"]),
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "RATE_LIMIT_ENABLED": "false",
    }


def serve_ours(running: ExitStack, *, folder: Path) -> Site:
    environment = our_environment() | {"ANSWER_CACHE_MB": "0"}
    port = free_port()
    log = folder / "ours.log"
    pid = running.enter_context(served("cms.wsgi:application", port=port, environment=environment, log=log))
    return Site(
        name=OURS,
        port=port,
        pid=pid,
        questions={name: posted(query) for name, query in OUR_QUESTIONS.items()},
        statements={name: statements(query) for name, query in OUR_QUESTIONS.items()},
    )


def serve_cached(running: ExitStack, *, folder: Path) -> Site:
    """Serve the same questions as stored documents, which are answered without asking Django again."""
    documents = folder / "documents"
    documents.mkdir()
    questions = {}
    for name, query in OUR_QUESTIONS.items():
        (documents / f"{name}.graphql").write_text(query)
        path = f"/graphql/?documentId=sha256:{hashlib.sha256(query.encode()).hexdigest()}"
        questions[name] = Question(method="GET", path=path, headers={})
    call_command("load_documents", str(documents), stdout=StringIO())
    port = free_port()
    log = folder / "cached.log"
    pid = running.enter_context(
        served("cms.wsgi:application", port=port, environment=our_environment(), log=log)
    )
    # Beside the look at the version, which every request takes and which is in the processor time.
    return Site(name=CACHED, port=port, pid=pid, questions=questions, statements=dict.fromkeys(questions, 0))


def serve_static(running: ExitStack, cached: Site, *, folder: Path) -> Site:
    folder.mkdir(mode=0o755)
    questions = {}
    for number, name in enumerate(cached.questions):
        (folder / f"{number}.json").write_bytes(answer(cached, name))
        questions[name] = Question(method="GET", path=f"/{number}.json", headers={})
    port = free_port()
    pid = running.enter_context(served_files(folder, port=port))
    return Site(name=STATIC, port=port, pid=pid, questions=questions, statements=dict.fromkeys(questions, 0))


def serve_stock(running: ExitStack, *, database: str, folder: Path) -> Site:
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.stock.settings",
        "DATABASE_URL": database_url(connection.settings_dict, name=database),
        "MEDIA_ROOT": str(folder / "stock-media"),
    }
    built = subprocess.run(
        [sys.executable, "-m", "django", "build"],
        input=json.dumps(STOCK_QUESTIONS),
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    port = free_port()
    log = folder / "stock.log"
    pid = running.enter_context(
        served("tests.benchmarks.stock.wsgi:application", port=port, environment=environment, log=log)
    )
    return Site(
        name=STOCK,
        port=port,
        pid=pid,
        questions={name: posted(query) for name, query in STOCK_QUESTIONS.items()},
        statements=json.loads(built.stdout),
    )


def test_numbers(sites: list[Site]) -> None:
    sizes: dict[tuple[str, str], int] = {}
    for question in OUR_QUESTIONS:
        answers = {site.name: answer(site, question) for site in sites}
        assert len({frozenset(shown(json.loads(each)).items()) for each in answers.values()}) == 1, question
        sizes |= {(name, question): len(each) for name, each in answers.items()}
        for site in sites:
            # Every thread opens its connection, fills its caches and has its statements planned.
            load(site, question, clients=CLIENTS, seconds=2)
    measured: Rounds = {}
    for _ in range(ROUNDS):
        for question in OUR_QUESTIONS:
            for site in sites:
                measured.setdefault((site.name, question), []).append(measure(site, question))
    report = f"{heading()}\n\n{table(sites, measured, sizes)}"
    print(f"\n\n{report}\n")
    if os.environ.get("SAVE"):
        keep(report)


def shown(value: Any, *, name: str = "") -> Counter[str]:
    """Count the texts of an answer. Keys, addresses and how texts are nested are each site's own."""
    if isinstance(value, Mapping):
        return sum((shown(part, name=key) for key, part in value.items()), Counter())
    if isinstance(value, list):
        return sum((shown(part, name=name) for part in value), Counter())
    return Counter() if name in ("id", "url") else Counter([str(value).lower()])


def measure(site: Site, question: str) -> Round:
    alone = load(site, question, clients=1, seconds=1)
    before = cpu_ms(family(site.pid)), cpu_ms(backends())
    together = load(site, question, clients=CLIENTS, seconds=2)
    after = cpu_ms(family(site.pid)), cpu_ms(backends())
    return Round(
        alone=alone,
        together=together,
        server_ms=(after[0] - before[0]) / together.answered,
        database_ms=(after[1] - before[1]) / together.answered,
    )


def backends() -> set[int]:
    """Return the processes that PostgreSQL runs for the connections of the sites, and for no other tests."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = ANY(%s)",
            [databases()],
        )
        return {pid for (pid,) in cursor.fetchall()}


def table(sites: list[Site], measured: Rounds, sizes: Mapping[tuple[str, str], int]) -> str:
    lines = [
        "| Question | Site | SQL | CPU ms, server + database | p50 ms | p99 ms | requests/s | bytes | CPU |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for question in OUR_QUESTIONS:
        stock_ms = median(each.cpu_ms for each in measured[STOCK, question])
        for site in sites:
            rounds = measured[site.name, question]
            cells = [
                question,
                site.name,
                str(site.statements[question]),
                f"{median(each.server_ms for each in rounds):.2f} + "
                f"{median(each.database_ms for each in rounds):.2f}",
                f"{median(each.alone.p50 for each in rounds):.2f}",
                f"{median(each.alone.p99 for each in rounds):.2f}",
                f"{median(each.together.answered / each.together.seconds for each in rounds):,.0f}",
                f"{sizes[site.name, question]:,}",
                f"1/{stock_ms / median(each.cpu_ms for each in rounds):,.1f}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def heading() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        [version] = cursor.fetchone() or ["?"]
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{ROUNDS} rounds, Python {platform.python_version()}, PostgreSQL {version}, "
        f"{os.cpu_count()} cores ({processor}), load average {os.getloadavg()[0]:.1f} at the end."
    )


def keep(report: str) -> None:
    """Put the report between its marks in the documentation."""
    before, _, rest = KEPT_IN.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    KEPT_IN.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}")
