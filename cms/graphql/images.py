"""Images and their renditions. A read never makes a rendition: the job of cms/core/operations.py does.

Images are read as rows. The image model has, beside Wagtail's fields, `is_decorative` and `placeholder`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import FieldNode, SelectionSetNode
from graphql.execution.values import get_argument_values
from wagtail.images import get_image_model
from wagtail.images.models import Filter

from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.ids import encode_id
from cms.graphql.image_presets import ALL_SPECS, PRESETS
from cms.graphql.statements import KEYS, kept_rows
from cms.graphql.visibility import visible_images

# Python knows some of these only where the system does.
MIME_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}

ImagePreset = described_enum(
    "ImagePreset",
    "What an image is shown as; sizes and formats are ours to choose.",
    {
        "THUMBNAIL": "A small square, for lists.",
        "CARD": "Three by two, for cards.",
        "HERO": "Sixteen by nine, across the page.",
        "PORTRAIT": "Four by five, for people.",
        "SOCIAL": "For social networks, always JPEG.",
    },
)
ImageFormat = described_enum(
    "ImageFormat",
    "How a rendition is encoded.",
    {
        "AVIF": "The smallest files; offer it first in a `picture` element.",
        "WEBP": "Small, and known to every browser in use.",
        "JPEG": "For mail and other places that know nothing newer.",
    },
)
PRESET_ARGUMENT = graphene.Argument(graphene.NonNull(ImagePreset), description="What the image is shown as.")
FORMAT_ARGUMENT = graphene.Argument(
    ImageFormat,
    name="format",
    default_value=ImageFormat.WEBP,
    description="WEBP where left out. Presets with one format alone ignore it.",
)


@dataclass(frozen=True, slots=True, eq=False)
class ImageRow:
    """The columns of an image that the API shows. `file` is its name in the storage."""

    pk: int
    description: str
    is_decorative: bool
    width: int
    height: int
    file: str
    placeholder: str
    focal_point_x: int | None
    focal_point_y: int | None
    focal_point_width: int | None
    focal_point_height: int | None

    @property
    def alt_text(self) -> str:
        return "" if self.is_decorative else self.description


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file that a browser can load."""

    url: str
    width: int
    height: int

    @property
    def mime_type(self) -> str:
        return MIME_TYPES.get(PurePosixPath(self.url).suffix.lower(), "application/octet-stream")


class ImageRendition(graphene.ObjectType):
    """An image in one size and format."""

    url = graphene.NonNull(graphene.String, description="Absolute address.")
    width = graphene.NonNull(graphene.Int, description="In pixels.")
    height = graphene.NonNull(graphene.Int, description="In pixels.")
    mime_type = graphene.NonNull(graphene.String, description="Such as image/webp.")


class FocalPoint(graphene.ObjectType):
    """What must stay in sight when an image is cropped."""

    x = graphene.NonNull(graphene.Float, description="From 0 at the left edge to 1 at the right one.")
    y = graphene.NonNull(graphene.Float, description="From 0 at the top edge to 1 at the bottom.")


class Image(graphene.ObjectType):
    """A picture that an editor chose."""

    # Sources are rows, or blocks.ChosenImage around one.
    id = graphene.NonNull(graphene.ID, description="Opaque and stable.")
    alt = graphene.NonNull(
        graphene.String, description="Text for those who cannot see it; empty when decorative."
    )
    decorative = graphene.NonNull(graphene.Boolean, description="Screen readers skip it.")
    width = graphene.NonNull(graphene.Int, description="Of the original, in pixels.")
    height = graphene.NonNull(graphene.Int, description="Of the original, in pixels.")
    rendition = graphene.Field(
        graphene.NonNull(ImageRendition),
        preset=PRESET_ARGUMENT,
        image_format=FORMAT_ARGUMENT,
        description="The image for one use. Until that rendition is made: the nearest size, or the original.",
    )
    src_set = graphene.Field(
        graphene.NonNull(graphene.String),
        preset=PRESET_ARGUMENT,
        image_format=FORMAT_ARGUMENT,
        description="The value of a `srcset` attribute: every size there is, narrowest first.",
    )

    focal_point = graphene.Field(FocalPoint, description="Null where editors marked none.")
    placeholder = graphene.String(
        description="A `data:` address of a tiny blur, at most 400 characters. Null until it is made."
    )

    @staticmethod
    def resolve_id(image: ImageRow, info: graphene.ResolveInfo) -> str:
        return encode_id("Image", image.pk)

    @staticmethod
    def resolve_alt(image: ImageRow, info: graphene.ResolveInfo) -> str:
        return image.alt_text

    @staticmethod
    def resolve_decorative(image: ImageRow, info: graphene.ResolveInfo) -> bool:
        return image.is_decorative

    @staticmethod
    def resolve_rendition(
        image: ImageRow, info: graphene.ResolveInfo, preset: Any, image_format: Any
    ) -> ImageFile:
        return files_of(image, info, preset=preset, image_format=image_format)[0]

    @staticmethod
    def resolve_src_set(image: ImageRow, info: graphene.ResolveInfo, preset: Any, image_format: Any) -> str:
        # A small original has the same width in several sizes.
        widths = {
            file.width: file for file in files_of(image, info, preset=preset, image_format=image_format)
        }
        return ", ".join(f"{widths[width].url} {width}w" for width in sorted(widths))

    @staticmethod
    def resolve_focal_point(image: ImageRow, info: graphene.ResolveInfo) -> dict[str, float] | None:
        if image.focal_point_x is None or image.focal_point_y is None:
            return None
        return {
            "x": min(1.0, image.focal_point_x / image.width),
            "y": min(1.0, image.focal_point_y / image.height),
        }

    @staticmethod
    def resolve_placeholder(image: ImageRow, info: graphene.ResolveInfo) -> str | None:
        return image.placeholder or None


