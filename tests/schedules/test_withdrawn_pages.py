"""What the holder of a manage token sees of pages that are not public any more: every field is asked for."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from cms.graphql.ids import encode_id
from cms.partners.models import Partner
from cms.schema import schema
from providers.models import MedicalReview, ProviderPage
from tests import factories
from tests.api import ask
from tests.hiding import WAYS_TO_HIDE, make_image
from tests.schedules.worlds import NOW, BookingWorld, make_served_site
from tests.services.articles import make_article

pytestmark = pytest.mark.django_db
TYPES = schema.graphql_schema.type_map
PAGES = ("ProcedurePage", "ProviderPage")
ARGUMENTS = {
    "ProviderPage.nextAvailable": "(procedure: $other)",
    "ProcedurePage.embed": '(partner: "gym")',
}
# Where a page stands says nothing that its title does not.
ALLOWED = {
    "procedure": {"id", "title", "slug", "path", "url", "seo", "locale"},
    "provider": {"id", "title", "slug", "path", "url", "seo", "locale", "name"},
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> BookingWorld:
    """Both pages have something in every field."""
    site, location = make_served_site(), factories.make_location()
    procedure = make_article(hero_image=make_image(), category=factories.make_category())
    provider = factories.make_provider(
        offers=[procedure, factories.make_procedure(title="Massage")],
        biography="<p>Text</p>",
        credentials=["MD"],
        specialties=["Skin"],
        languages=["en"],
        photo=make_image("Portrait"),
    )
    factories.make_rule(provider=provider, location=location)
    Partner.objects.create(name="A gym", slug="gym", allowed_origins=["https://gym.example"])
    MedicalReview.objects.create(page=procedure, reviewed_on=date(2027, 1, 1), reviewed_by=provider)
    return BookingWorld(site=site, location=location, procedure=procedure, provider=provider)


def selection(graphene_type: GraphQLObjectType, *, level: int = 0) -> str:
    """Return every field of the type and of the objects below it; of pages further down only the title."""
    parts = [
        f"{name}{ARGUMENTS.get(f'{graphene_type.name}.{name}', '')} {below(field, level=level + 1)}"
        for name, field in graphene_type.fields.items()
        if level == 0 or not any(map(is_required_argument, field.args.values()))
    ]
    return "{ " + " ".join(parts) + " }"


def below(field: GraphQLField, *, level: int) -> str:
    found = get_named_type(field.type)
    if is_leaf_type(found):
        return ""
    if found.name in PAGES:
        return "{ title }"
    return selection(found, level=level) if isinstance(found, GraphQLObjectType) else "{ __typename }"


def content(value: Any) -> Any:
    """Return the value without its empty parts."""
    if isinstance(value, dict):
        return {name: kept for name, part in value.items() if (kept := content(part))}
    if isinstance(value, list):
        return [kept for part in value if (kept := content(part))]
    # As an empty document of structured data is written.
    return None if value == "{}" else value


def shown(token: str, page: str) -> dict[str, Any]:
    name = f"{page.title()}Page"
    declared = "$token: String!, $other: ID!" if page == "provider" else "$token: String!"
    query = f"query ({declared}) {{ appointment(manageToken: $token) {{ {page} {selection(TYPES[name])} }} }}"
    other = {"other": page_id("massage")} if page == "provider" else {}
    return content(ask(query, token=token, **other)["appointment"][page])


def page_id(slug: str) -> str:
    offering = ProviderPage.objects.get().offerings.get(procedure__slug=slug)
    return encode_id("Page", offering.procedure_id)


@pytest.mark.parametrize("page", ALLOWED)
def test_public_page_shows_content_in_every_field(world: BookingWorld, page: str) -> None:
    token = world.book().manage_token or ""

    # The world has one language.
    assert set(shown(token, page)) == set(TYPES[f"{page.title()}Page"].fields) - {"translations"}


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
@pytest.mark.parametrize("page", ALLOWED)
def test_withdrawn_page_shows_what_it_was_called_and_nothing_else(
    world: BookingWorld, page: str, way: str
) -> None:
    token = world.book().manage_token or ""
    hidden = getattr(world, page)
    WAYS_TO_HIDE[way](hidden)

    found = shown(token, page)

    assert set(found) == ALLOWED[page]
    assert (found["id"], found["title"], found["seo"]) == (
        encode_id("Page", hidden.pk),
        hidden.title,
        {"title": hidden.title},
    )
