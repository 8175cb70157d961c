"""The very next answer shows every change, whether it comes by GET or by POST, kept before or not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path
from pytest_django import Settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms import wsgi as cms_wsgi
from cms.core.models import ClinicImage, ClinicSettings, HomePage, NavigationMenu
from cms.delivery.answers import Answers
from cms.delivery.wsgi import AnsweredFirst
from cms.graphql.image_presets import PRESETS
from cms.graphql.requests import document_id_of
from cms.graphql.view import graphql_view
from cms.schema import schema
from providers.models import ProviderIndexPage, ProviderPage
from schedules.models import AvailabilityRule, BookingPolicy, Location
from services.models import ProcedureCategory, ProcedurePage
from tests import factories, hiding, wsgi

ARTICLE = """{
  procedure(slug: "micro-needling") {
    title path summary category { name }
    booking { durationMinutes }
    providers { nodes { name } }
    offeredOn { summary location { name } }
    heroImage { alt rendition(preset: CARD) { url width } }
  }
}"""
SITE = """{
  clinic { name phone }
  navigation(handle: "main") { title }
  procedures { totalCount nodes { title } }
  route(path: "/old/") { __typename }
}"""
MENU = json.dumps([{"type": "item", "value": {"title": "Elsewhere", "url": "https://example.com/"}}])
DOCUMENTS = {document_id_of(text): text for text in (ARTICLE, SITE)}


@dataclass(frozen=True, slots=True)
class World:
    page: ProcedurePage
    provider: ProviderPage
    image: ClinicImage


@pytest.fixture
def application(settings: Settings, transactional_db: None) -> AnsweredFirst:
    view = graphql_view(schema, stored_documents=DOCUMENTS.get, answers=Answers())
    settings.ROOT_URLCONF = (path("graphql/", view),)
    settings.ANSWER_CACHE_MB = 8
    return AnsweredFirst(WSGIHandler(), clock=cms_wsgi.application.clock)


@pytest.fixture
def world(transactional_db: None) -> World:
    category = factories.make_category()
    image = hiding.make_image()
    page = factories.make_procedure(category=category, hero_image=image)
    location = factories.make_location()
    provider = factories.make_provider(offers=[page])
    factories.make_rule(provider=provider, location=location)
    NavigationMenu.objects.create(site=Site.objects.get(), handle="main", items=MENU)
    return World(page=page, provider=provider, image=image)


def rows(world: World) -> Any:
    return Page.objects.filter(pk=world.page.pk)


def publish(world: World) -> None:
    page = ProcedurePage.objects.get(pk=world.page.pk)
    page.title = "Published anew"
    page.save_revision().publish()


def raw_update(world: World) -> None:
    connection.cursor().execute("UPDATE services_procedurepage SET summary = 'Raw'")


def restrict_collection(world: World) -> None:
    root = Collection.get_first_root_node()
    CollectionViewRestriction.objects.create(collection=root, restriction_type="login")


def move(world: World) -> None:
    Page.objects.get(pk=world.page.pk).move(HomePage.objects.get(), pos="last-child")


# In an order in which each is seen, though those before it stay.
CHANGES_OF_AN_ARTICLE: dict[str, Callable[[World], Any]] = {
    "queryset update": lambda world: rows(world).update(title="Updated"),
    "raw update": raw_update,
    "publish": publish,
    "snippet": lambda world: ProcedureCategory.objects.update(name="Face"),
    "location": lambda world: Location.objects.update(name="Boulder"),
    "image": lambda world: ClinicImage.objects.update(description="A quiet room"),
    "rendition": lambda world: world.image.get_renditions(*PRESETS["CARD"].specs),
    "restricted collection": restrict_collection,
    "booking policy": lambda world: BookingPolicy.objects.update(duration_minutes=50),
    "regular hours": lambda world: AvailabilityRule.objects.all().delete(),
    "provider": lambda world: hiding.unpublish(world.provider),
    "move": move,
    "expiry set to the past": lambda world: hiding.let_expire(world.page),
    "expiry taken back": lambda world: rows(world).update(expire_at=None),
    "restriction": lambda world: hiding.restrict(world.page),
    "restriction lifted": lambda world: PageViewRestriction.objects.all().delete(),
    "restriction above": lambda world: hiding.restrict_parent(world.page),
    "restriction above lifted": lambda world: PageViewRestriction.objects.all().delete(),
    "unpublish": lambda world: hiding.unpublish(world.page),
    "publish again": publish,
    "delete": lambda world: ProcedurePage.objects.get(pk=world.page.pk).delete(),
}
CHANGES_OF_A_SITE: dict[str, Callable[[World], Any]] = {
    "new page": lambda world: factories.make_procedure(title="Peeling"),
    "settings": lambda world: ClinicSettings.objects.update(phone="555 0100"),
    "menu": lambda world: NavigationMenu.objects.all().delete(),
    "redirect": lambda world: Redirect.objects.create(old_path="/old", redirect_link="/procedures/"),
    "site": lambda world: Site.objects.update(root_page=ProviderIndexPage.objects.get()),
}


def answers(application: AnsweredFirst, text: str) -> list[Any]:
    """Return what GET, POST and a GET that revalidates read, all without errors."""
    found = [wsgi.get(application, text), wsgi.post(application, text)]
    assert [reply.status for reply in found] == [200, 200]
    assert [reply.json.get("errors") for reply in found] == [None, None]
    return [reply.json["data"] for reply in found]


def assert_each_is_shown(
    application: AnsweredFirst, world: World, *, text: str, changes: Mapping[str, Callable[[World], Any]]
) -> None:
    for name, change in changes.items():
        before = [answers(application, text) for _ in range(2)][-1]
        known = wsgi.get(application, text).headers["ETag"]
        assert wsgi.get(application, text, HTTP_IF_NONE_MATCH=known).status == 304

        change(world)

        assert wsgi.get(application, text, HTTP_IF_NONE_MATCH=known).status == 200, name
        after = answers(application, text)
        # As an endpoint answers that has never kept anything.
        fresh = orjson.loads(graphql_view(schema)(post_request(text)).content)["data"]
        assert after == [fresh, fresh], name
        assert after != before, name


def test_next_answer_shows_each_change_of_an_article(application: AnsweredFirst, world: World) -> None:
    assert_each_is_shown(application, world, text=ARTICLE, changes=CHANGES_OF_AN_ARTICLE)


def test_next_answer_shows_each_change_of_a_site(application: AnsweredFirst, world: World) -> None:
    assert_each_is_shown(application, world, text=SITE, changes=CHANGES_OF_A_SITE)


def post_request(text: str) -> HttpRequest:
    body = {"query": text}
    return RequestFactory().post(
        "/graphql/", body, content_type="application/json", headers={"host": "localhost"}
    )


def test_page_that_expires_is_gone_the_moment_it_does(application: AnsweredFirst, world: World) -> None:
    expiry = datetime(2027, 3, 9, 16, tzinfo=UTC)
    rows(world).update(expire_at=expiry)
    with time_machine.travel(expiry - timedelta(seconds=2), tick=False) as clock:
        shown = [answers(application, text) for text in (ARTICLE, SITE) for _ in range(2)]
        control = wsgi.get(application, ARTICLE).headers["Cache-Control"]
        clock.shift(2)
        gone = [answers(application, text) for text in (ARTICLE, SITE)]

    assert all(data["procedure"] for pair in shown[:2] for data in pair)
    assert "s-maxage=2," in control
    assert [data["procedure"] for data in gone[0]] == [None, None]
    assert [data["procedures"]["totalCount"] for data in gone[1]] == [0, 0]


def test_hours_that_end_are_gone_after_their_last_day(application: AnsweredFirst, world: World) -> None:
    last = date(2027, 3, 9)
    AvailabilityRule.objects.update(valid_until=last)
    midnight = datetime(2027, 3, 10, 7, tzinfo=UTC)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False) as clock:
        before = [answers(application, ARTICLE) for _ in range(2)][-1]
        clock.shift(1)
        after = answers(application, ARTICLE)

    assert [len(data["procedure"]["offeredOn"]) for data in before] == [1, 1]
    assert [data["procedure"]["offeredOn"] for data in after] == [[], []]


def test_saving_a_draft_leaves_answers_where_they_are(application: AnsweredFirst, world: World) -> None:
    answers(application, ARTICLE)
    draft = world.page.get_latest_revision_as_object()
    draft.title = "Not yet"
    draft.save_revision()

    with CaptureQueriesContext(connection) as statements:
        found = answers(application, ARTICLE)

    assert len(statements) == 0
    assert found[0]["procedure"]["title"] == "Micro needling"
