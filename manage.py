#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL, the embedded PostgreSQL runs as long as the command."""

import os
import signal
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from cms.embedded_postgres import DatabaseUnavailable, Server, ensure_running

# These read no data, so they start no server. The demo starts it itself, after a look at its port.
COMMANDS_WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "demo",
    "diffsettings",
    "embed_integrity",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "print_sdl",
    "sendtestemail",
    "startapp",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    # A polite end runs the `finally` below; the default would leave the server running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        server = server_for(sys.argv)
    except (DatabaseUnavailable, ImproperlyConfigured) as error:
        sys.exit(f"manage.py: {error}")
    try:
        execute_from_command_line(sys.argv)
    finally:
        if server:
            server.stop()


def server_for(arguments: list[str]) -> Server | None:
    """Start, or join, the embedded server if the command works on it."""
    command = next(iter(arguments[1:]), "help")
    asks_for_help = command.startswith("-") or "--help" in arguments or "-h" in arguments
    folder = settings.DATABASES["default"].get("EMBEDDED_IN")
    if not folder or asks_for_help or command in COMMANDS_WITHOUT_DATABASE:
        return None
    return ensure_running(Path(folder))


if __name__ == "__main__":
    main()