def load_image(row: Any, info: graphene.ResolveInfo, *, field: str) -> ImageRow | None:
    """Return the visible image whose key `row` holds in `field`. One query for all siblings of `row`.

    Rows that list their `image_keys()` have the images of all their fields loaded at once.
    """
    if hasattr(row, "image_keys"):
        return load_listed_image(row, info, key=getattr(row, field))

    def loader(rows: Sequence[Any]) -> dict[Any, ImageRow]:
        images = images_by_id({key for row in rows if (key := getattr(row, field))})
        return {id(row): images[key] for row in rows if (key := getattr(row, field)) in images}

    return info.context.batches.load(row, ("image", field), loader, row_key=id)


def load_listed_image(row: Any, info: graphene.ResolveInfo, *, key: int | None) -> ImageRow | None:
    """Return the visible image `key` of a row that lists its `image_keys()`. One query for all of all
    siblings."""

    def loader(rows: Sequence[Any]) -> dict[int, list[ImageRow]]:
        keys = {id(row): list(row.image_keys()) for row in rows}
        images = images_by_id({key for found in keys.values() for key in found})
        return {row: [images[key] for key in found if key in images] for row, found in keys.items()}

    found = info.context.batches.load(row, "images", loader, row_key=id)
    return next((image for image in found if image.pk == key), None)


def images_by_id(keys: set[int]) -> dict[int, ImageRow]:
    """Return the visible images among `keys` in one query, or none for no keys."""
    if not keys:
        return {}
    return {values["pk"]: ImageRow(**values) for values in kept_rows(_images, keys=list(keys))}


def _images() -> QuerySet[Any, dict[str, Any]]:
    return visible_images(get_image_model().objects.filter(pk__in=KEYS)).values(*ImageRow.__slots__)


def files_of(
    image: ImageRow, info: graphene.ResolveInfo, *, preset: Any, image_format: Any
) -> list[ImageFile]:
    """Return the renditions of `preset`, its usual size first, or else the original.

    One query for all presets that the request names, of all sibling images."""

    def loader(images: Sequence[ImageRow]) -> dict[int, dict[str, ImageFile]]:
        return _load_renditions(images, specs=_asked_specs(info), context=info.context)

    renditions = info.context.batches.load(image, "renditions", loader, default={})
    specs = _specs(preset=preset, image_format=image_format)
    return [renditions[spec] for spec in specs if spec in renditions] or [_original(image, info.context)]


def _specs(*, preset: Any, image_format: Any) -> tuple[str, ...]:
    return PRESETS[preset.name].specs_in((image_format or ImageFormat.WEBP).name)


def _asked_specs(info: graphene.ResolveInfo) -> tuple[str, ...]:
    """Return the filters of all presets and formats that the operation names, worked out once."""

    def loader(_: Sequence[Any]) -> dict[int, tuple[str, ...]]:
        selections = [definition.selection_set for definition in (info.operation, *info.fragments.values())]
        declared = info.schema.get_type(Image.__name__).fields
        asked = {
            (arguments["preset"], arguments["image_format"])
            for selection in selections
            for node in _fields_in(selection)
            if node.name.value in ("rendition", "srcSet")
            for arguments in [get_argument_values(declared[node.name.value], node, info.variable_values)]
        }
        specs = {spec for each in asked for spec in _specs(preset=each[0], image_format=each[1])}
        return {id(info.operation): tuple(sorted(specs))}

    return info.context.batches.load(info.operation, "image specs", loader, row_key=id)


def _fields_in(selection: SelectionSetNode) -> Iterator[FieldNode]:
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node
        below: SelectionSetNode | None = getattr(node, "selection_set", None)
        if below:
            yield from _fields_in(below)


# A rendition cut around an earlier focal point is still there, under another key.
FOCAL_POINT = Filter(spec=ALL_SPECS[0])


def _load_renditions(
    images: Sequence[ImageRow], *, specs: tuple[str, ...], context: GraphQLContext
) -> dict[int, dict[str, ImageFile]]:
    focal_points = {image.pk: FOCAL_POINT.get_cache_key(image) for image in images}
    model = get_image_model().get_rendition_model()
    storage = model._meta.get_field("file").storage
    found: dict[int, dict[str, ImageFile]] = {}
    for row in kept_rows(_renditions, specs, keys=list(focal_points)):
        pk = row["image_id"]
        if row["focal_point_key"] == focal_points[pk]:
            url = absolute_url(storage.url(row["file"]), base_url=context.base_url)
            file = ImageFile(url=url, width=row["width"], height=row["height"])
            found.setdefault(pk, {})[row["filter_spec"]] = file
    return found


def _renditions(specs: tuple[str, ...]) -> QuerySet[Any, dict[str, Any]]:
    renditions = get_image_model().get_rendition_model().objects
    found = renditions.filter(image_id__in=KEYS, filter_spec__in=specs)
    return found.values("image_id", "focal_point_key", "filter_spec", "file", "width", "height")


def _original(image: ImageRow, context: GraphQLContext) -> ImageFile:
    storage = get_image_model()._meta.get_field("file").storage
    url = absolute_url(storage.url(image.file), base_url=context.base_url)
    return ImageFile(url=url, width=image.width, height=image.height)


def absolute_url(url: str, *, base_url: str) -> str:
    """Return `url` with scheme and host; storages elsewhere give such a one already."""
    return base_url + url if url.startswith("/") else url
