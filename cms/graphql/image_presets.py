"""The sizes in which images are shown. Saving an image makes its renditions; a read never does."""

from dataclasses import dataclass

from wagtail.images.models import AbstractImage


@dataclass(frozen=True, slots=True)
class Preset:
    """A named use of images: the Wagtail filter of its usual size, then those of its other sizes."""

    specs: tuple[str, ...]


def _filled(extension: str, *sizes: str) -> Preset:
    return Preset(specs=tuple(f"fill-{size}|format-{extension}" for size in sizes))


PRESETS = {
    "THUMBNAIL": _filled("webp", "160x160", "320x320"),
    "CARD": _filled("webp", "480x320", "960x640"),
    "HERO": _filled("webp", "1600x900", "800x450"),
    "PORTRAIT": _filled("webp", "480x600", "960x1200"),
    # Social networks ask for JPEG.
    "SOCIAL": _filled("jpeg", "1200x630"),
}
ALL_SPECS = tuple(spec for preset in PRESETS.values() for spec in preset.specs)


def create_preset_renditions(image: AbstractImage) -> None:
    """Make every rendition that the presets need and that is missing. Called on upload and on load, never in
    a read."""
    image.get_renditions(*ALL_SPECS)
