"""A CDN that listens on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ZONE = "zone-1"
TOKEN = "token-of-the-cdn"
PATIENCE_SECONDS = 30


@dataclass
class Cdn:
    """Answers every call with `status` and remembers what was asked."""

    url: str
    status: int = 200
    calls: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    has_new_call: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def next_call(self) -> tuple[str, dict[str, str], Any]:
        """Wait for a call that was not waited for yet, and return the latest."""
        assert self.has_new_call.acquire(timeout=PATIENCE_SECONDS)
        return self.calls[-1]


@contextmanager
def running_cdn() -> Iterator[Cdn]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            cdn.calls.append((self.path, dict(self.headers), json.loads(body) if body else None))
            self.send_response(cdn.status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            cdn.has_new_call.release()

        def log_request(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cdn = Cdn(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield cdn
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
