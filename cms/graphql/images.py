"""Images and their renditions. A read never makes a rendition: publishing and uploading do."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, AbstractRendition, Filter

from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.ids import encode_id
from cms.graphql.image_presets import ALL_SPECS, PRESETS
from cms.graphql.visibility import visible_images

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
PRESET_ARGUMENT = graphene.Argument(graphene.NonNull(ImagePreset), description="What the image is shown as.")


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file that a browser can load."""

    url: str
    width: int
    height: int

    @property
    def mime_type(self) -> str:
        return mimetypes.guess_type(self.url)[0] or "application/octet-stream"


class ImageRendition(graphene.ObjectType):
    """An image in one size and format."""

    url = graphene.NonNull(graphene.String, description="Absolute address.")
    width = graphene.NonNull(graphene.Int, description="In pixels.")
    height = graphene.NonNull(graphene.Int, description="In pixels.")
    mime_type = graphene.NonNull(graphene.String, description="Such as image/webp.")


class Image(graphene.ObjectType):
    """A picture that an editor chose."""

    # Sources are instances of the image model, or blocks.ChosenImage around one.
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
        description="The image for one use. Until that rendition is made: the nearest size, or the original.",
    )
    src_set = graphene.Field(
        graphene.NonNull(graphene.String),
        preset=PRESET_ARGUMENT,
        description="The value of a `srcset` attribute: every size there is, narrowest first.",
    )

    @staticmethod
    def resolve_id(image: AbstractImage, info: graphene.ResolveInfo) -> str:
        return encode_id("Image", image.pk)

    @staticmethod
    def resolve_alt(image: Any, info: graphene.ResolveInfo) -> str:
        return image.alt_text

    @staticmethod
    def resolve_decorative(image: Any, info: graphene.ResolveInfo) -> bool:
        # Not `decorative`: Wagtail sets an attribute of that name to False on every image it loads.
        return is_decorative(image)

    @staticmethod
    def resolve_rendition(image: AbstractImage, info: graphene.ResolveInfo, preset: Any) -> ImageFile:
        return files_of(image, info.context, preset=preset.name)[0]

    @staticmethod
    def resolve_src_set(image: AbstractImage, info: graphene.ResolveInfo, preset: Any) -> str:
        files = files_of(image, info.context, preset=preset.name)
        return ", ".join(f"{file.url} {file.width}w" for file in sorted(files, key=lambda file: file.width))


def is_decorative(image: Any) -> bool:
    return getattr(image, "is_decorative", False)


def load_image(row: Any, info: graphene.ResolveInfo, *, field: str) -> AbstractImage | None:
    """Return the visible image whose key `row` holds in `field`. One query for all siblings of `row`.

    Rows that list their `image_keys()` have the images of all their fields loaded at once.
    """
    if hasattr(row, "image_keys"):
        return load_listed_image(row, info, key=getattr(row, field))

    def loader(rows: Sequence[Any]) -> dict[Any, AbstractImage]:
        images = images_by_id({key for row in rows if (key := getattr(row, field))})
        return {id(row): images[key] for row in rows if (key := getattr(row, field)) in images}

    return info.context.batches.load(row, ("image", field), loader, row_key=id)


def load_listed_image(row: Any, info: graphene.ResolveInfo, *, key: int | None) -> AbstractImage | None:
    """Return the visible image `key` of a row that lists its `image_keys()`. One query for all of all
    siblings."""

    def loader(rows: Sequence[Any]) -> dict[int, list[AbstractImage]]:
        images = images_by_id({key for row in rows for key in row.image_keys()})
        return {id(row): [images[key] for key in row.image_keys() if key in images] for row in rows}

    found = info.context.batches.load(row, "images", loader, row_key=id)
    return next((image for image in found if image.pk == key), None)


def images_by_id(keys: set[int]) -> dict[int, AbstractImage]:
    """Return the visible images among `keys` in one query, or none for no keys."""
    if not keys:
        return {}
    return {image.pk: image for image in visible_images(get_image_model().objects.filter(pk__in=keys))}


def files_of(image: AbstractImage, context: GraphQLContext, *, preset: str) -> list[ImageFile]:
    """Return the renditions of `preset`, its usual size first. One query for all presets of all sibling
    images."""
    renditions = context.batches.load(image, "renditions", _load_renditions, default={})
    found = [renditions[spec] for spec in PRESETS[preset].specs if spec in renditions]
    if not found:
        return [_image_file(image, context)]
    return [_image_file(rendition, context) for rendition in found]


def _load_renditions(images: Sequence[AbstractImage]) -> dict[int, dict[str, AbstractRendition]]:
    by_pk = {image.pk: image for image in images}
    found: dict[int, dict[str, AbstractRendition]] = {}
    rows = (
        get_image_model().get_rendition_model().objects.filter(image_id__in=by_pk, filter_spec__in=ALL_SPECS)
    )
    for rendition in rows:
        # A rendition cut around an earlier focal point is still there under another key.
        if rendition.focal_point_key == Filter(spec=rendition.filter_spec).get_cache_key(
            by_pk[rendition.image_id]
        ):
            found.setdefault(rendition.image_id, {})[rendition.filter_spec] = rendition
    return found


def _image_file(source: AbstractImage | AbstractRendition, context: GraphQLContext) -> ImageFile:
    return ImageFile(
        url=absolute_url(source.file.url, base_url=context.base_url), width=source.width, height=source.height
    )


def absolute_url(url: str, *, base_url: str) -> str:
    """Return `url` with scheme and host; storages elsewhere give such a one already."""
    return base_url + url if url.startswith("/") else url
