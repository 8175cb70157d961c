"""`python -m tests.benchmarks.load`: one site, one question, some clients for some seconds.

A process of its own, so that what asking costs is not counted for the one who answers. Reads a JSON object of
arguments from standard input, prints one of results."""

import json
import statistics
import sys
import threading
import time
from http.client import HTTPConnection
from typing import Any


def ask(connection: HTTPConnection, question: dict[str, Any]) -> bytes:
    connection.request(
        question["method"], question["path"], body=question["body"] or None, headers=question["headers"]
    )
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200 or b'"errors"' in answer:
        raise SystemExit(f"{response.status}: {answer[:500]!r}")
    return answer


def client(*, port: int, question: dict[str, Any], until: float, times: list[float]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    while (begun := time.perf_counter()) < until:
        ask(connection, question)
        times.append((time.perf_counter() - begun) * 1000)
    connection.close()


def load(*, port: int, question: dict[str, Any], clients: int, seconds: float) -> dict[str, float]:
    """Return how many were answered, and the milliseconds within which half and 99 in 100 of them were."""
    times: list[float] = []
    begun = time.perf_counter()
    asked = {"port": port, "question": question, "until": begun + seconds, "times": times}
    threads = [threading.Thread(target=client, kwargs=asked) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    p99 = statistics.quantiles(times, n=100)[-1] if len(times) > 1 else times[0]
    return {"answered": len(times), "seconds": spent, "p50": statistics.median(times), "p99": p99}


if __name__ == "__main__":
    json.dump(load(**json.load(sys.stdin)), sys.stdout)
