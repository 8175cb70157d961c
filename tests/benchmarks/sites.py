"""The sites of the comparison: processes that serve, what they are asked, and what that costs them."""

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Question:
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass(frozen=True, slots=True)
class Site:
    """A running site. `questions` by name; `statements` are those of one request to each."""

    name: str
    port: int
    pid: int
    questions: Mapping[str, Question]
    statements: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Load:
    answered: int
    seconds: float
    p50: float
    p99: float


def posted(query: str) -> Question:
    return Question(method="POST", path="/graphql/", body=json.dumps({"query": query}))


def database_url(settings: Mapping[str, Any], *, name: str) -> str:
    """Return the address of the database `name` on the server that Django's `settings` lead to."""
    who = ":".join(quote(settings[key], safe="") for key in ("USER", "PASSWORD") if settings[key])
    host = settings["HOST"]
    # A folder stands for a Unix socket; it is written as a part of the path.
    place = f"/{host}" if host.startswith("/") else f"{host}:{settings['PORT'] or 5432}"
    return f"postgres://{who}@{place}/{name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(application: str, *, port: int, environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve a WSGI application, each by the same server with the same options; give its process."""
    command = [sys.executable, "-m", "granian", application, f"--port={port}", "--interface=wsgi"]
    command += ["--http=1", "--no-ws", "--workers=2", "--blocking-threads=8"]
    command += ["--blocking-threads-idle-timeout=600"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for(port, process=process, log=log)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def served_files(folder: Path, *, port: int) -> Iterator[int]:
    """Serve the files in `folder` by nginx, give its process. Call where nginx is installed."""
    configuration = folder / "nginx.conf"
    # Started by root it would serve as an account that may not read here.
    user = f"user {getpass.getuser()}; " if os.geteuid() == 0 else ""
    configuration.write_text(
        f"{user}daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}} http {{ access_log off; default_type application/json; keepalive_requests 1000000;\n"
        f"server {{ listen 127.0.0.1:{port}; location / {{ root {folder}; }} }} }}\n"
    )
    process = subprocess.Popen([nginx() or "nginx", "-c", str(configuration), "-p", str(folder)])
    try:
        wait_for(port, process=process, log=folder / "error.log")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def wait_for(port: int, *, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"The site did not start: {log.read_text()}")


def answer(site: Site, question: str) -> bytes:
    asked = site.questions[question]
    connection = HTTPConnection("127.0.0.1", site.port, timeout=START_SECONDS)
    connection.request(asked.method, asked.path, body=asked.body or None, headers=asked.headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 200, (site.name, question, body[:500])
    return body


def load(site: Site, question: str, *, clients: int, seconds: float) -> Load:
    question_asked = site.questions[question]
    asked = {"port": site.port, "question": asdict(question_asked)}
    if clients > 1 and question_asked.method == "GET" and (program := shutil.which("wrk")):
        return load_by_wrk(program, site, question_asked, clients=clients, seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps({**asked, "clients": clients, "seconds": seconds}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (site.name, question, done.stderr)
    return Load(**json.loads(done.stdout))


def load_by_wrk(program: str, site: Site, question: Question, *, clients: int, seconds: float) -> Load:
    """Ask by a client that is quicker than one in Python: what is kept would wait for that one."""
    command = [program, "--threads=1", f"--connections={clients}", f"--duration={max(1, round(seconds))}s"]
    command += ["--latency", f"http://127.0.0.1:{site.port}{question.path}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in printed, (site.name, question.path, printed)
    answered = int(re.findall(r"(\d+) requests in", printed)[0])
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0])
    p50, p99 = (in_ms(*re.findall(rf"{share}%\s+([\d.]+)(us|ms|s)", printed)[0]) for share in (50, 99))
    return Load(answered=answered, seconds=answered / rate, p50=p50, p99=p99)


def in_ms(value: str, unit: str) -> float:
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def cpu_ms(pids: set[int]) -> float:
    """Return what these processes have worked since they began. Linux alone tells it of others' processes."""
    ticks = 0
    for pid in pids:
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(values[11]) + int(values[12])
    return ticks * 1000 / TICK


def family(pid: int) -> set[int]:
    """Return a process and those that it began."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = {int(child) for listing in children for child in listing.read_text().split()}
    return {pid}.union(*(family(child) for child in found))
