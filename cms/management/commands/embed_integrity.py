"""`manage.py embed_integrity`: list the checksums of the newest version of the embeds' files."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from cms.partners.assets import INTEGRITY, checksums_of, known_checksums, versions


class Command(BaseCommand):
    help = (
        "Write the checksums of the newest version of the embeds into cms/partners/embed/integrity.json. "
        "Those of released versions never change: a change goes into a new version's folder."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        *released, newest = versions()
        known = known_checksums() if INTEGRITY.is_file() else {}
        if changed := [version for version in released if known.get(version) != checksums_of(version)]:
            raise CommandError(
                f"Files of the released version {changed[0]} have changed. Partners' pages name their "
                "checksums: take the change back and make it in a new version."
            )
        listed = {version: known[version] for version in released} | {newest: checksums_of(newest)}
        INTEGRITY.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
        self.stdout.write(f"Wrote the checksums of version {newest}.")
