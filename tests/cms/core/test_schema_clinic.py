import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, Site

from cms.core.models import ClinicSettings, NavigationMenu
from tests.api import ask
from tests.factories import make_procedure, make_provider, make_site
from tests.hiding import WAYS_TO_HIDE, make_other_site

pytestmark = pytest.mark.django_db

CLINIC = """{ clinic {
  name welcome phone email languages timeZone openingStatement } }"""


def test_clinic_shows_its_settings() -> None:
    site = make_site()
    ClinicSettings.objects.update_or_create(
        site=site,
        defaults={
            "name": "Mile High",
            "welcome": "Come in.\n\nWe are glad you are here.",
            "phone": "+1 303 555 0100",
            "email": "desk@clinic.example",
            "languages": ["en", "es"],
            "time_zone": "America/Boise",
            "opening_statement": "Tuesdays from nine.",
        },
    )

    assert ask(CLINIC)["clinic"] == {
        "name": "Mile High",
        "welcome": "Come in.\n\nWe are glad you are here.",
        "phone": "+1 303 555 0100",
        "email": "desk@clinic.example",
        "languages": ["en", "es"],
        "timeZone": "America/Boise",
        "openingStatement": "Tuesdays from nine.",
    }


def test_clinic_without_settings_is_named_after_the_site() -> None:
    make_site()
    ClinicSettings.objects.all().delete()

    assert ask(CLINIC)["clinic"] == {
        "name": "Mile High Chiropractic",
        "welcome": "",
        "phone": "",
        "email": "",
        "languages": [],
        "timeZone": "America/Denver",
        "openingStatement": "",
    }
    assert not ClinicSettings.objects.exists()


def test_clinic_of_each_site_is_its_own() -> None:
    make_site()
    make_other_site()

    assert ask("{ clinic { name } }", host="127.0.0.1") == {"clinic": {"name": "Other clinic"}}


# Menus --------------------------------------------------------------------------------------------


def link(title: str, *, page: Page | None = None, url: str = "") -> dict[str, Any]:
    return {"title": title, "page": page.pk if page else None, "url": url}


def make_menu(*items: tuple[dict[str, Any], list[dict[str, Any]]], site: Site | None = None) -> None:
    stored = [
        {
            "type": "item",
            "value": {
                **item,
                "children": [{"type": "item", "value": child, "id": child["title"]} for child in below],
            },
        }
        for item, below in items
    ]
    menu = NavigationMenu(site=site or make_site(), handle="main")
    menu.items = json.dumps(stored)
    menu.save()


MENU = """{ navigation(handle: "main") {
  title url page { path } children { title url page { path } children { title } } } }"""


def test_navigation_shows_pages_addresses_and_headings() -> None:
    page = make_procedure()
    make_menu(
        (link("Home", page=make_site().root_page), []),
        (link("Care"), [link("Needles", page=page), link("Shop", url="https://shop.example/")]),
    )

    assert ask(MENU)["navigation"] == [
        {"title": "Home", "url": "http://localhost/", "page": {"path": "/"}, "children": []},
        {
            "title": "Care",
            "url": None,
            "page": None,
            "children": [
                {
                    "title": "Needles",
                    "url": "http://localhost/procedures/micro-needling/",
                    "page": {"path": "/procedures/micro-needling/"},
                    "children": [],
                },
                {"title": "Shop", "url": "https://shop.example/", "page": None, "children": []},
            ],
        },
    ]


def test_navigation_unknown_is_empty() -> None:
    make_menu((link("Shop", url="https://shop.example/"), []))

    assert ask('{ navigation(handle: "footer") { title } }') == {"navigation": []}


def test_navigation_of_another_site_is_empty() -> None:
    make_menu((link("Shop", url="https://shop.example/"), []), site=make_other_site())

    assert ask(MENU) == {"navigation": []}
    assert len(ask(MENU, host="127.0.0.1")["navigation"]) == 1


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
def test_navigation_drops_hidden_pages_on_both_levels(way: str) -> None:
    page = make_procedure()
    shop = link("Shop", url="https://shop.example/")
    make_menu((link("Needles", page=page), [shop]), (shop, [link("Needles", page=page), shop]))
    query = '{ navigation(handle: "main") { title children { title } } }'
    assert ask(query)["navigation"] == [
        {"title": "Needles", "children": [{"title": "Shop"}]},
        {"title": "Shop", "children": [{"title": "Needles"}, {"title": "Shop"}]},
    ]

    WAYS_TO_HIDE[way](page)

    assert ask(query)["navigation"] == [{"title": "Shop", "children": [{"title": "Shop"}]}]


def test_navigation_drops_deleted_pages() -> None:
    page = make_procedure()
    make_menu((link("Needles", page=page), []))
    page.delete()

    assert ask(MENU) == {"navigation": []}


@pytest.mark.parametrize("count", [1, 3, 20])
def test_navigation_costs_two_statements(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pages = [make_provider(name=f"Provider {number}") for number in range(count)]
    make_menu(*((link(page.name, page=page), [link(page.name, page=page)]) for page in pages))

    # The site, and the menu together with its pages.
    with django_assert_num_queries(2):
        found = ask('{ navigation(handle: "main") { title url children { title url } } }')["navigation"]

    assert [item["title"] for item in found] == [page.name for page in pages]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_navigation_cost_one_statement_for_each_type_and_level(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pages = [make_provider(name=f"Provider {number}") for number in range(count)]
    make_menu(*((link(page.name, page=page), [link(page.name, page=page)]) for page in pages))

    with django_assert_num_queries(4):
        found = ask(
            """{ navigation(handle: "main") {
              page { ... on ProviderPage { name } } children { page { title } } } }"""
        )["navigation"]

    assert found == [
        {"page": {"name": page.name}, "children": [{"page": {"title": page.title}}]} for page in pages
    ]
