"""Read a whole clinic from one file (docs/clinic-file.md)."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.clinic_file.format import CLINIC_FILE
from cms.clinic_file.load import LoadOptions, load_clinic
from cms.clinic_file.problems import InvalidClinicFile, Problem, UnreadableFile
from cms.clinic_file.reading import read_clinic_file
from cms.clinic_file.session import Change


class PrintSchema(argparse.Action):
    """Like --help: prints, and asks for no file."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        print(json.dumps(CLINIC_FILE, indent=2))
        raise SystemExit(0)


class Command(BaseCommand):
    help = "Load a clinic from a YAML or JSON file: all of it, or nothing if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a YAML file, or a JSON file that ends in .json")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="unpublish procedures and providers that the file does not name",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
        parser.add_argument(
            "--print-schema", action=PrintSchema, nargs=0, help="print the JSON Schema of the format and stop"
        )

    def handle(self, *, file: Path, prune: bool, dry_run: bool, **options: Any) -> None:
        try:
            changes = load_clinic(
                document=read_clinic_file(file),
                options=LoadOptions(prune=prune, dry_run=dry_run),
                now=timezone.now(),
                progress=self.show_progress,
            )
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except InvalidClinicFile as error:
            raise CommandError(refusal(file=file, problems=error.problems)) from error
        finally:
            self.show_progress("")
        if options["verbosity"]:
            self.report(changes, dry_run=dry_run)

    def show_progress(self, text: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{text[:70]}", ending="")
            self.stdout.flush()

    def report(self, changes: tuple[Change, ...], *, dry_run: bool) -> None:
        for change in changes:
            self.stdout.write(f"would have {change}" if dry_run else str(change))
        if not changes:
            self.stdout.write("Everything is as the file says already: nothing to change.")
        elif dry_run:
            self.stdout.write(f"Changes to make: {len(changes)}. Nothing was changed.")
        else:
            self.stdout.write(f"Changes made: {len(changes)}.")


def refusal(*, file: Path, problems: tuple[Problem, ...]) -> str:
    count = len(problems)
    summary = f"{file}: {count} problem{'s' if count > 1 else ''}. Nothing was changed."
    return "\n".join([summary, *map(str, problems)])
