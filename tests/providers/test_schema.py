from datetime import UTC, datetime
from typing import Any

import pytest

from providers.models import MedicalReview, ProviderPage
from tests.api import ask, refusal
from tests.factories import make_procedure, make_provider
from tests.hiding import make_image

pytestmark = pytest.mark.django_db


def names(query: str, **variables: Any) -> list[str]:
    return [node["name"] for node in ask(query, **variables)["providers"]["nodes"]]


def procedure_id(title: str) -> str:
    found = ask("query($search: String) { procedures(search: $search) { nodes { id } } }", search=title)
    return found["procedures"]["nodes"][0]["id"]


def provider_id(name: str) -> str:
    nodes = ask("{ providers { nodes { id name } } }")["providers"]["nodes"]
    return next(node["id"] for node in nodes if node["name"] == name)


def test_provider_shows_the_whole_profile() -> None:
    make_provider(
        credentials=["DC", "RN"],
        specialties=["Skin"],
        languages=["en", "es"],
        biography="<p>Works with care.</p>",
        photo=make_image("Portrait"),
        accepting_new_patients=False,
        offers=[make_procedure(), make_procedure(title="Cupping")],
    )

    found = ask(
        """{ provider(slug: "sarah-white") {
          title name honorific slug path url credentials specialties languages biography { html text }
          photo { alt } acceptingNewPatients procedures { totalCount nodes { title } } seo { title } } }"""
    )

    assert found["provider"] == {
        "title": "Dr. Sarah White",
        "name": "Sarah White",
        "honorific": "Dr.",
        "slug": "sarah-white",
        "path": "/providers/sarah-white/",
        "url": "http://localhost/providers/sarah-white/",
        "credentials": ["DC", "RN"],
        "specialties": ["Skin"],
        "languages": ["en", "es"],
        "biography": {"html": "<p>Works with care.</p>", "text": "Works with care."},
        "photo": {"alt": "Portrait"},
        "acceptingNewPatients": False,
        "procedures": {"totalCount": 2, "nodes": [{"title": "Cupping"}, {"title": "Micro needling"}]},
        "seo": {"title": "Dr. Sarah White"},
    }


@pytest.mark.parametrize("which", ['slug: "nobody"', 'id: "UGFnZTo5OTk5"', 'id: "nonsense"'])
def test_provider_unknown_is_null(which: str) -> None:
    make_provider()

    assert ask(f"{{ provider({which}) {{ name }} }}") == {"provider": None}


def test_provider_by_the_id_of_a_procedure_is_null() -> None:
    make_provider(offers=[make_procedure()])
    query = "query($id: ID!) { provider(id: $id) { name } }"

    assert ask(query, id=procedure_id("Micro needling")) == {"provider": None}
    assert ask(query, id=provider_id("Sarah White")) == {"provider": {"name": "Sarah White"}}


def test_provider_without_id_and_slug_is_refused() -> None:
    assert refusal("{ provider { name } }") == ("BAD_INPUT", "Say which one: give `id` or `slug`.")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["Ana Silva", "Ben Ode", "Cy Young"]),
        ("(orderBy: null)", ["Ana Silva", "Ben Ode", "Cy Young"]),
        ("(orderBy: NAME)", ["Ana Silva", "Ben Ode", "Cy Young"]),
        ("(orderBy: NAME_DESC)", ["Cy Young", "Ben Ode", "Ana Silva"]),
        ("(orderBy: NEWEST)", ["Ben Ode", "Ana Silva", "Cy Young"]),
        ('(language: "es")', ["Ana Silva"]),
        ('(language: "e")', []),
        ("(acceptingNewPatients: true)", ["Ana Silva", "Cy Young"]),
        ("(acceptingNewPatients: false)", ["Ben Ode"]),
        ("(acceptingNewPatients: null, language: null)", ["Ana Silva", "Ben Ode", "Cy Young"]),
    ],
)
def test_providers_are_sorted_and_narrowed(arguments: str, expected: list[str]) -> None:
    published = {
        make_provider(name="Cy Young", honorific="Prof.").pk: 1,
        make_provider(name="Ana Silva", languages=["en", "es"]).pk: 2,
        make_provider(name="Ben Ode", accepting_new_patients=False).pk: 3,
    }
    for pk, day in published.items():
        ProviderPage.objects.filter(pk=pk).update(first_published_at=datetime(2026, 1, day, tzinfo=UTC))

    assert names(f"{{ providers{arguments} {{ nodes {{ name }} }} }}") == expected


