"""The sizes and formats in which images are shown: declared here and nowhere else.

A job makes what is missing after an image was stored, after its focal point moved and after this file
changed; a read never makes anything (cms/core/operations.py).
"""

from dataclasses import dataclass

# By name in the API: as filters of Wagtail and file extensions know them. The first is the usual one.
FORMATS = {"WEBP": "webp", "AVIF": "avif", "JPEG": "jpeg"}


@dataclass(frozen=True, slots=True)
class Preset:
    """A named use of images: its usual size first, then its other sizes."""

    sizes: tuple[str, ...]
    formats: tuple[str, ...] = tuple(FORMATS)

    def specs_in(self, image_format: str) -> tuple[str, ...]:
        """Return Wagtail's filters of all sizes in this format, or in its own where it has only one."""
        extension = FORMATS[image_format if image_format in self.formats else self.formats[0]]
        return tuple(f"fill-{size}|format-{extension}" for size in self.sizes)

    @property
    def specs(self) -> tuple[str, ...]:
        """The filters of the usual format."""
        return self.specs_in(self.formats[0])


PRESETS = {
    "THUMBNAIL": Preset(sizes=("160x160", "320x320")),
    "CARD": Preset(sizes=("480x320", "960x640")),
    "HERO": Preset(sizes=("1600x900", "800x450")),
    "PORTRAIT": Preset(sizes=("480x600", "960x1200")),
    # Social networks ask for JPEG.
    "SOCIAL": Preset(sizes=("1200x630",), formats=("JPEG",)),
}
ALL_SPECS = tuple(
    spec
    for preset in PRESETS.values()
    for image_format in preset.formats
    for spec in preset.specs_in(image_format)
)
# Every filter that this file has ever named; no other part of the project or of Wagtail makes such.
SPEC_PATTERN = r"^fill-\d+x\d+\|format-[a-z]+$"
# A small blur of the whole image, kept as text.
PLACEHOLDER_SPEC = "max-16x16|bgcolor-ffffff|format-webp|webpquality-30"
