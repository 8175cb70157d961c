"""`manage.py demo`: a whole clinic to look at, on this machine alone."""

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connections
from django.utils.module_loading import import_string
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from cms.demo.front_page import greet_on_front_page
from cms.demo.images import attach_demo_images
from cms.demo.menu import make_demo_menu
from cms.demo.partner import allow_demo_pages
from cms.demo.spanish import add_spanish_pages
from cms.embedded_postgres import DatabaseUnavailable, Server, ensure_running, remove
from services.models import ProcedurePage

CLINIC_FILE = Path(settings.BASE_DIR) / "cms" / "demo" / "clinic.yaml"
FRONT_END_DOCUMENTS = Path(settings.BASE_DIR) / "examples" / "front-end" / "documents"
ADDRESS = "127.0.0.1"
ADMIN_NAME = "admin"
# Known to everyone, so the demo listens on this machine only and refuses to run in production.
ADMIN_PASSWORD = "larkspur-demo"
# A killed demo's workers notice within a second that they are orphans, and free the port.
PORT_PATIENCE_SECONDS = 3
JOBS_PATIENCE_SECONDS = 3

QUERY = (
    r'{"query": "{ procedure(slug: \"micro-needling\") { title benefits { title } offeredOn { summary } } }"}'
)
WELCOME = """
The demo clinic is open. Ctrl-C stops it; what you change is kept.

  Site      {site}/demo/          the clinic's site, a front end of its own
  Spanish   {site}/demo/es/       the same site, as far as its pages are translated
  Partner   {site}/demo/partner/  a gym's site that embeds the clinic
  Admin     {site}/admin/     user {admin}, password {password}
  GraphiQL  {site}/graphiql/  example queries, behind the same login
  GraphQL   {site}/graphql/   a first query:

curl -s {site}/graphql/ -H 'Content-Type: application/json' \\
  -d '{query}'
"""


class DemoServer(MPServer):
    """granian, whose workers are forks of this process and end when it is killed."""

    def __init__(self, *, port: int, welcome: str) -> None:
        self.welcome = welcome
        super().__init__(
            settings.WSGI_APPLICATION,
            address=ADDRESS,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=2,
            blocking_threads=8,
            # As long as their connections to the database live.
            blocking_threads_idle_timeout=600,
            respawn_failed_workers=True,
            workers_kill_timeout=5,
            # It warns of more than one thread, which is what each worker is to have.
            log_level=LogLevels.error,
        )

    def run(self) -> None:
        # Nothing is collected in development: static files are served straight from the packages.
        warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
        # Loaded before the workers are forked, which share its memory.
        import_string(settings.WSGI_APPLICATION)
        self.serve(target_loader=load_application, wrap_loader=False)

    def startup(self, *args: Any) -> None:
        super().startup(*args)
        # Closing the terminal sends SIGHUP, on which granian would start new workers and go on.
        signal.signal(signal.SIGHUP, self.signal_handler_interrupt)
        while not is_open(self.bind_port) and not self.main_loop_interrupt.is_set():
            time.sleep(0.05)
        print(self.welcome, flush=True)


def load_application() -> Any:
    """Called in each worker."""
    # Ctrl-C reaches every process of the terminal; the workers wait for the word of the first one.
    os.setpgid(0, 0)
    Thread(target=end_with_parent, daemon=True).start()
    return import_string(settings.WSGI_APPLICATION)


def end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(0)


class Command(BaseCommand):
    help = "Serve the demo clinic on PORT: start PostgreSQL unless DATABASE_URL is set, migrate, load, serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clean", action="store_true", help="delete what the demo wrote; serve nothing")

    def handle(self, *args: Any, clean: bool, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo has a well-known password. Run it with ENVIRONMENT=development.")
        try:
            if clean:
                self.clean()
            else:
                self.prepare_and_serve()
        except DatabaseUnavailable as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            # The driver's message may hold the password of DATABASE_URL.
            raise CommandError(
                "The database of DATABASE_URL cannot be reached. Correct or unset it."
            ) from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def clean(self) -> None:
        folder = embedded_folder()
        if folder is None:
            raise CommandError("DATABASE_URL is set: empty that database yourself, or unset DATABASE_URL.")
        remove(folder)
        # Never another MEDIA_ROOT: what lies there may not be the demo's.
        shutil.rmtree(settings.DEMO_DATA / "media", ignore_errors=True)
        self.stdout.write(f"Deleted the demo's database and media in {settings.DEMO_DATA}.")

    def prepare_and_serve(self) -> None:
        port = free_port()
        self.stdout.write("Starting PostgreSQL ...")
        server = start_database()
        try:
            password = self.prepare()
            allow_demo_pages(port=port)
            # Workers are forks: they must not share this process's connection.
            connections.close_all()
            site = f"http://localhost:{port}"
            welcome = WELCOME.format(site=site, admin=ADMIN_NAME, password=password, query=QUERY)
            with running_jobs():
                DemoServer(port=port, welcome=welcome).run()
        finally:
            if server and server.stop():
                self.stdout.write("Stopped, with its PostgreSQL. `make demo` goes on from here.")

    def prepare(self) -> str:
        """Bring the database up to date and return what to print as the admin's password."""
        self.stdout.write("Creating tables (about half a minute the first time) ...")
        call_command("migrate", interactive=False, verbosity=0)
        if ProcedurePage.objects.exists():
            self.stdout.write("Keeping the clinic that is there (`make clean-demo` starts over).")
            # A demo of an earlier version has none of its pages in the search.
            call_command("rebuild_search", verbosity=0)
        else:
            self.stdout.write("Loading the demo clinic ...")
            call_command("load_clinic", str(CLINIC_FILE), verbosity=0)
            self.stdout.write("Placing the pictures ...")
            attach_demo_images()
            greet_on_front_page()
            make_demo_menu()
        add_spanish_pages()
        call_command("load_documents", str(FRONT_END_DOCUMENTS), stdout=StringIO())
        return ensure_admin()


@contextmanager
def running_jobs() -> Iterator[None]:
    """Keep the jobs process going beside the server. It ends by itself when this process is killed."""
    command = [sys.executable, "manage.py", "run_jobs", "--parent", str(os.getpid())]
    # In a session of its own, Ctrl-C reaches it through this process alone.
    with subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True) as jobs:
        try:
            yield
        finally:
            jobs.terminate()
            # A picture may be in the making; killed, it is due again.
            with suppress(subprocess.TimeoutExpired):
                jobs.wait(JOBS_PATIENCE_SECONDS)
            jobs.kill()


def embedded_folder() -> Path | None:
    folder = settings.DATABASES["default"].get("EMBEDDED_IN")
    return Path(folder) if folder else None


def start_database() -> Server | None:
    folder = embedded_folder()
    return ensure_running(folder) if folder else None


def free_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT is {text!r}: set it to a number from 1 to 65535.")
    port = int(text)
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while not is_free(port):
        if time.monotonic() > deadline:
            raise CommandError(
                f"Port {port} is taken by another program or cannot be had. "
                f"Stop that program, or choose another port: `make demo PORT={port + 1}`."
            )
        time.sleep(0.2)
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


def ensure_admin() -> str:
    users = get_user_model().objects
    admin = users.filter(username=ADMIN_NAME).first()
    if admin is None:
        users.create_superuser(username=ADMIN_NAME, email="admin@larkspur.example", password=ADMIN_PASSWORD)
    elif not admin.check_password(ADMIN_PASSWORD):
        return "(the one that you set)"
    return ADMIN_PASSWORD
