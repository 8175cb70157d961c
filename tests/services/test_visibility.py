"""Nothing hidden is served, on any edge that leads to a procedure or from it."""

import json
from typing import Any

import pytest

from cms.core.models import ClinicImage
from providers.models import MedicalReview
from tests.api import ask
from tests.factories import make_procedure, make_provider
from tests.hiding import WAYS_TO_HIDE, make_image, restrict_image
from tests.services.articles import benefit

pytestmark = pytest.mark.django_db

PROCEDURE = {"title": "Micro needling"}
EDGES: dict[str, tuple[str, Any, Any]] = {
    "procedures": (
        "{ procedures { totalCount nodes { title } } }",
        {"procedures": {"totalCount": 1, "nodes": [PROCEDURE]}},
        {"procedures": {"totalCount": 0, "nodes": []}},
    ),
    "procedures by words": (
        '{ procedures(search: "needling") { nodes { title } } }',
        {"procedures": {"nodes": [PROCEDURE]}},
        {"procedures": {"nodes": []}},
    ),
    "procedure by slug": (
        '{ procedure(slug: "micro-needling") { title } }',
        {"procedure": PROCEDURE},
        {"procedure": None},
    ),
    "procedure by id": (
        "query($id: ID!) { procedure(id: $id) { title } }",
        {"procedure": PROCEDURE},
        {"procedure": None},
    ),
    "procedures of a provider": (
        '{ provider(slug: "sarah-white") { procedures { totalCount nodes { title } } } }',
        {"provider": {"procedures": {"totalCount": 1, "nodes": [PROCEDURE]}}},
        {"provider": {"procedures": {"totalCount": 0, "nodes": []}}},
    ),
    "providers of a procedure": (
        "query($id: ID!) { providers(procedure: $id) { totalCount nodes { name } } }",
        {"providers": {"totalCount": 1, "nodes": [{"name": "Sarah White"}]}},
        {"providers": {"totalCount": 0, "nodes": []}},
    ),
    "link in a biography": (
        '{ provider(slug: "sarah-white") { biography { html } } }',
        {"provider": {"biography": {"html": '<p><a href="/procedures/micro-needling/">Needles</a></p>'}}},
        {"provider": {"biography": {"html": "<p>Needles</p>"}}},
    ),
}


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
@pytest.mark.parametrize("edge", EDGES)
def test_hidden_procedure_is_not_served(edge: str, way: str) -> None:
    page = make_procedure()
    biography = f'<p><a linktype="page" id="{page.pk}">Needles</a></p>'
    make_provider(offers=[page], biography=biography)
    page_id = ask("{ procedures { nodes { id } } }")["procedures"]["nodes"][0]["id"]
    query, visible, hidden = EDGES[edge]
    variables = {"id": page_id} if "$id" in query else {}
    assert ask(query, **variables) == visible

    WAYS_TO_HIDE[way](page)

    assert ask(query, **variables) == hidden


IMAGES = {
    "hero": '{ procedure(slug: "micro-needling") { heroImage { id } } }',
    "social": '{ procedure(slug: "micro-needling") { seo { socialImage { id } } } }',
    "icon": '{ procedure(slug: "micro-needling") { benefits { icon { id } } } }',
    "body": '{ procedure(slug: "micro-needling") { body { ... on PictureBlock { image { id } } } } }',
}


def leaf(found: Any) -> Any:
    """Return the innermost value of an answer that selects one thing."""
    while isinstance(found, (dict, list)) and found:
        [found] = found.values() if isinstance(found, dict) else found
    return found


def make_illustrated(image: ClinicImage) -> None:
    picture = {"image": {"image": image.pk, "decorative": False, "alt_text": "A room"}, "caption": ""}
    make_procedure(
        hero_image=image,
        social_image=image,
        benefits=[benefit("Glow", icon=image)],
        body=json.dumps([{"type": "picture", "value": picture}]),
    )


@pytest.mark.parametrize("place", IMAGES)
def test_image_of_a_restricted_collection_is_not_served(place: str) -> None:
    image = make_image()
    make_illustrated(image)
    assert leaf(ask(IMAGES[place])) is not None

    restrict_image(image)

    assert leaf(ask(IMAGES[place])) is None


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
def test_hidden_reviewer_is_not_served_but_the_day_is(way: str) -> None:
    page = make_procedure()
    reviewer = make_provider()
    MedicalReview.objects.create(page=page, reviewed_on="2026-10-01", reviewed_by=reviewer)
    query = '{ procedure(slug: "micro-needling") { lastReviewedOn reviewedBy { name } } }'
    assert ask(query) == {
        "procedure": {"lastReviewedOn": "2026-10-01", "reviewedBy": {"name": "Sarah White"}}
    }

    WAYS_TO_HIDE[way](reviewer)

    assert ask(query) == {"procedure": {"lastReviewedOn": "2026-10-01", "reviewedBy": None}}
