"""`manage.py load_documents`: store the GraphQL documents of front ends, which are then sent by id."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from cms.delivery.operations import DocumentText, store_documents
from cms.graphql.documents import Document, Documents
from cms.graphql.errors import RequestRefused
from cms.graphql.limits import Limits, check_cost
from cms.schema import schema


class Command(BaseCommand):
    help = "Stores a .graphql file, or all below a folder, and prints each id. One that is wrong stops all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file, or a folder with .graphql files")
        parser.add_argument(
            "--prune", action="store_true", help="remove all documents that are not below PATH"
        )

    def handle(self, *args: Any, path: Path, prune: bool, **options: Any) -> None:
        limits = Limits.from_settings()
        documents = Documents(schema.graphql_schema, limits=limits)
        problems: list[str] = []
        checked: dict[Path, tuple[Document, str]] = {}
        for file in graphql_files(path):
            try:
                text = read(file)
                document = documents.get(text)
                # By the defaults of the schema, since the variables are not known yet.
                check_cost(document.shape.cost({}), limits=limits)
            except RequestRefused as refusal:
                problems += problems_of(refusal, file)
            else:
                checked[file] = document, text
        if problems:
            raise CommandError("\n".join([*problems, "Nothing was stored."]))
        texts = {document.id: DocumentText(name_of(document), text) for document, text in checked.values()}
        removed = store_documents(documents=texts, prune=prune, now=timezone.now())
        for file, (document, _) in checked.items():
            self.stdout.write(f"{document.id}  {file}")
        if removed:
            self.stdout.write(f"{removed} removed. Running processes forget them when they are restarted.")


def graphql_files(path: Path) -> list[Path]:
    files = sorted(path.rglob("*.graphql")) if path.is_dir() else [path]
    if not files:
        raise CommandError(f"{path} holds no .graphql file.")
    return files


def read(file: Path) -> str:
    try:
        # Bytes, because reading as text would change line ends and with them the id.
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8.") from error


def problems_of(refusal: RequestRefused, file: Path) -> list[str]:
    return [
        ":".join([str(file), *(str(place["line"]) for place in error.get("locations", [])[:1])])
        + f": {error['message']}"
        for error in refusal.errors
    ]


def name_of(document: Document) -> str:
    name = document.shape.operation.name
    return name.value[:200] if name else ""
