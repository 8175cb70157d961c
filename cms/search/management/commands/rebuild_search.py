"""Write what can be found anew, from the published pages."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.search.operations import rebuild


class Command(BaseCommand):
    help = "Rebuild the search from the published pages. Needed once after its tables were created."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild()
        if options["verbosity"]:
            self.stdout.write(f"{count} pages can be found.")
