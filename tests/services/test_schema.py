from datetime import UTC, datetime
from itertools import chain
from typing import Any

import pytest

from services.models import ProcedurePage
from tests.api import ask, refusal
from tests.factories import make_category, make_procedure, make_provider
from tests.hiding import make_image
from tests.services.articles import RISKS, make_article, risk

pytestmark = pytest.mark.django_db


def titles(query: str, **variables: Any) -> list[str]:
    return [node["title"] for node in ask(query, **variables)["procedures"]["nodes"]]


def test_procedure_shows_the_whole_article() -> None:
    image = make_image()
    make_article(
        summary="Fine needles, firmer skin.",
        category=make_category(name="Skin"),
        hero_image=image,
        seo_title="Micro needling in Denver",
        search_description="How it works.",
        noindex=True,
    )

    found = ask(
        """{ procedure(slug: "micro-needling") {
          title slug path url summary alsoKnownAs category { name slug } downtime
          durationMinutesMin durationMinutesMax
          introduction { html text } howItWorks { html } aftercare { html }
          whatToExpect { phase title description { html } }
          benefits { title description { text } icon { id } }
          risks { title severity likelihood description { text } }
          faqs { question answer { html } }
          body { field blockType ... on HeadingBlock { text } ... on ParagraphBlock { content { html } } }
          heroImage { alt width height } seo { title description noindex socialImage { id } }
          lastReviewedOn reviewedBy { title } } }"""
    )

    assert found["procedure"] == {
        "title": "Micro needling",
        "slug": "micro-needling",
        "path": "/procedures/micro-needling/",
        "url": "http://localhost/procedures/micro-needling/",
        "summary": "Fine needles, firmer skin.",
        "alsoKnownAs": ["Collagen induction therapy"],
        "category": {"name": "Skin", "slug": "skin"},
        "downtime": "A few days",
        "durationMinutesMin": 30,
        "durationMinutesMax": 60,
        "introduction": {"html": "<p>Text</p>", "text": "Text"},
        "howItWorks": {"html": "<p>Text</p>"},
        "aftercare": {"html": "<p>Text</p>"},
        "whatToExpect": [{"phase": "BEFORE", "title": "Numbing", "description": {"html": "<p>Text</p>"}}],
        "benefits": [
            {"title": title, "description": {"text": "Text"}, "icon": None}
            for title in ("Skin texture", "Radiance", "Pore size")
        ],
        "risks": [
            {
                "title": title,
                "severity": severity.upper(),
                "likelihood": likelihood.upper(),
                "description": {"text": "Text"},
            }
            for title, severity, likelihood in RISKS
        ],
        "faqs": [{"question": "Does it hurt?", "answer": {"html": "<p>Text</p>"}}],
        "body": [
            {"field": "heading", "blockType": "HeadingBlock", "text": "More"},
            {"field": "paragraph", "blockType": "ParagraphBlock", "content": {"html": "<p>Text</p>"}},
        ],
        "heroImage": {"alt": "Treatment room", "width": 64, "height": 48},
        "seo": {
            "title": "Micro needling in Denver",
            "description": "How it works.",
            "noindex": True,
            "socialImage": None,
        },
        "lastReviewedOn": None,
        "reviewedBy": None,
    }


def test_block_ids_are_the_stored_ones() -> None:
    page = make_article()

    found = ask(
        """{ procedure(slug: "micro-needling") {
          benefits { id } risks { id } faqs { id } whatToExpect { id } body { id } } }"""
    )["procedure"]

    assert {name: [block["id"] for block in blocks] for name, blocks in found.items()} == {
        "benefits": [block.id for block in page.benefits],
        "risks": [block.id for block in page.risks],
        "faqs": [block.id for block in page.faqs],
        "whatToExpect": [block.id for block in page.what_to_expect],
        "body": [block.id for block in page.body],
    }


def test_procedure_with_nothing_filled_in() -> None:
    make_procedure()

    found = ask(
        """{ procedure(slug: "micro-needling") {
          alsoKnownAs category { slug } introduction { html text } benefits { id } risks { id } body { id }
          heroImage { id } downtime durationMinutesMin seo { title description } } }"""
    )

    assert found["procedure"] == {
        "alsoKnownAs": [],
        "category": None,
        "introduction": {"html": "", "text": ""},
        "benefits": [],
        "risks": [],
        "body": [],
        "heroImage": None,
        "downtime": "",
        "durationMinutesMin": None,
        "seo": {"title": "Micro needling", "description": ""},
    }


