"""The files of the embeds: released versions and their checksums, documents of the booking page, texts.

The folder `embed/` holds one folder for each version. A released version never changes: partners' pages name
the checksums of its files, which `embed/integrity.json` lists.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import brotli

from cms.graphql.answers import SMALLEST_COMPRESSED, Encoded
from cms.graphql.requests import document_id_of

FOLDER = Path(__file__).parent
EMBED = FOLDER / "embed"
INTEGRITY = EMBED / "integrity.json"
ASSETS = ("clinic-elements.js", "frame.js", "booking.js", "embed.css")
CONTENT_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
OPERATION = re.compile(r"^\s*(?:query|mutation)\s+(\w+)", re.MULTILINE)
FALLBACK_LANGUAGE = "en"
# As small as they get: files are compressed once in the life of a process.
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=11),
    "gzip": lambda body: gzip.compress(body, compresslevel=9, mtime=0),
    "identity": lambda body: body,
}

Texts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """A version of the files, with the checksum of each."""

    version: str
    checksums: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it travels, in each coding."""

    content_type: str
    encoded: Mapping[str, Encoded]


# Versions and their files -------------------------------------------------------------------------


def checksum(content: bytes) -> str:
    """Return the value of an `integrity` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def checksums_of(version: str) -> dict[str, str]:
    """Return the checksum of each asset in the folder of a version, by name."""
    files = (EMBED / version / name for name in ASSETS)
    return {file.name: checksum(file.read_bytes()) for file in files}


def versions() -> list[str]:
    """Return the versions that have a folder, the newest last."""
    found = [path.name for path in EMBED.iterdir() if re.fullmatch(r"\d+\.\d+\.\d+", path.name)]
    return sorted(found, key=lambda version: tuple(map(int, version.split("."))))


@cache
def known_checksums() -> dict[str, dict[str, str]]:
    return json.loads(INTEGRITY.read_text(encoding="utf-8"))


@cache
def newest() -> Release:
    version = versions()[-1]
    return Release(version=version, checksums=known_checksums()[version])


def asset(version: str, name: str) -> Asset | None:
    """Return a file of a version, None for anything that the list of checksums does not name."""
    # Only what is listed is kept: anyone can make up names.
    return listed_asset(version, name) if name in known_checksums().get(version, {}) else None


@cache
def listed_asset(version: str, name: str) -> Asset:
    path = EMBED / version / name
    return _encoded(path, path.read_bytes())


@cache
def loader() -> Asset:
    """Return the loader with the newest version and the checksum of its elements filled in."""
    release, path = newest(), EMBED / "loader.js"
    text = path.read_text(encoding="utf-8")
    filled = text.replace("__VERSION__", release.version)
    filled = filled.replace("__INTEGRITY__", release.checksums["clinic-elements.js"])
    return _encoded(path, filled.encode())


def _encoded(path: Path, content: bytes) -> Asset:
    encoded = {}
    for coding, compress in COMPRESS.items():
        body = compress(content) if len(content) >= SMALLEST_COMPRESSED else content
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        encoded[coding] = Encoded(body, coding if body != content else "identity", etag)
    return Asset(content_type=CONTENT_TYPES[path.suffix], encoded=encoded)


# Documents of the booking page --------------------------------------------------------------------


@cache
def documents() -> dict[str, str]:
    """Return the text of each GraphQL document of the booking page, by its id."""
    files = sorted((FOLDER / "documents").glob("*.graphql"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    return {document_id_of(text): text for text in texts}


@cache
def document_ids() -> dict[str, str]:
    """Return the id of each document by the name of its operation."""
    return {name: key for key, text in documents().items() for name in OPERATION.findall(text)}


# Texts --------------------------------------------------------------------------------------------


@cache
def labels(locale: str) -> Texts:
    """Return the texts of our pages in the language of `locale`, in English where there are none."""
    return _texts(FOLDER / "labels", "{}.json", locale)


@cache
def element_labels(locale: str) -> Texts:
    """Return the texts of the newest elements and booking page, by part."""
    return _texts(EMBED / newest().version, "labels.{}.json", locale)


def _texts(folder: Path, name: str, locale: str) -> Texts:
    found = folder / name.format(locale.partition("-")[0])
    path = found if found.is_file() else folder / name.format(FALLBACK_LANGUAGE)
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def fingerprint() -> str:
    """Return what changes with any file that shapes the pages: kept pages of another release are not ours."""
    digest = hashlib.sha256()
    for folder in ("labels", "templates", "embed"):
        for path in sorted(path for path in (FOLDER / folder).rglob("*") if path.is_file()):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
