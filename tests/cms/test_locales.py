"""Locales and sites: what belongs to which, how it is asked for, and that nothing crosses over."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from cms.core.models import ContentPage, NavigationMenu
from cms.graphql.ids import encode_id
from cms.graphql.sites import site_of
from cms.graphql.types import PAGE_KIND
from providers.models import MedicalReview, Offering, ProviderPage
from services.models import ProcedureIndexPage, ProcedurePage
from tests.api import ask, refusal
from tests.factories import make_procedure, make_provider, make_site
from tests.translating import make_locale, make_second_site, translate

pytestmark = pytest.mark.django_db

SECOND = "127.0.0.1"
EVERYTHING = """{ procedures { nodes { title locale path } } providers { nodes { title locale path } }
  pages(orderBy: TREE) { nodes { title locale path } } }"""


def page_id(page: Page) -> str:
    return encode_id(PAGE_KIND, page.pk)


@dataclass(frozen=True)
class Clinic:
    site: Site
    procedure: ProcedurePage
    provider: ProviderPage
    procedure_es: ProcedurePage
    provider_es: ProviderPage


@pytest.fixture
def clinic() -> Clinic:
    """Micro needling by Dr. Sarah White, both in English and Spanish."""
    procedure = make_procedure()
    provider = make_provider(offers=[procedure], biography="<p>Hello</p>")
    return Clinic(
        site=make_site(),
        procedure=procedure,
        provider=provider,
        procedure_es=translate(procedure, title="Microagujas", slug="microagujas"),
        provider_es=translate(provider, honorific="Dra."),
    )


# Lists and look-ups -------------------------------------------------------------------------------


def test_lists_show_the_default_locale_unless_asked(clinic: Clinic) -> None:
    english = ask("{ procedures { totalCount nodes { title } } providers { nodes { title } } }")
    spanish = ask(
        """{ procedures(locale: "es") { totalCount nodes { title } }
        providers(locale: "ES") { nodes { title } }
        pages(locale: "es", orderBy: TREE) { nodes { path } } }"""
    )

    assert english == {
        "procedures": {"totalCount": 1, "nodes": [{"title": "Micro needling"}]},
        "providers": {"nodes": [{"title": "Dr. Sarah White"}]},
    }
    assert spanish == {
        "procedures": {"totalCount": 1, "nodes": [{"title": "Microagujas"}]},
        "providers": {"nodes": [{"title": "Dra. Sarah White"}]},
        "pages": {
            "nodes": [
                {"path": "/es/"},
                {"path": "/es/procedures/"},
                {"path": "/es/procedures/microagujas/"},
                {"path": "/es/providers/"},
                {"path": "/es/providers/sarah-white/"},
            ]
        },
    }


LOOK_UP = """query($id: ID, $slug: String, $locale: String) {
  provider(id: $id, slug: $slug, locale: $locale) { title } }"""


def test_the_same_slug_is_looked_up_in_one_locale(clinic: Clinic) -> None:
    def found(**arguments: str) -> Any:
        provider = ask(LOOK_UP, **arguments)["provider"]
        return provider and provider["title"]

    assert clinic.provider.slug == clinic.provider_es.slug
    assert found(slug="sarah-white") == "Dr. Sarah White"
    assert found(slug="sarah-white", locale="es") == "Dra. Sarah White"
    assert found(id=page_id(clinic.provider_es)) == "Dra. Sarah White"
    assert found(id=page_id(clinic.provider_es), slug="sarah-white") == "Dra. Sarah White"
    assert found(id=page_id(clinic.provider_es), locale="en") is None


@pytest.mark.parametrize(
    "field",
    [
        'procedures(locale: "fr") { totalCount }',
        'providers(locale: "fr") { totalCount }',
        'pages(locale: "fr") { totalCount }',
        'procedure(slug: "micro-needling", locale: "fr") { id }',
        'provider(slug: "sarah-white", locale: "fr") { id }',
        'procedures(locale: "de") { totalCount }',
    ],
)
def test_unknown_locale_is_refused(field: str, clinic: Clinic) -> None:
    # Stored, and not among CONTENT_LANGUAGES.
    translate(clinic.procedure, code="de")

    assert refusal(f"{{ {field} }}") == ("BAD_INPUT", "The site has no pages in this locale. It has en, es.")


def test_locale_alone_names_no_page(clinic: Clinic) -> None:
    assert refusal('{ procedure(locale: "es") { id } }')[0] == "BAD_INPUT"


def test_children_of_a_page_are_of_its_locale(clinic: Clinic) -> None:
    index = page_id(clinic.procedure_es.get_parent())

    found = ask("query($id: ID) { pages(parent: $id) { nodes { title } } }", id=index)["pages"]["nodes"]
    none = ask('query($id: ID) { pages(parent: $id, locale: "en") { nodes { title } } }', id=index)["pages"]

    assert found == [{"title": "Microagujas"}]
    assert none == {"nodes": []}


# Paths --------------------------------------------------------------------------------------------

ROUTE = """query($path: String!) { route(path: $path) { ... on PageInterface { title locale path url } }
  page(urlPath: $path) { title } }"""


@pytest.mark.parametrize(
    ("path", "title", "locale", "canonical"),
    [
        ("/", "Mile High Chiropractic", "en", "/"),
        ("/es", "Mile High Chiropractic", "es", "/es/"),
        ("/es/", "Mile High Chiropractic", "es", "/es/"),
        ("/procedures/micro-needling/", "Micro needling", "en", "/procedures/micro-needling/"),
        ("/es/procedures/microagujas", "Microagujas", "es", "/es/procedures/microagujas/"),
    ],
)
def test_paths_name_the_locale(clinic: Clinic, path: str, title: str, locale: str, canonical: str) -> None:
    found = ask(ROUTE, path=path)

    expected = {
        "title": title,
        "locale": locale,
        "path": canonical,
        "url": f"http://localhost{canonical}",
    }
    assert found == {"route": expected, "page": {"title": title}}


@pytest.mark.parametrize(
    "path",
    [
        "/en/procedures/micro-needling/",
        "/procedures/microagujas/",
        "/es/procedures/micro-needling/",
        "/home-page-es/",
    ],
)
def test_paths_of_no_page(clinic: Clinic, path: str) -> None:
    assert ask(ROUTE, path=path) == {"route": {}, "page": None}


def test_redirect_leads_to_the_path_in_its_locale(clinic: Clinic) -> None:
    Redirect.objects.create(old_path="/viejo", redirect_page=clinic.procedure_es)

    found = ask('{ route(path: "/viejo/") { ... on Redirect { to } } }')

    assert found["route"] == {"to": "/es/procedures/microagujas/"}


# Translations -------------------------------------------------------------------------------------

TRANSLATIONS = """{ procedures(locale: %s) { nodes {
  title translations { title locale ... on ProcedurePage { summary } } } } }"""


def test_translations_are_the_other_visible_ones(clinic: Clinic) -> None:
    hidden = make_procedure(title="Massage", summary="Hands.")
    translate(hidden, title="Masaje", live=False)

    def found(locale: str) -> Any:
        nodes = ask(TRANSLATIONS % f'"{locale}"')["procedures"]["nodes"]
        return {node["title"]: [each["title"] for each in node["translations"]] for node in nodes}

    assert found("en") == {"Massage": [], "Micro needling": ["Microagujas"]}
    assert found("es") == {"Microagujas": ["Micro needling"]}


@pytest.mark.parametrize("count", [1, 3])
def test_translations_cost_one_statement(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        translate(make_procedure(title=f"Procedure {number}"))

    # Site, procedures, translations.
    with django_assert_num_queries(3):
        found = ask(TRANSLATIONS % '"es"')["procedures"]["nodes"]

    assert [len(node["translations"]) for node in found] == [1] * count


def test_translations_put_the_default_locale_first(clinic: Clinic, settings: Any) -> None:
    settings.WAGTAIL_CONTENT_LANGUAGES = [("de", "German"), ("es", "Spanish"), ("en", "English")]
    translate(clinic.procedure, code="de", title="Mikronadeln")
    query = "query($id: ID) { procedure(id: $id) { translations { locale } } }"

    def found(page: Page) -> list[str]:
        return [each["locale"] for each in ask(query, id=page_id(page))["procedure"]["translations"]]

    assert found(clinic.procedure) == ["de", "es"]
    assert found(clinic.procedure_es) == ["en", "de"]


def test_site_with_one_locale_has_no_translations_and_no_statement_for_them(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_procedure()

    with django_assert_num_queries(2):
        found = ask("{ procedures { nodes { path locale translations { id } } } }")

    assert found["procedures"]["nodes"] == [
        {"path": "/procedures/micro-needling/", "locale": "en", "translations": []}
    ]


# Pages in other pages -----------------------------------------------------------------------------

NESTED = """query($slug: String, $locale: String) { procedure(slug: $slug, locale: $locale) {
  providers { nodes { title procedures { nodes { title } } } } reviewedBy { title } } }"""


def test_nested_pages_are_in_the_locale_around_them(
    clinic: Clinic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MedicalReview.objects.create(page=clinic.procedure, reviewed_on="2026-10-01", reviewed_by=clinic.provider)
    # Not translated: shown as they are.
    massage = make_procedure(title="Massage")
    make_provider(name="Ann Other", offers=[clinic.procedure])
    Offering.objects.create(page=clinic.provider, procedure=massage)

    with django_assert_num_queries(6):
        spanish = ask(NESTED, slug="microagujas", locale="es")["procedure"]
    english = ask(NESTED, slug="micro-needling")["procedure"]

    assert spanish == {
        "providers": {
            "nodes": [
                {"title": "Dr. Ann Other", "procedures": {"nodes": [{"title": "Micro needling"}]}},
                {
                    "title": "Dra. Sarah White",
                    "procedures": {"nodes": [{"title": "Massage"}, {"title": "Microagujas"}]},
                },
            ]
        },
        "reviewedBy": {"title": "Dra. Sarah White"},
    }
    assert english == {
        "providers": {
            "nodes": [
                {"title": "Dr. Ann Other", "procedures": {"nodes": [{"title": "Micro needling"}]}},
                {
                    "title": "Dr. Sarah White",
                    "procedures": {"nodes": [{"title": "Massage"}, {"title": "Micro needling"}]},
                },
            ]
        },
        "reviewedBy": {"title": "Dr. Sarah White"},
    }


def test_nested_page_without_a_visible_translation_is_the_source(clinic: Clinic) -> None:
    clinic.provider_es.unpublish()

    found = ask(NESTED, slug="microagujas", locale="es")["procedure"]["providers"]["nodes"]

    assert found == [{"title": "Dr. Sarah White", "procedures": {"nodes": [{"title": "Micro needling"}]}}]


def test_filters_take_the_id_of_any_translation(clinic: Clinic) -> None:
    query = """query($procedure: ID, $provider: ID, $locale: String) {
      providers(procedure: $procedure, locale: $locale) { nodes { title } }
      procedures(provider: $provider, locale: $locale) { nodes { title } } }"""

    def found(procedure: Page, provider: Page, locale: str) -> list[str]:
        data = ask(query, procedure=page_id(procedure), provider=page_id(provider), locale=locale)
        return [node["title"] for nodes in data.values() for node in nodes["nodes"]]

    english, spanish = ["Dr. Sarah White", "Micro needling"], ["Dra. Sarah White", "Microagujas"]
    assert found(clinic.procedure, clinic.provider, "en") == english
    assert found(clinic.procedure_es, clinic.provider_es, "en") == english
    assert found(clinic.procedure, clinic.provider, "es") == spanish
    assert found(clinic.procedure_es, clinic.provider_es, "es") == spanish


# Sites --------------------------------------------------------------------------------------------


@pytest.fixture
def second(clinic: Clinic) -> list[ContentPage]:
    """The pages of a second site in the same two locales, with a procedure of the same slugs."""
    site = make_second_site()
    index = ProcedureIndexPage.objects.child_of(site.root_page).get()
    page = index.add_child(
        instance=ProcedurePage(title="Second needling", slug="micro-needling", summary="Elsewhere.")
    )
    other = translate(page, title="Segunda", slug="microagujas")
    return [site.root_page.specific, index, page, other, other.get_parent().specific]


def titles(data: Any) -> set[str]:
    return {node["title"] for connection in data.values() for node in connection["nodes"]}


def test_each_site_lists_its_own_pages(second: list[ContentPage]) -> None:
    ours = titles(ask(EVERYTHING)) | titles(ask(EVERYTHING.replace("{ nodes", '(locale: "es") { nodes', 2)))
    theirs = titles(ask(EVERYTHING, host=SECOND))

    assert not [title for title in ours if title.startswith(("Second", "Segunda"))]
    assert theirs == {"Second clinic", "Second procedures", "Second providers", "Second needling"}


@pytest.mark.parametrize("number", range(5))
def test_no_id_finds_a_page_of_another_site(number: int, second: list[ContentPage]) -> None:
    page = second[number]
    query = """query($id: ID) { page(id: $id) { title } procedure(id: $id) { title }
      pages(parent: $id) { nodes { id } } }"""

    assert ask(query, host=SECOND, id=page_id(page))["page"] == {"title": page.title}
    assert ask(query, id=page_id(page)) == {"page": None, "procedure": None, "pages": {"nodes": []}}


@pytest.mark.parametrize(
    ("path", "ours", "theirs"),
    [
        ("/procedures/micro-needling/", "Micro needling", "Second needling"),
        ("/es/procedures/microagujas/", "Microagujas", "Segunda"),
        ("/es/", "Mile High Chiropractic", "Second clinic"),
    ],
)
def test_the_same_path_leads_to_each_sites_own_page(
    second: list[ContentPage], path: str, ours: str, theirs: str
) -> None:
    assert ask(ROUTE, path=path)["page"] == {"title": ours}
    assert ask(ROUTE, host=SECOND, path=path)["page"] == {"title": theirs}


def test_no_link_leads_to_another_site(clinic: Clinic, second: list[ContentPage]) -> None:
    for number, page in enumerate(second):
        Redirect.objects.create(old_path=f"/old-{number}", redirect_page=page)
    items = [{"type": "item", "value": {"title": page.title, "page": page.pk}} for page in second]
    NavigationMenu.objects.create(site=clinic.site, handle="main", items=json.dumps(items))
    links = "".join(f'<a linktype="page" id="{page.pk}">{page.pk}</a>' for page in second)
    ProcedurePage.objects.filter(pk=clinic.procedure_es.pk).update(introduction=f"<p>{links}</p>")

    routes = [ask(ROUTE, path=f"/old-{number}/")["route"] for number in range(len(second))]
    found = ask(
        """{ navigation(handle: "main") { title }
        procedure(slug: "microagujas", locale: "es") { introduction { html } translations { title } } }"""
    )

    assert routes == [{}] * len(second)
    assert found["navigation"] == []
    assert found["procedure"] == {
        "introduction": {"html": "<p>" + "".join(str(page.pk) for page in second) + "</p>"},
        "translations": [{"title": "Micro needling"}],
    }


def test_translation_moved_to_another_site_is_theirs(clinic: Clinic, second: list[ContentPage]) -> None:
    second[3].delete()
    clinic.procedure_es.move(Page.objects.get(pk=second[4].pk), pos="last-child")
    query = "query($id: ID) { page(id: $id) { translations { title } } }"

    assert ask(query, id=page_id(clinic.procedure))["page"] == {"translations": []}
    assert ask(query, id=page_id(clinic.procedure_es))["page"] is None
    theirs = ask(query, host=SECOND, id=page_id(clinic.procedure_es))["page"]
    assert theirs == {"translations": []}


def test_unknown_host_is_the_default_site(clinic: Clinic, second: list[ContentPage], settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    assert ask(ROUTE, host="unknown.example", path="/")["page"] == {"title": "Mile High Chiropractic"}


def test_without_a_site_nothing_is_shown(clinic: Clinic, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Site.objects.update(is_default_site=False)

    assert titles(ask(EVERYTHING, host="unknown.example")) == set()
    assert ask('{ procedures(locale: "es") { totalCount } }', host="unknown.example") == {
        "procedures": {"totalCount": 0}
    }


def test_several_sites_of_one_host_are_told_apart_by_port(clinic: Clinic, second: list[ContentPage]) -> None:
    Site.objects.filter(root_page=second[0]).update(hostname="localhost", port=8080)

    def found(host: str, port: str) -> str | None:
        site = site_of(RequestFactory().get("/", SERVER_PORT=port, HTTP_HOST=host))
        return site.name if site else None

    assert found("localhost", "80") == "Mile High Chiropractic"
    assert found("localhost:8080", "8080") == "Second clinic"
    assert found("localhost:9000", "9000") == "Mile High Chiropractic"
    Site.objects.update(is_default_site=False)
    assert found("127.0.0.1", "80") is None


def test_default_locale_is_that_of_the_sites_root(clinic: Clinic) -> None:
    home = Page.objects.get(translation_key=clinic.site.root_page.translation_key, locale=make_locale("es"))
    Site.objects.filter(pk=clinic.site.pk).update(root_page=home)

    found = ask(EVERYTHING)
    assert [node["path"] for node in found["procedures"]["nodes"]] == ["/procedures/microagujas/"]
    assert ask(ROUTE, path="/en/procedures/micro-needling/")["page"] == {"title": "Micro needling"}