def test_providers_who_offer_a_procedure() -> None:
    needling, cupping = make_procedure(), make_procedure(title="Cupping")
    make_provider(name="Ana Silva", offers=[needling])
    make_provider(name="Ben Ode", offers=[needling, cupping])
    query = "query($procedure: ID) { providers(procedure: $procedure) { nodes { name } } }"

    assert names(query, procedure=procedure_id("Micro needling")) == ["Ana Silva", "Ben Ode"]
    assert names(query, procedure=procedure_id("Cupping")) == ["Ben Ode"]
    assert names(query, procedure="nonsense") == []
    assert names(query, procedure=provider_id("Ana Silva")) == []
    assert names(query, procedure=None) == ["Ana Silva", "Ben Ode"]


def test_procedures_that_a_provider_offers() -> None:
    needling, cupping = make_procedure(), make_procedure(title="Cupping")
    make_provider(name="Ana Silva", offers=[needling])
    make_provider(name="Ben Ode", offers=[needling, cupping])
    query = "query($provider: ID) { procedures(provider: $provider) { totalCount nodes { title } } }"

    def found(provider: str | None) -> Any:
        return ask(query, provider=provider)["procedures"]

    assert found(provider_id("Ana Silva")) == {"totalCount": 1, "nodes": [{"title": "Micro needling"}]}
    assert found("nonsense") == {"totalCount": 0, "nodes": []}
    assert found(procedure_id("Cupping")) == {"totalCount": 0, "nodes": []}
    assert found(None)["totalCount"] == 2


def test_providers_of_each_procedure_page_by_page() -> None:
    both = [make_procedure(title="Acupuncture"), make_procedure(title="Cupping")]
    for number in range(3):
        make_provider(name=f"Provider {number}", offers=both)
    make_provider(name="Only cups", offers=both[1:])
    query = """query($after: String, $slug: String!) { procedure(slug: $slug) {
      providers(first: 2, after: $after) {
        totalCount nodes { name } edges { node { name } } pageInfo { hasNextPage endCursor } } } }"""

    first = ask(query, slug="cupping")["procedure"]["providers"]
    cursor = first["pageInfo"]["endCursor"]
    second = ask(query, slug="cupping", after=cursor)["procedure"]["providers"]

    assert first["nodes"] == [{"name": "Only cups"}, {"name": "Provider 0"}]
    assert [edge["node"] for edge in first["edges"]] == first["nodes"]
    assert second["nodes"] == [{"name": "Provider 1"}, {"name": "Provider 2"}]
    assert (first["totalCount"], second["totalCount"]) == (4, 4)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert refusal(query, slug="acupuncture", after=cursor) == (
        "BAD_INPUT",
        "`after` is not a cursor of this list and order. Start again without it.",
    )


def test_providers_asked_for_twice_with_different_fields() -> None:
    make_provider(offers=[make_procedure()], biography="<p>Careful</p>", credentials=["DC"])

    found = ask(
        """{ procedures { nodes {
          a: providers { nodes { biography { text } } } b: providers { nodes { credentials } } } } }"""
    )

    assert found["procedures"]["nodes"] == [
        {
            "a": {"nodes": [{"biography": {"text": "Careful"}}]},
            "b": {"nodes": [{"credentials": ["DC"]}]},
        }
    ]


def test_last_review_of_each_procedure() -> None:
    reviewed, unsigned, _ = (make_procedure(title=title) for title in ("Acupuncture", "Cupping", "Massage"))
    reviewer = make_provider()
    MedicalReview.objects.create(page=reviewed, reviewed_on="2026-10-01", reviewed_by=reviewer)
    MedicalReview.objects.create(page=unsigned, reviewed_on="2026-09-01")

    found = ask("{ procedures { nodes { title lastReviewedOn reviewedBy { name } } } }")

    assert found["procedures"]["nodes"] == [
        {"title": "Acupuncture", "lastReviewedOn": "2026-10-01", "reviewedBy": {"name": "Sarah White"}},
        {"title": "Cupping", "lastReviewedOn": "2026-09-01", "reviewedBy": None},
        {"title": "Massage", "lastReviewedOn": None, "reviewedBy": None},
    ]
