from dataclasses import dataclass
from typing import Any

import graphene
import pytest
from pytest_django import DjangoAssertNumQueries
from wagtail.images.models import Filter

from cms.core.operations import due_images, make_renditions
from cms.graphql.image_presets import FORMATS, PRESETS
from cms.graphql.images import Image, load_image
from tests.cms.graphql.world import add_collection, add_image, data, restrict_collection, run

pytestmark = pytest.mark.django_db


def make_all(image: Any) -> None:
    make_renditions(due_images().get(pk=image.pk))


QUERY = """{ articles { photo { alt decorative width height srcSet(preset: CARD)
    card: rendition(preset: CARD) { url width height mimeType }
    social: rendition(preset: SOCIAL) { mimeType width height } } } }"""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    pk: int
    photo_id: int | None


class Article(graphene.ObjectType):
    photo = graphene.Field(Image, resolver=lambda row, info: load_image(row, info, field="photo_id"))


def articles(*photos: int | None, query: str = QUERY, variables: Any = None) -> list[Any]:
    rows = [ArticleRow(pk=number, photo_id=photo) for number, photo in enumerate(photos)]

    class Query(graphene.ObjectType):
        items = graphene.List(Article, name="articles")

        @staticmethod
        def resolve_items(root: None, info: graphene.ResolveInfo) -> list[ArticleRow]:
            info.context.batches.add(rows)
            return rows

    answer = run(graphene.Schema(query=Query), query, variables=variables)
    return [article["photo"] for article in data(answer)["articles"]]


def test_image_with_its_renditions() -> None:
    image = add_image("Teal", description="A teal wall")
    make_all(image)
    renditions = {rendition.filter_spec: rendition for rendition in image.renditions.all()}
    small, large = (renditions[f"fill-{size}|format-webp"] for size in ("480x320", "960x640"))

    assert articles(image.pk) == [
        {
            "alt": "A teal wall",
            "decorative": False,
            "width": 640,
            "height": 480,
            "srcSet": f"http://testserver{small.url} 480w, http://testserver{large.url} {large.width}w",
            "card": {
                "url": f"http://testserver{small.url}",
                "width": 480,
                "height": 320,
                "mimeType": "image/webp",
            },
            "social": {
                "mimeType": "image/jpeg",
                "width": renditions["fill-1200x630|format-jpeg"].width,
                "height": renditions["fill-1200x630|format-jpeg"].height,
            },
        }
    ]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_images_of_a_list_cost_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    images = [add_image(f"Image {number}") for number in range(count)]
    with django_assert_num_queries(2):
        found = articles(*[image.pk for image in images], None)
    assert [photo is None for photo in found] == [False] * count + [True]


def test_read_makes_no_rendition_and_falls_back_to_the_original() -> None:
    image = add_image("Bare")
    photo = articles(image.pk)[0]

    assert image.renditions.count() == 0
    assert photo["card"] == {
        "url": f"http://testserver{image.file.url}",
        "width": 640,
        "height": 480,
        "mimeType": "image/png",
    }
    assert photo["srcSet"] == f"http://testserver{image.file.url} 640w"


def test_only_the_other_size_of_a_preset_is_there() -> None:
    image = add_image("Large")
    image.get_rendition("fill-960x640|format-webp")
    create_elsewhere = articles(
        image.pk, query="{ articles { photo { rendition(preset: CARD) { mimeType } } } }"
    )
    assert create_elsewhere == [{"rendition": {"mimeType": "image/webp"}}]


def test_rendition_around_an_earlier_focal_point_is_not_shown() -> None:
    image = add_image("Moved")
    make_all(image)
    old = set(image.renditions.values_list("file", flat=True))
    image.focal_point_x, image.focal_point_y = 10, 10
    image.focal_point_width = image.focal_point_height = 20
    image.save()

    assert articles(image.pk)[0]["card"]["url"] == f"http://testserver{image.file.url}"
    make_all(image)
    url = articles(image.pk)[0]["card"]["url"]
    assert not any(url.endswith(name) for name in old)


FORMAT_QUERY = """query($preset: ImagePreset!, $format: ImageFormat) { articles { photo {
    ...sized } } } fragment sized on Image {
    rendition(preset: $preset, format: $format) { url mimeType }
    srcSet(preset: $preset, format: $format) } """


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("image_format", [*FORMATS, None])
def test_presets_come_in_all_their_formats(preset: str, image_format: str | None) -> None:
    image = add_image("Teal")
    add_renditions(image, preset)
    [photo] = articles(image.pk, query=FORMAT_QUERY, variables={"preset": preset, "format": image_format})

    extension = FORMATS["JPEG" if preset == "SOCIAL" else image_format or "WEBP"]
    assert photo["rendition"]["mimeType"] == f"image/{extension}"
    links = photo["srcSet"].split(", ")
    assert len(links) == len(PRESETS[preset].sizes)
    assert photo["rendition"]["url"] in [link.split()[0] for link in links]


def add_renditions(image: Any, preset: str) -> None:
    """Rows alone: what is in the files does not matter here."""
    for image_format in PRESETS[preset].formats:
        for width, spec in enumerate(PRESETS[preset].specs_in(image_format), start=1):
            image.renditions.create(
                filter_spec=spec,
                focal_point_key=Filter(spec=spec).get_cache_key(image),
                file=f"images/{width}.{FORMATS[image_format]}",
                width=width,
                height=1,
            )


def test_sizes_that_come_out_alike_are_listed_once() -> None:
    image = add_image("Small")
    make_all(image)
    [photo] = articles(image.pk, query="{ articles { photo { srcSet(preset: HERO) } } }")

    assert [link.split()[1] for link in photo["srcSet"].split(", ")] == ["640w"]


FOCAL_QUERY = "{ articles { photo { focalPoint { x y } placeholder } } }"


@pytest.mark.parametrize(
    ("x", "y", "shown"),
    [
        (None, None, None),
        (0, 0, {"x": 0.0, "y": 0.0}),
        (320, 120, {"x": 0.5, "y": 0.25}),
        (9000, 9000, {"x": 1.0, "y": 1.0}),
    ],
)
def test_focal_point_is_a_fraction(x: int | None, y: int | None, shown: dict[str, float] | None) -> None:
    image = add_image("Teal", focal_point_x=x, focal_point_y=y)

    assert articles(image.pk, query=FOCAL_QUERY) == [{"focalPoint": shown, "placeholder": None}]


def test_placeholder_is_an_address_of_its_own() -> None:
    image = add_image("Teal")
    make_all(image)
    [photo] = articles(image.pk, query=FOCAL_QUERY)

    assert photo["placeholder"].startswith("data:image/webp;base64,")


def test_image_in_a_restricted_collection_is_not_shown() -> None:
    restricted = add_collection("Restricted")
    restrict_collection(restricted)
    image = add_image("Secret", collection=add_collection("Below", parent=restricted))
    assert articles(image.pk) == [None]


def test_decorative_image_has_no_text() -> None:
    image = add_image("Line", description="A line", is_decorative=True)
    found = articles(image.pk, query="{ articles { photo { alt decorative } } }")
    assert found == [{"alt": "", "decorative": True}]
