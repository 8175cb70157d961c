"""`manage.py print_sdl`: write the schema of the API to cms/schema.graphql, or compare it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from graphql import print_schema

from cms.schema import schema

SDL = Path(__file__).resolve().parents[2] / "schema.graphql"


class Command(BaseCommand):
    help = "Write the GraphQL schema to cms/schema.graphql."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only compare; exit code 1 if it differs.")
        parser.add_argument("--path", type=Path, default=SDL, help="Another file than cms/schema.graphql.")

    def handle(self, *args: Any, **options: Any) -> None:
        printed = print_schema(schema.graphql_schema) + "\n"
        path: Path = options["path"]
        if not options["check"]:
            path.write_text(printed, encoding="utf-8")
            return
        if not path.exists() or path.read_text(encoding="utf-8") != printed:
            raise CommandError(f"{path.name} is out of date: run `python manage.py print_sdl` and commit it.")
