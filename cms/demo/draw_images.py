"""Draw the demo clinic's pictures: `python -m cms.demo.draw_images`. The results are tracked in pictures/."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent / "pictures"
HERO_SIZE = (1600, 900)
PORTRAIT_SIZE = (900, 1200)
# Shapes are drawn this much larger and scaled down, which smooths their edges.
OVERSAMPLING = 2

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    light: Colour
    middle: Colour
    deep: Colour
    accent: Colour


@dataclass(frozen=True, slots=True)
class Sitter:
    slug: str
    palette: Palette
    skin: Colour
    hair: Colour
    coat: Colour
    long_hair: bool


SAGE = Palette(light=(236, 243, 236), middle=(158, 190, 170), deep=(52, 94, 84), accent=(233, 170, 120))
DAWN = Palette(light=(252, 240, 232), middle=(236, 180, 160), deep=(136, 72, 84), accent=(255, 214, 150))
DUSK = Palette(light=(232, 236, 248), middle=(150, 168, 208), deep=(50, 64, 110), accent=(240, 180, 150))
SAND = Palette(light=(250, 243, 228), middle=(224, 190, 140), deep=(128, 84, 50), accent=(120, 164, 160))
LILAC = Palette(light=(243, 236, 248), middle=(186, 164, 208), deep=(88, 62, 120), accent=(246, 196, 170))
LAKE = Palette(light=(228, 244, 246), middle=(132, 190, 200), deep=(26, 88, 108), accent=(244, 200, 130))

Motif = Callable[[ImageDraw.ImageDraw, Palette, random.Random], None]


def draw_hero(*, slug: str, palette: Palette, motif: Motif) -> Image.Image:
    canvas = softly_lit(size=HERO_SIZE, palette=palette, seed=slug)
    layer = Image.new("RGBA", scaled(HERO_SIZE), (0, 0, 0, 0))
    motif(ImageDraw.Draw(layer), palette, random.Random(slug))
    return with_shadow(canvas=canvas, layer=layer)


def draw_portrait(sitter: Sitter) -> Image.Image:
    canvas = softly_lit(size=PORTRAIT_SIZE, palette=sitter.palette, seed=sitter.slug)
    layer = Image.new("RGBA", scaled(PORTRAIT_SIZE), (0, 0, 0, 0))
    draw_bust(ImageDraw.Draw(layer), sitter)
    return with_shadow(canvas=canvas, layer=layer)


def softly_lit(*, size: tuple[int, int], palette: Palette, seed: str) -> Image.Image:
    """A diagonal gradient with a few blurred lights on it."""
    width, height = size
    ramp = (
        Image.linear_gradient("L")
        .resize((width * 2, height * 2))
        .rotate(28, resample=Image.Resampling.BICUBIC)
    )
    ramp = ramp.crop((width // 2, height // 2, width // 2 + width, height // 2 + height))
    canvas = Image.composite(
        Image.new("RGB", size, palette.middle), Image.new("RGB", size, palette.light), ramp
    )
    chance = random.Random(seed)
    lights = Image.new("RGB", size, (0, 0, 0))
    pen = ImageDraw.Draw(lights)
    for _ in range(4):
        x, y, radius = (
            chance.uniform(0, width),
            chance.uniform(0, height),
            chance.uniform(0.15, 0.35) * height,
        )
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(34, 30, 24))
    return ImageChops.add(canvas, lights.filter(ImageFilter.GaussianBlur(height / 9)))


def with_shadow(*, canvas: Image.Image, layer: Image.Image) -> Image.Image:
    layer = layer.resize(canvas.size, Image.Resampling.LANCZOS)
    shade = layer.getchannel("A").point(lambda alpha: alpha * 0.22).filter(ImageFilter.GaussianBlur(18))
    shadow = Image.new("RGBA", canvas.size, (20, 24, 40, 0))
    shadow.putalpha(shade.transform(shade.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, -14)))
    lit = Image.alpha_composite(canvas.convert("RGBA"), shadow)
    return Image.alpha_composite(lit, layer).convert("RGB")


def scaled(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] * OVERSAMPLING, size[1] * OVERSAMPLING


def at(x: float, y: float) -> Point:
    return x * OVERSAMPLING, y * OVERSAMPLING


def box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return (*at(x, y), *at(x + width, y + height))


def circle(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return box(x - radius, y - radius, radius * 2, radius * 2)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def wave(*, base: float, height: float, length: float, phase: float) -> Iterator[Point]:
    for x in range(-20, HERO_SIZE[0] + 21, 8):
        yield at(x, base + height * math.sin(x / length + phase))


def band(*, width: float, **shape: float) -> list[Point]:
    """The outline of a wave as wide as `width`."""
    upper = list(
        wave(
            base=shape["base"] - width / 2,
            height=shape["height"],
            length=shape["length"],
            phase=shape["phase"],
        )
    )
    lower = list(
        wave(
            base=shape["base"] + width / 2,
            height=shape["height"],
            length=shape["length"],
            phase=shape["phase"],
        )
    )
    return [*upper, *reversed(lower)]


def below(line: Iterator[Point]) -> list[Point]:
    return [*line, at(HERO_SIZE[0] + 20, HERO_SIZE[1] + 20), at(-20, HERO_SIZE[1] + 20)]


def skin_layers(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for step in range(5):
        line = wave(base=430 + step * 95, height=26 - step * 3, length=190 + step * 20, phase=step * 0.9)
        pen.polygon(below(line), fill=blend(palette.light, palette.deep, 0.18 + step * 0.17))
    for column in range(9):
        x = 360 + column * 110
        pen.rounded_rectangle(box(x - 5, 120 + chance.uniform(0, 24), 10, 190), 10, fill=palette.deep)
        pen.polygon([at(x - 3, 300), at(x + 3, 300), at(x, 540)], fill=palette.accent)


def speaking_circles(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for x, y, radius, colour in ((620, 420, 230, palette.deep), (980, 480, 230, palette.accent)):
        pen.ellipse(circle(x, y, radius), fill=colour)
    pen.polygon([at(480, 580), at(640, 640), at(440, 740)], fill=palette.deep)
    pen.polygon([at(1120, 640), at(980, 700), at(1180, 790)], fill=palette.accent)
    for row, width in enumerate((230, 180, 210)):
        pen.rounded_rectangle(box(500, 340 + row * 64, width, 20), 20, fill=palette.light)
        pen.rounded_rectangle(
            box(900, 400 + row * 64, width - chance.uniform(0, 40), 20), 20, fill=palette.light
        )


def spine(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    centres = [(800 + 60 * math.sin(index * 0.62), 90 + index * 90, 130 + index * 13) for index in range(9)]
    pen.line([at(x, y) for x, y, _ in centres], fill=palette.accent, width=40)
    for index, (x, y, width) in enumerate(centres):
        colour = blend(palette.middle, palette.deep, 0.35 + index * 0.07)
        pen.polygon(
            [at(x - width * 0.95, y + 34), at(x, y - 18), at(x + width * 0.95, y + 34), at(x, y + 14)],
            fill=colour,
        )
        pen.rounded_rectangle(box(x - width / 2, y - 28, width, 56), 50, fill=colour)


def stretched_discs(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    pen.rounded_rectangle(box(120, 620, 1360, 46), 40, fill=palette.deep)
    for leg in (240, 1300):
        pen.rounded_rectangle(box(leg, 660, 60, 180), 20, fill=blend(palette.deep, palette.middle, 0.3))
    x = 210.0
    for index in range(8):
        pen.rounded_rectangle(
            box(x, 430, 108, 150), 44, fill=blend(palette.light, palette.deep, 0.35 + 0.06 * index)
        )
        pen.rounded_rectangle(box(x + 116, 455, 18 + index * 3, 100), 20, fill=palette.accent)
        x += 142 + index * 4


def strokes(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for step in range(8):
        colour = palette.accent if step in (2, 5) else blend(palette.middle, palette.deep, step / 7)
        pen.polygon(
            band(width=46, base=190 + step * 78, height=70, length=230, phase=step * 0.22), fill=colour
        )


def needles(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    pen.polygon(below(wave(base=620, height=50, length=260, phase=0.4)), fill=palette.deep)
    pen.polygon(
        below(wave(base=700, height=44, length=300, phase=1.6)),
        fill=blend(palette.deep, palette.middle, 0.35),
    )
    for x, lean in ((520, -90), (740, -30), (960, 40), (1160, 110)):
        pen.line([at(x + lean, 150), at(x, 660)], fill=palette.light, width=8 * OVERSAMPLING)
        pen.line([at(x + lean, 150), at(x + lean * 0.62, 330)], fill=palette.accent, width=26 * OVERSAMPLING)
        pen.ellipse(circle(x, 664, 20), fill=palette.accent)


def cups(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    pen.polygon(
        below(wave(base=640, height=40, length=330, phase=0.2)),
        fill=blend(palette.middle, palette.deep, 0.55),
    )
    for x, radius in ((380, 130), (690, 170), (1020, 150), (1300, 110)):
        base = 640 + 40 * math.sin(x / 330 + 0.2)
        pen.pieslice(
            box(x - radius, base - radius * 1.5, radius * 2, radius * 3), 180, 360, fill=palette.deep
        )
        pen.ellipse(circle(x, base - radius * 1.5, radius * 0.22), fill=palette.accent)
        pen.arc(
            box(x - radius * 0.7, base - radius * 1.2, radius * 1.4, radius * 2.2),
            195,
            250,
            fill=palette.light,
            width=20,
        )


def plumb_line(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for x in range(200, 1500, 150):
        pen.line([at(x, 60), at(x, 840)], fill=blend(palette.light, palette.middle, 0.5), width=6)
    pen.ellipse(circle(800, 200, 92), fill=palette.deep)
    pen.rounded_rectangle(box(690, 310, 220, 300), 200, fill=blend(palette.deep, palette.middle, 0.2))
    pen.rounded_rectangle(box(706, 560, 84, 290), 80, fill=palette.deep)
    pen.rounded_rectangle(box(810, 560, 84, 290), 80, fill=palette.deep)
    pen.line([at(800, 60), at(800, 860)], fill=palette.accent, width=14)
    for y in (200, 340, 560):
        pen.line([at(640, y), at(960, y)], fill=palette.accent, width=10)


def nested_curves(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for step in range(6):
        radius = 370 - step * 58
        colour = blend(palette.deep, palette.light, step / 6)
        pen.ellipse(circle(800 + step * 22, 460 + step * 14, radius), fill=colour)
    pen.ellipse(circle(930, 545, 46), fill=palette.accent)


def insoles(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for x, side in ((640, -1), (960, 1)):
        pen.ellipse(box(x - 125, 130, 250, 390), fill=palette.deep)
        pen.ellipse(box(x - 92 - side * 10, 500, 184, 290), fill=palette.deep)
        pen.polygon(
            [at(x - 122, 350), at(x + 122, 350), at(x + 88 - side * 10, 640), at(x - 96 - side * 10, 640)],
            fill=palette.deep,
        )
        pen.ellipse(box(x - 84, 190, 168, 250), fill=blend(palette.deep, palette.middle, 0.35))
        pen.ellipse(box(x - 58 - side * 10, 580, 116, 160), fill=palette.accent)


def ribbons(pen: ImageDraw.ImageDraw, palette: Palette, chance: random.Random) -> None:
    for step, colour in enumerate((palette.deep, palette.accent, blend(palette.deep, palette.middle, 0.5))):
        outline = band(
            width=90, base=330 + step * 130, height=150 - step * 30, length=280 - step * 40, phase=step * 1.3
        )
        pen.polygon(outline, fill=colour)


def draw_bust(pen: ImageDraw.ImageDraw, sitter: Sitter) -> None:
    skin_shade = blend(sitter.skin, (60, 30, 30), 0.18)
    if sitter.long_hair:
        pen.rounded_rectangle(box(258, 250, 384, 620), 380, fill=sitter.hair)
    pen.rounded_rectangle(box(120, 830, 660, 520), 420, fill=sitter.coat)
    pen.rounded_rectangle(box(376, 640, 148, 280), 130, fill=skin_shade)
    pen.polygon([at(330, 838), at(570, 838), at(450, 1020)], fill=skin_shade)
    pen.polygon([at(322, 826), at(450, 1020), at(300, 1010)], fill=blend(sitter.coat, (255, 255, 255), 0.45))
    pen.polygon([at(578, 826), at(450, 1020), at(600, 1010)], fill=blend(sitter.coat, (255, 255, 255), 0.45))
    pen.ellipse(box(296, 300, 308, 420), fill=sitter.skin)
    draw_hair(pen, sitter)
    pen.ellipse(circle(620, 1080, 26), fill=sitter.palette.accent)


def draw_hair(pen: ImageDraw.ImageDraw, sitter: Sitter) -> None:
    pen.chord(box(276, 262, 348, 300), 180, 360, fill=sitter.hair)
    if sitter.long_hair:
        pen.chord(box(276, 290, 230, 330), 150, 300, fill=sitter.hair)
        pen.chord(box(420, 290, 204, 300), 250, 30, fill=sitter.hair)
        return
    pen.rounded_rectangle(box(276, 396, 34, 130), 30, fill=sitter.hair)
    pen.rounded_rectangle(box(590, 396, 34, 130), 30, fill=sitter.hair)


HEROES: dict[str, tuple[Palette, Motif]] = {
    "micro-needling": (DAWN, skin_layers),
    "initial-consultation": (SAGE, speaking_circles),
    "chiropractic-adjustment": (LAKE, spine),
    "spinal-decompression": (DUSK, stretched_discs),
    "sports-massage": (SAND, strokes),
    "dry-needling": (SAGE, needles),
    "cupping-therapy": (DAWN, cups),
    "posture-assessment": (LAKE, plumb_line),
    "prenatal-chiropractic-care": (LILAC, nested_curves),
    "custom-orthotics": (SAND, insoles),
    "kinesiology-taping": (DUSK, ribbons),
}

SITTERS = (
    Sitter("sarah-white", SAGE, (236, 200, 176), (108, 66, 44), (250, 250, 250), long_hair=True),
    Sitter("james-okafor", SAND, (112, 74, 54), (32, 26, 26), (60, 84, 120), long_hair=False),
    Sitter("maria-delgado", DAWN, (206, 154, 120), (44, 28, 28), (70, 120, 112), long_hair=True),
    Sitter("daniel-kim", DUSK, (234, 198, 164), (28, 26, 34), (244, 246, 250), long_hair=False),
    Sitter("helen-brooks", LILAC, (240, 208, 190), (176, 172, 176), (110, 84, 140), long_hair=True),
    Sitter("amira-haddad", LAKE, (198, 148, 112), (58, 36, 30), (236, 226, 206), long_hair=True),
)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for slug, (palette, motif) in HEROES.items():
        save(draw_hero(slug=slug, palette=palette, motif=motif), name=f"{slug}.jpg")
    for sitter in SITTERS:
        save(draw_portrait(sitter), name=f"{sitter.slug}.jpg")


def save(picture: Image.Image, *, name: str) -> None:
    picture.save(FOLDER / name, quality=66, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