def test_procedure_is_found_by_its_id() -> None:
    make_procedure()
    [node] = ask("{ procedures { nodes { id } } }")["procedures"]["nodes"]

    found = ask("query($id: ID!) { procedure(id: $id) { title } }", id=node["id"])

    assert found == {"procedure": {"title": "Micro needling"}}


@pytest.mark.parametrize("which", ['slug: "botox"', 'id: "UGFnZTo5OTk5"', 'id: "nonsense"', 'id: ""'])
def test_procedure_unknown_is_null(which: str) -> None:
    make_procedure()

    assert ask(f"{{ procedure({which}) {{ title }} }}") == {"procedure": None}


def test_procedure_by_the_id_of_a_provider_is_null() -> None:
    make_procedure()
    make_provider()
    provider_id = ask("{ providers { nodes { id } } }")["providers"]["nodes"][0]["id"]

    assert ask("query($id: ID!) { procedure(id: $id) { title } }", id=provider_id) == {"procedure": None}


def test_procedure_by_id_and_slug_of_two_procedures_is_null() -> None:
    make_procedure()
    make_procedure(title="Cupping")
    first = ask("{ procedures { nodes { id } } }")["procedures"]["nodes"][0]["id"]

    query = "query($id: ID!, $slug: String!) { procedure(id: $id, slug: $slug) { title } }"

    assert ask(query, id=first, slug="micro-needling") == {"procedure": None}
    assert ask(query, id=first, slug="cupping") == {"procedure": {"title": "Cupping"}}


@pytest.mark.parametrize("arguments", ["", "(slug: null)", "(id: null, slug: null)"])
def test_procedure_without_id_and_slug_is_refused(arguments: str) -> None:
    assert refusal(f"{{ procedure{arguments} {{ title }} }}") == (
        "BAD_INPUT",
        "Say which one: give `id` or `slug`.",
    )


# Risks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["Sensitivity", "Redness", "Infection", "Scarring", "Swelling"]),
        ("(orderBy: AS_EDITED)", ["Sensitivity", "Redness", "Infection", "Scarring", "Swelling"]),
        ("(orderBy: null)", ["Sensitivity", "Redness", "Infection", "Scarring", "Swelling"]),
        ("(orderBy: SERIOUS_FIRST)", ["Infection", "Scarring", "Sensitivity", "Redness", "Swelling"]),
        ("(orderBy: COMMON_FIRST)", ["Redness", "Swelling", "Infection", "Scarring", "Sensitivity"]),
        ("(severity: [MINOR])", ["Redness", "Swelling"]),
        ("(severity: MINOR)", ["Redness", "Swelling"]),
        ("(severity: [SERIOUS, MODERATE])", ["Sensitivity", "Infection", "Scarring"]),
        ("(severity: [MINOR], orderBy: SERIOUS_FIRST)", ["Redness", "Swelling"]),
        ("(severity: [])", []),
        ("(severity: null)", ["Sensitivity", "Redness", "Infection", "Scarring", "Swelling"]),
    ],
)
def test_risks_are_sorted_and_narrowed(arguments: str, expected: list[str]) -> None:
    make_article()

    found = ask(f'{{ procedure(slug: "micro-needling") {{ risks{arguments} {{ title }} }} }}')

    assert [found["title"] for found in found["procedure"]["risks"]] == expected


def test_risks_that_tie_stay_as_edited() -> None:
    make_procedure(risks=[risk(title, "minor", "common") for title in ("C", "A", "B")])

    found = ask('{ procedure(slug: "micro-needling") { risks(orderBy: SERIOUS_FIRST) { title } } }')

    assert found["procedure"]["risks"] == [{"title": "C"}, {"title": "A"}, {"title": "B"}]


