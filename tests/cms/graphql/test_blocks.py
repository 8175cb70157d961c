from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import graphene
import pytest
from grapple.registry import registry
from pytest_django import DjangoAssertNumQueries
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Page

from cms.graphql import extend
from cms.graphql.blocks import StreamFieldInterface, block_type, block_values, stream_types
from cms.graphql.extend import register_page_type
from cms.graphql.types import PageInterface
from tests.cms.graphql.world import (
    add_collection,
    add_image,
    add_page,
    context,
    data,
    restrict_collection,
    run,
)


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    minutes = blocks.IntegerBlock(required=False)


class FigureBlock(blocks.StructBlock):
    image = ImageBlock()
    photo = ImageChooserBlock(required=False)
    caption = blocks.CharBlock(required=False)


class CardBlock(blocks.StructBlock):
    text = blocks.RichTextBlock()
    important = blocks.BooleanBlock(required=False)
    on = blocks.DateBlock(required=False)
    page = blocks.PageChooserBlock(required=False)
    file = DocumentChooserBlock(required=False)
    steps = blocks.ListBlock(StepBlock())
    words = blocks.ListBlock(blocks.CharBlock())
    step = StepBlock(required=False)


class ArticleBlock(blocks.StreamBlock):
    heading = blocks.CharBlock()
    figure = FigureBlock()
    card = CardBlock()


class PlainPage(graphene.ObjectType):
    class Meta:
        interfaces = (PageInterface,)


@pytest.fixture(scope="module", autouse=True)
def plain_pages() -> Iterator[None]:
    """Let bare pages be chosen here, and leave no trace for the tests of the real schema."""
    register_page_type(Page, PlainPage)
    yield
    extend._page_types.pop(Page)


STREAM = ArticleBlock()
BODY = "{ articles { body { __typename id blockType field %s } } }"


@dataclass(frozen=True, slots=True)
class ArticleRow:
    pk: int
    body: Any


class Article(graphene.ObjectType):
    body = graphene.List(graphene.NonNull(StreamFieldInterface), resolver=block_values)


def articles(*bodies: list[dict[str, Any]], ask: str, given: Any = None) -> list[Any]:
    rows = [ArticleRow(pk=number, body=STREAM.to_python(body)) for number, body in enumerate(bodies)]

    class Query(graphene.ObjectType):
        items = graphene.List(Article, name="articles")

        @staticmethod
        def resolve_items(root: None, info: graphene.ResolveInfo) -> list[ArticleRow]:
            info.context.batches.add(rows)
            return rows

    schema = graphene.Schema(query=Query, types=[*stream_types(STREAM), PlainPage])
    return [article["body"] for article in data(run(schema, BODY % ask, given=given))["articles"]]


def stored(kind: str, value: Any, number: int = 0) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(UUID(int=number))}


def card(**values: Any) -> dict[str, Any]:
    return stored("card", {"text": "<p>Hello</p>", "steps": [], "words": []} | values, 7)


def test_blocks_bear_their_class_names_and_stored_ids() -> None:
    body = [stored("heading", "One", 1), stored("heading", "Two", 2), stored("gone", "x", 3)]

    assert articles(body, ask="... on CharBlock { value }") == [
        [
            {
                "__typename": "CharBlock",
                "id": str(UUID(int=number)),
                "blockType": "CharBlock",
                "field": "heading",
                "value": title,
            }
            for number, title in ((1, "One"), (2, "Two"))
        ]
    ]


def test_struct_block_shows_its_children() -> None:
    body = [
        card(
            important=True,
            on="2027-03-09",
            steps=[
                {"type": "item", "value": {"title": "Numb", "minutes": 30}, "id": "a"},
                {"type": "item", "value": {"title": "Treat"}, "id": "b"},
            ],
            words=[{"type": "item", "value": "calm", "id": "c"}],
            step={"title": "Rest", "minutes": 5},
        )
    ]
    ask = (
        "... on CardBlock { text { html text } important on steps { id title minutes } words step { title } }"
    )

    assert articles(body, ask=ask)[0][0] == {
        "__typename": "CardBlock",
        "id": str(UUID(int=7)),
        "blockType": "CardBlock",
        "field": "card",
        "text": {"html": "<p>Hello</p>", "text": "Hello"},
        "important": True,
        "on": "2027-03-09",
        "steps": [
            {"id": "a", "title": "Numb", "minutes": 30},
            {"id": "b", "title": "Treat", "minutes": None},
        ],
        "words": ["calm"],
        "step": {"title": "Rest"},
    }


@pytest.mark.django_db
def test_choosers_show_what_is_public_only() -> None:
    restricted = add_collection("Restricted")
    restrict_collection(restricted)
    public, secret = add_image("Public", description="Public"), add_image("Secret", collection=restricted)
    live, draft = add_page("Live"), add_page("Draft", live=False)
    figures = [stored("figure", {"image": {"image": image.pk}}, image.pk) for image in (public, secret)]
    cards = [card(page=page.pk) for page in (live, draft)]

    found = articles(
        [*figures, *cards],
        ask="... on FigureBlock { image { alt } photo { alt } } "
        "... on CardBlock { page { title } file { title } }",
    )[0]

    assert [block.get("image") for block in found[:2]] == [{"alt": "Public"}, None]
    assert [block["photo"] for block in found[:2]] == [None, None]
    assert [block["page"] for block in found[2:]] == [{"title": "Live"}, None]
    assert [block["file"] for block in found[2:]] == [None, None]


@pytest.mark.django_db
def test_image_of_a_block_is_described_by_the_block() -> None:
    image = add_image("Wall", description="A wall")
    body = [
        stored("figure", {"image": {"image": image.pk, "alt_text": text, "decorative": decorative}}, number)
        for number, (text, decorative) in enumerate([("Seen from here", False), ("", False), ("x", True)])
    ]
    found = articles(body, ask="... on FigureBlock { image { alt decorative } }")[0]
    assert [block["image"] for block in found] == [
        {"alt": "Seen from here", "decorative": False},
        {"alt": "A wall", "decorative": False},
        {"alt": "", "decorative": True},
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3, 20])
def test_bodies_of_a_list_cost_a_constant_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    page = add_page("Linked")
    link = f'<p><a linktype="page" id="{page.pk}">x</a></p>'
    bodies = [
        [stored("figure", {"image": {"image": add_image(f"{n}").pk}}, n), card(text=link)]
        for n in range(count)
    ]
    given = context()
    assert given.site is not None

    with django_assert_num_queries(3):
        articles(
            *bodies,
            ask="... on FigureBlock { image { rendition(preset: CARD) { url } } } "
            "... on CardBlock { text { html } }",
            given=given,
        )


def test_types_stand_in_the_registry_without_raw_values() -> None:
    types = stream_types(STREAM)
    assert [type_._meta.name for type_ in types] == ["CharBlock", "FigureBlock", "CardBlock"]
    assert [registry.streamfield_blocks[type(block)] for block in STREAM.child_blocks.values()] == types
    assert block_type(STREAM.child_blocks["heading"]) is types[0]
    assert not any("raw_value" in type_._meta.fields for type_ in types)
