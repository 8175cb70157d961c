"""The sitemap: which pages it lists, at which addresses, and in how many parts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import Page

from cms.feeds.core.sitemap import Entry, in_parts, sitemap_file, sitemap_index
from services.models import ProcedurePage
from tests.factories import make_procedure, make_provider, make_site
from tests.hiding import WAYS_TO_HIDE
from tests.translating import translate

pytestmark = pytest.mark.django_db

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def tree(path: str = "/sitemap.xml") -> Element:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return fromstring(response.content)


def addresses(root: Element) -> list[str | None]:
    return [each.text for each in root.findall("s:url/s:loc", NAMES)]


def test_every_public_page_stands_at_its_address_of_the_front_end(settings: Settings) -> None:
    settings.FRONTEND_BASE_URL = "https://www.clinic.example"
    procedure = make_procedure()
    make_provider()
    Page.objects.filter(pk=procedure.pk).update(last_published_at=datetime(2027, 1, 4, 5, tzinfo=UTC))

    root = tree()

    base = "https://www.clinic.example"
    assert sorted(map(str, addresses(root))) == [
        f"{base}/",
        f"{base}/procedures/",
        f"{base}/procedures/micro-needling/",
        f"{base}/providers/",
        f"{base}/providers/sarah-white/",
    ]
    found = {
        each.findtext("s:loc", namespaces=NAMES): each.findtext("s:lastmod", namespaces=NAMES)
        for each in root.findall("s:url", NAMES)
    }
    assert found[f"{base}/procedures/micro-needling/"] == "2027-01-04T05:00:00Z"
    assert root.findall("s:url/x:link", NAMES) == []


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_a_hidden_page_is_not_listed(hide: Callable[[Page], None]) -> None:
    procedure = make_procedure()
    address = "http://testserver/procedures/micro-needling/"
    assert address in addresses(tree())

    hide(procedure)

    assert address not in addresses(tree())


def test_a_page_that_asks_not_to_be_listed_is_not() -> None:
    procedure = make_procedure()
    ProcedurePage.objects.filter(pk=procedure.pk).update(noindex=True)

    assert "http://testserver/procedures/micro-needling/" not in addresses(tree())


def test_translations_name_each_other() -> None:
    procedure = make_procedure()
    translate(procedure, title="Microagujas")

    root = tree()

    english = "http://testserver/procedures/micro-needling/"
    spanish = "http://testserver/es/procedures/micro-needling/"
    links = {
        each.findtext("s:loc", namespaces=NAMES): [
            (link.get("hreflang"), link.get("href")) for link in each.findall("x:link", NAMES)
        ]
        for each in root.findall("s:url", NAMES)
    }
    assert links[english] == links[spanish] == [("en", english), ("x-default", english), ("es", spanish)]


def test_many_pages_are_split() -> None:
    pages = [Entry(f"/{number}/", None, ()) for number in range(5)]

    parts = in_parts(pages, size=2)

    assert [len(part) for part in parts] == [2, 2, 1]
    files = [sitemap_file(part, frontend_url="https://c.example", default_locale="en") for part in parts]
    listed = [address for content in files for address in addresses(fromstring(content))]
    assert listed == [f"https://c.example/{number}/" for number in range(5)]
    index = fromstring(sitemap_index(["https://c.example/sitemap-1.xml", "https://c.example/sitemap-2.xml"]))
    assert [each.text for each in index.findall("s:sitemap/s:loc", NAMES)] == [
        "https://c.example/sitemap-1.xml",
        "https://c.example/sitemap-2.xml",
    ]
    assert in_parts([], size=2) == [[]]


def test_a_part_that_is_not_there_is_not_found() -> None:
    make_procedure()
    assert addresses(tree("/sitemap-1.xml")) == addresses(tree())
    assert [Client().get(f"/sitemap-{number}.xml").status_code for number in (0, 2)] == [404, 404]


def test_what_is_known_is_not_sent_again() -> None:
    procedure = make_procedure()
    first = Client().get("/sitemap.xml")
    headers: list[dict[str, Any]] = [{"if-none-match": first["ETag"]}]
    assert [Client().get("/sitemap.xml", headers=each).status_code for each in headers] == [304]

    Page.objects.get(pk=procedure.pk).unpublish()

    assert Client().get("/sitemap.xml", headers=headers[0]).status_code == 200


def test_the_sitemap_runs_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        make_procedure(title=f"Procedure {number}")
    with django_assert_num_queries(2):
        tree()


def test_robots_are_led_to_the_sitemap() -> None:
    make_site()
    response = Client().get("/robots.txt")
    assert "Sitemap: http://testserver/sitemap.xml" in response.content.decode().splitlines()
    assert "Set-Cookie" not in response.headers
