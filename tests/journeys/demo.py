"""The demo as its users have it: processes of its own, asked over HTTP by the standard library alone."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
DENVER = ZoneInfo("America/Denver")
START_SECONDS = 180
STOP_SECONDS = 60
ANSWER_SECONDS = 60
# granian ends when a worker dies within 5.5 seconds of its start.
SETTLED_SECONDS = 7


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Demo:
    """`manage.py demo` with a folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        self.log = folder / "demo.log"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Return once the demo says that it is open. Raises AssertionError with its output if it ends."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo"],
                cwd=ROOT,
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        watchdog = threading.Timer(START_SECONDS, self.process.terminate)
        watchdog.start()
        printed = []
        for line in self.process.stdout:
            printed.append(line)
            if "is open" in line:
                break
        watchdog.cancel()
        assert printed[-1:] == ["The demo clinic is open. Ctrl-C stops it; what you change is kept.\n"], (
            "".join(printed) + self.log.read_text()
        )

    def stop(self) -> tuple[int, str]:
        """End the demo as Ctrl-C in its terminal does; return its exit code and its last words."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        try:
            last_words, _ = self.process.communicate(timeout=STOP_SECONDS)
        finally:
            self.process.kill()
        return self.process.returncode, last_words.rstrip().rpartition("\n")[2]

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the data of the demo."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )

    def environment(self) -> dict[str, str]:
        """Return the environment without the settings of whoever runs the tests."""
        ours = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
        rest = {name: value for name, value in os.environ.items() if name not in ours}
        return rest | {"DEMO_DATA": str(self.folder), "PORT": str(self.port)}

    # Processes

    @property
    def postgres_pid(self) -> int:
        return int((self.folder / "postgres" / "postmaster.pid").read_text().partition("\n")[0])

    @property
    def worker_pids(self) -> list[int]:
        return [pid for pid, command in self._children().items() if "run_jobs" not in command]

    @property
    def jobs_pid(self) -> int:
        [pid] = [pid for pid, command in self._children().items() if "run_jobs" in command]
        return pid

    def _children(self) -> dict[int, str]:
        """Return the command lines of the demo's processes by number, apart from PostgreSQL's."""
        assert self.process
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(maxsplit=2) for line in listing.splitlines()]
        ours = {int(pid): args for pid, parent, args in rows if int(parent) == self.process.pid}
        return {pid: args for pid, args in ours.items() if pid != self.postgres_pid}

    def wait_for_settled_workers(self) -> None:
        """Return once no server process is young: one that dies then is taken for a crash loop."""
        while self.youngest_worker_age() < SETTLED_SECONDS:
            threading.Event().wait(0.2)

    def youngest_worker_age(self) -> int:
        ages = ["ps", "-o", "etimes=", "-p", ",".join(map(str, self.worker_pids))]
        return min(map(int, subprocess.run(ages, capture_output=True, text=True, check=True).stdout.split()))

    def wait_until_open(self) -> None:
        """Return once a server process answers again."""
        for _ in range(10 * ANSWER_SECONDS):
            try:
                self.request("/healthz")
            except (OSError, HTTPException):
                threading.Event().wait(0.1)
            else:
                return
        raise AssertionError("The demo does not answer any more.\n" + self.log.read_text())

    # Requests

    def request(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Return the answer, whatever its status. `content_type="…"` sends Content-Type, and so on."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        request = urllib.request.Request(self.site + path, data=body, headers=named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, refusal.headers, refusal.read())

    def post(self, query: str, **variables: Any) -> Answer:
        body = json.dumps({"query": query, "variables": variables}).encode()
        return self.request("/graphql/", method="POST", body=body, content_type="application/json")

    def ask(self, query: str, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        answer = self.post(query, **variables)
        assert (answer.status, answer.data.get("errors")) == (200, None)
        return answer.data["data"]

    def today(self) -> date:
        """Return today in Denver by the clock of the server."""
        stamp = self.request("/healthz").headers["Date"]
        return parsedate_to_datetime(stamp).astimezone(DENVER).date()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
