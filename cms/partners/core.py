"""Values of the embeds: origins, colours that can be read, and what a partner's theme is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

# Scheme, host and perhaps a port: what browsers send as Origin. Plain http is for a developer's own machine.
ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?"
)
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
WHITE, BLACK = "#ffffff", "#000000"
# The backgrounds that an accent stands on: cms/partners/embed/*/embed.css.
LIGHT_BACKGROUND, DARK_BACKGROUND = WHITE, "#15181c"
# WCAG 2.2, 1.4.11: borders, focus rings and the shapes of buttons.
LEAST_CONTRAST = 3.0
FONTS = {
    "system": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    "serif": "Georgia, Cambria, 'Times New Roman', serif",
    "rounded": "ui-rounded, 'Hiragino Maru Gothic ProN', Quicksand, Nunito, system-ui, sans-serif",
    "mono": "ui-monospace, 'Cascadia Code', 'Source Code Pro', Menlo, monospace",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """How embeds look on a partner's pages. `accent` is `#rrggbb`, `font` a list of CSS font families."""

    accent: str
    radius_px: int
    font: str
    scheme: str

    @property
    def on_accent(self) -> str:
        """Black or white: one of them always has 4.5 to 1 on a colour."""
        return max((WHITE, BLACK), key=lambda text: contrast(text, self.accent))

    @property
    def json(self) -> dict[str, str]:
        return {
            "accent": self.accent,
            "onAccent": self.on_accent,
            "radius": f"{self.radius_px}px",
            "font": self.font,
            "scheme": self.scheme,
        }

    @property
    def css(self) -> str:
        """Return the custom properties of the article page, as the text of a style element."""
        values = {
            "accent": self.accent,
            "on-accent": self.on_accent,
            "radius": f"{self.radius_px}px",
            "font": self.font,
        }
        return ":root{" + "".join(f"--clinic-{name}:{value};" for name, value in values.items()) + "}"


def full_colour(colour: str) -> str:
    """Return `#0A6` or `#00AA66` as `#00aa66`."""
    digits = colour.lower().removeprefix("#")
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours by WCAG, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = full_colour(colour)[1:]
    shares = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hidden_on(accent: str) -> list[str]:
    """Return the backgrounds on which the colour is hard to see, in words with the contrast found."""
    backgrounds = {"white": LIGHT_BACKGROUND, "the dark background": DARK_BACKGROUND}
    found = {name: contrast(accent, colour) for name, colour in backgrounds.items()}
    return [f"{ratio:.1f} to 1 on {name}" for name, ratio in found.items() if ratio < LEAST_CONTRAST]


def origin_of(address: str) -> str:
    """Return the origin of a web address as browsers write it, empty for what is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    standard = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")


def frame_ancestors(origins: tuple[str, ...]) -> str:
    """Return the directive for pages that `origins` may frame, and our own host: the admin shows previews."""
    return " ".join(["frame-ancestors 'self'", *origins])


# Sentences ----------------------------------------------------------------------------------------


def day_words(day: date, *, texts: Mapping[str, Any]) -> str:
    return texts["date"].format(day=day.day, month=texts["months"][day.month - 1], year=day.year)
