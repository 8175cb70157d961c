"""Nothing hidden is served, on any edge that leads to a provider."""

from typing import Any

import pytest

from tests.api import ask
from tests.factories import make_procedure, make_provider
from tests.hiding import WAYS_TO_HIDE, make_image, restrict_image

pytestmark = pytest.mark.django_db

PROVIDER = {"name": "Sarah White"}
EDGES: dict[str, tuple[str, Any, Any]] = {
    "providers": (
        "{ providers { totalCount nodes { name } } }",
        {"providers": {"totalCount": 1, "nodes": [PROVIDER]}},
        {"providers": {"totalCount": 0, "nodes": []}},
    ),
    "provider by slug": (
        '{ provider(slug: "sarah-white") { name } }',
        {"provider": PROVIDER},
        {"provider": None},
    ),
    "provider by id": (
        "query($id: ID!) { provider(id: $id) { name } }",
        {"provider": PROVIDER},
        {"provider": None},
    ),
    "providers of a procedure": (
        '{ procedure(slug: "micro-needling") { providers { totalCount nodes { name } } } }',
        {"procedure": {"providers": {"totalCount": 1, "nodes": [PROVIDER]}}},
        {"procedure": {"providers": {"totalCount": 0, "nodes": []}}},
    ),
    "procedures of a provider": (
        "query($id: ID!) { procedures(provider: $id) { totalCount nodes { title } } }",
        {"procedures": {"totalCount": 1, "nodes": [{"title": "Micro needling"}]}},
        {"procedures": {"totalCount": 0, "nodes": []}},
    ),
}


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
@pytest.mark.parametrize("edge", EDGES)
def test_hidden_provider_is_not_served(edge: str, way: str) -> None:
    page = make_provider(offers=[make_procedure()])
    page_id = ask("{ providers { nodes { id } } }")["providers"]["nodes"][0]["id"]
    query, visible, hidden = EDGES[edge]
    variables = {"id": page_id} if "$id" in query else {}
    assert ask(query, **variables) == visible

    WAYS_TO_HIDE[way](page)

    assert ask(query, **variables) == hidden


def test_photo_of_a_restricted_collection_is_not_served() -> None:
    photo = make_image("Portrait")
    make_provider(photo=photo)
    query = "{ providers { nodes { photo { alt } } } }"
    assert ask(query) == {"providers": {"nodes": [{"photo": {"alt": "Portrait"}}]}}

    restrict_image(photo)

    assert ask(query) == {"providers": {"nodes": [{"photo": None}]}}