def test_risks_asked_for_twice_in_different_ways() -> None:
    make_article()

    found = ask(
        """{ procedure(slug: "micro-needling") {
          minor: risks(severity: [MINOR]) { title } serious: risks(severity: [SERIOUS]) { title } } }"""
    )

    assert found["procedure"] == {
        "minor": [{"title": "Redness"}, {"title": "Swelling"}],
        "serious": [{"title": "Infection"}, {"title": "Scarring"}],
    }


# Lists --------------------------------------------------------------------------------------------


def publish_on(page: ProcedurePage, *, first: int, last: int) -> None:
    ProcedurePage.objects.filter(pk=page.pk).update(
        first_published_at=datetime(2026, 1, first, tzinfo=UTC),
        last_published_at=datetime(2026, 2, last, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["Acupuncture", "Cupping", "Massage"]),
        ("(orderBy: null)", ["Acupuncture", "Cupping", "Massage"]),
        ("(orderBy: TITLE)", ["Acupuncture", "Cupping", "Massage"]),
        ("(orderBy: TITLE_DESC)", ["Massage", "Cupping", "Acupuncture"]),
        ("(orderBy: NEWEST)", ["Massage", "Acupuncture", "Cupping"]),
        ("(orderBy: UPDATED)", ["Cupping", "Massage", "Acupuncture"]),
        ("(first: 2)", ["Acupuncture", "Cupping"]),
    ],
)
def test_procedures_are_sorted(arguments: str, expected: list[str]) -> None:
    publish_on(make_procedure(title="Cupping"), first=1, last=9)
    publish_on(make_procedure(title="Massage"), first=3, last=5)
    publish_on(make_procedure(title="Acupuncture"), first=2, last=1)

    assert titles(f"{{ procedures{arguments} {{ nodes {{ title }} }} }}") == expected


def test_procedures_of_a_category() -> None:
    make_procedure(category=make_category(name="Skin"))
    make_procedure(title="Adjustment", category=make_category(name="Spine"))
    make_procedure(title="Cupping")
    query = "query($category: String) { procedures(category: $category) { nodes { title } } }"

    assert titles(query, category="spine") == ["Adjustment"]
    assert titles(query, category="unknown") == []
    assert titles(query, category=None) == ["Adjustment", "Cupping", "Micro needling"]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("needling", ["Micro needling"]),
        ("NEEDL", ["Micro needling"]),
        ("collagen", ["Micro needling"]),
        ("therapy cups", ["Cupping"]),
        ("cups collagen", []),
        ("what", ["Massage", "Micro needling"]),
        ("100%", []),
        ("_", []),
        ("   ", ["Cupping", "Massage", "Micro needling"]),
    ],
)
def test_procedures_by_words(search: str, expected: list[str]) -> None:
    make_procedure(also_known_as=["Collagen induction", "Skin needling"])
    make_procedure(title="Cupping", summary="Therapy with cups.")
    make_procedure(title="Massage")

    query = "query($search: String) { procedures(search: $search) { nodes { title } } }"

    assert titles(query, search=search) == expected


@pytest.mark.parametrize("order", ["TITLE", "TITLE_DESC", "NEWEST", "UPDATED"])
def test_procedures_page_by_page_show_each_once(order: str) -> None:
    for number in range(7):
        make_procedure(title=f"Procedure {number % 3}", slug=f"procedure-{number}")
    ProcedurePage.objects.filter(slug="procedure-3").update(first_published_at=None, last_published_at=None)
    query = f"""query($after: String) {{ procedures(first: 3, after: $after, orderBy: {order}) {{
      totalCount nodes {{ slug }} pageInfo {{ hasNextPage endCursor }} }} }}"""

    pages: list[list[str]] = []
    after, goes_on = None, True
    while goes_on:
        found = ask(query, after=after)["procedures"]
        pages.append([node["slug"] for node in found["nodes"]])
        after, goes_on = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
        assert found["totalCount"] == 7

    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(chain.from_iterable(pages)) == [f"procedure-{number}" for number in range(7)]


@pytest.mark.parametrize("first", [0, 101, -1])
def test_procedures_more_than_a_page_are_refused(first: int) -> None:
    assert refusal(f"{{ procedures(first: {first}) {{ nodes {{ title }} }} }}") == (
        "BAD_INPUT",
        f"`first` is {first}: ask for 1 to 100 and page on with `after`.",
    )
