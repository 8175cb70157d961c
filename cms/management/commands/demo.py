"""`manage.py demo`: a whole clinic to look at, on this machine alone."""

import os
import shutil
import signal
import socket
import time
import warnings
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connections
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication

from cms.demo.images import attach_demo_images
from cms.demo.menu import make_demo_menu
from cms.embedded_postgres import DatabaseUnavailable, Server, ensure_running, remove
from services.models import ProcedurePage

CLINIC_FILE = Path(settings.BASE_DIR) / "cms" / "demo" / "clinic.yaml"
ADDRESS = "127.0.0.1"
ADMIN_NAME = "admin"
# Known to everyone, so the demo listens on this machine only and refuses to run in production.
ADMIN_PASSWORD = "larkspur-demo"
# A killed demo's workers notice within a second that they are orphans, and free the port.
PORT_PATIENCE_SECONDS = 3

QUERY = (
    r'{"query": "{ procedure(slug: \"micro-needling\") { title benefits { title } offeredOn { summary } } }"}'
)
WELCOME = """
The demo clinic is open. Ctrl-C stops it; what you change is kept.

  Site      {site}/
  Admin     {site}/admin/     user {admin}, password {password}
  GraphiQL  {site}/graphiql/  example queries, behind the same login
  GraphQL   {site}/graphql/   a first query:

curl -s {site}/graphql/ -H 'Content-Type: application/json' \\
  -d '{query}'
"""


class DemoServer(BaseApplication):
    """gunicorn inside this process. Its workers end by themselves when this process is killed."""

    def __init__(self, *, port: int, welcome: str) -> None:
        self.port = port
        self.welcome = welcome
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": f"{ADDRESS}:{self.port}",
            "worker_class": "gthread",
            "workers": 2,
            "threads": 8,
            "preload_app": True,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": self.announce,
            # A worker is a fork of this process: it ends at once, not by the way that this command ends.
            "worker_exit": lambda _, __: os._exit(0),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Nothing is collected in development: static files are served straight from the packages.
        warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
        return import_string(settings.WSGI_APPLICATION)

    def announce(self, _: object) -> None:
        # Closing the terminal sends SIGHUP, on which gunicorn would reload and go on.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        print(self.welcome, flush=True)


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
            # Workers are forks: they must not share this process's connection.
            connections.close_all()
            site = f"http://localhost:{port}"
            welcome = WELCOME.format(site=site, admin=ADMIN_NAME, password=password, query=QUERY)
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
        else:
            self.stdout.write("Loading the demo clinic ...")
            call_command("load_clinic", str(CLINIC_FILE), verbosity=0)
            self.stdout.write("Placing the pictures ...")
            attach_demo_images()
            make_demo_menu()
        return ensure_admin()


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


def ensure_admin() -> str:
    users = get_user_model().objects
    admin = users.filter(username=ADMIN_NAME).first()
    if admin is None:
        users.create_superuser(username=ADMIN_NAME, email="admin@larkspur.example", password=ADMIN_PASSWORD)
    elif not admin.check_password(ADMIN_PASSWORD):
        return "(the one that you set)"
    return ADMIN_PASSWORD
