"""Measure requests through Django's test client, and print what came out as one table."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

WARM_UP = 3
RUNS = 30


@dataclass(frozen=True, slots=True)
class Numbers:
    """`cpu_ms` is what this process worked; other programs on the machine hardly change it. Also a median."""

    statements: int
    cpu_ms: float
    median_ms: float
    p95_ms: float
    size: int


class Asker:
    """A test client that is kept: a new one would load every middleware again, as no server does."""

    def __init__(self) -> None:
        self.client = Client()

    def post(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        return self.client.post("/graphql/", body, content_type="application/json")

    def ask(self, query: str, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        answer = self.post(query, **variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


def measured(asker: Asker, query: str, **variables: Any) -> Numbers:
    """Return what one request costs once documents are parsed and connections open."""
    for _ in range(WARM_UP):
        asker.ask(query, **variables)
    with CaptureQueriesContext(connection) as captured:
        answer = asker.post(query, **variables)
    # Counted at once: the next request empties the log.
    statements = len(captured)
    times, cpu_times = [], []
    for _ in range(RUNS):
        begun = time.thread_time()
        times.append(milliseconds(lambda: asker.post(query, **variables)))
        cpu_times.append((time.thread_time() - begun) * 1000)
    return Numbers(
        statements=statements,
        cpu_ms=statistics.median(cpu_times),
        median_ms=statistics.median(times),
        p95_ms=p95(times),
        size=len(answer.content),
    )


def analyze() -> None:
    """Let PostgreSQL know the tables, as it does by itself a minute after they were filled."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def in_threads(acts: Sequence[Callable[[Asker], object]], *, threads: int) -> tuple[list[float], float]:
    """Run each act once, dealt out to threads with clients and connections of their own.

    Return the milliseconds of each and the seconds of all."""
    ready = threading.Barrier(threads + 1)

    def run(hand: Sequence[Callable[[Asker], object]]) -> list[float]:
        try:
            asker = Asker()
            asker.ask("{ __typename }")
            connection.ensure_connection()
            ready.wait()
            return [milliseconds(partial(act, asker)) for act in hand]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        hands = [pool.submit(run, acts[number::threads]) for number in range(threads)]
        ready.wait()
        begun = time.perf_counter()
        times = [each for hand in hands for each in hand.result()]
        seconds = time.perf_counter() - begun
    return times, seconds


def table(rows: dict[str, Numbers]) -> str:
    lines = [
        "| Request | SQL statements | CPU ms | median ms | p95 ms | bytes |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        times = " | ".join(f"{value:.1f}" for value in (row.cpu_ms, row.median_ms, row.p95_ms))
        lines.append(f"| {name} | {row.statements} | {times} | {row.size:,} |")
    return "\n".join(lines)
