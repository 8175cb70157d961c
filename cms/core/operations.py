"""Making the renditions of images, away from every request."""

import logging
import struct
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any

import PIL.Image
from django.core.files import File
from django.db import transaction
from django.db.models import F, Func, QuerySet, TextField, Value
from wagtail.images.models import Filter

from cms.core.models import ClinicImage, ClinicRendition
from cms.graphql.image_presets import ALL_SPECS, PLACEHOLDER_SPEC, SPEC_PATTERN

logger = logging.getLogger(__name__)

# What missing, damaged and far too large files make the storage and the libraries raise.
UNREADABLE = (
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    PIL.Image.DecompressionBombError,
    RuntimeError,
    SyntaxError,
    ValueError,
    struct.error,
)
PRESETS_VERSION = sha256("\n".join(ALL_SPECS).encode()).hexdigest()[:16]
ORIENTATION = 0x0112  # the tag of EXIF
SIDEWAYS = {5, 6, 7, 8}


def _joined(*parts: str | Value) -> Func:
    return Func(Value("|"), *parts, function="concat_ws", output_field=TextField())


SOURCE = _joined("file", "file_hash", Value(""))
WANTED = _joined(
    "file",
    "file_hash",
    Value(PRESETS_VERSION),
    "focal_point_x",
    "focal_point_y",
    "focal_point_width",
    "focal_point_height",
)


def due_images() -> QuerySet[ClinicImage]:
    """Return the images whose renditions are not those of their file, their focal point and the presets.

    Each has its `source` and what it `wanted` to have made."""
    images = ClinicImage.objects.annotate(source=SOURCE, wanted=WANTED)
    return images.exclude(renditions_made=F("wanted"))


def make_due_renditions() -> bool:
    """Make the renditions of the newest image that lacks some. Return whether there was one."""
    image = due_images().order_by("-pk").first()
    if image is not None:
        make_renditions(image)
    return image is not None


def make_renditions(image: Any) -> None:
    """Make what one of the `due_images` lacks, and delete what it does not need any more.

    A file that cannot be read is logged once and left alone until it is replaced or the presets change."""
    try:
        made, seen = _made_of_file(image)
    except UNREADABLE as error:
        logger.warning("Image %s: its file gives no renditions (%s).", image.pk, type(error).__name__)
        made, seen = [], {}
    with transaction.atomic():
        # Where the image was changed in the meantime it stays due.
        unchanged = ClinicImage.objects.annotate(wanted=WANTED).filter(pk=image.pk, wanted=image.wanted)
        if unchanged.update(renditions_made=image.wanted, **seen):
            _outdated(image).delete()
            ClinicRendition.objects.bulk_create(made, ignore_conflicts=True)


def _made_of_file(image: Any) -> tuple[list[ClinicRendition], dict[str, Any]]:
    """Return the missing renditions, not stored yet, and the fields that only the file can tell."""
    with image.open_file() as file:
        content = file.read()
    present = set(_fitting(image).values_list("filter_spec", flat=True))
    made = [
        image.generate_rendition_instance(Filter(spec=spec), BytesIO(content))
        for spec in ALL_SPECS
        if spec not in present
    ]
    width, height = _upright_size(content)
    return made, {"placeholder": _placeholder(image, content), "width": width, "height": height}


def _fitting(image: Any) -> QuerySet[ClinicRendition]:
    """Return the renditions that the presets ask for, made of this file around this focal point."""
    if not image.renditions_made.startswith(image.source):
        return image.renditions.none()
    focal_point = Filter(spec=ALL_SPECS[0]).get_cache_key(image)
    return image.renditions.filter(filter_spec__in=ALL_SPECS, focal_point_key=focal_point)


def _outdated(image: Any) -> QuerySet[ClinicRendition]:
    if image.renditions_made and not image.renditions_made.startswith(image.source):
        # The file was replaced: what the admin shows of it is outdated too.
        return image.renditions.all()
    return image.renditions.filter(filter_spec__regex=SPEC_PATTERN).exclude(pk__in=_fitting(image))


def _upright_size(content: bytes) -> tuple[int, int]:
    """Return the size as browsers show it: cameras store a picture as it fell in, and how to turn it."""
    with PIL.Image.open(BytesIO(content)) as picture:
        width, height = picture.size
        return (height, width) if picture.getexif().get(ORIENTATION) in SIDEWAYS else (width, height)


def _placeholder(image: ClinicImage, content: bytes) -> str:
    source = File(BytesIO(content), name=image.file.name)
    made = image.generate_rendition_file(Filter(spec=PLACEHOLDER_SPEC), source=source)
    # Wagtail hands the file over at its end.
    made.seek(0)
    return f"data:image/webp;base64,{b64encode(made.read()).decode()}"
