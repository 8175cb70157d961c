from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from services.models import ProcedurePage
from tests.api import ask
from tests.factories import make_procedure, make_site
from tests.hiding import WAYS_TO_HIDE, make_other_site

pytestmark = pytest.mark.django_db

QUERY = """query($path: String!) { route(path: $path) {
  __typename
  ... on PageInterface { title }
  ... on Redirect { to permanent }
  ... on NotFound { path } } }"""
NEEDLING = {"__typename": "ProcedurePage", "title": "Micro needling"}
TO_NEEDLING = {"__typename": "Redirect", "to": "/procedures/micro-needling/", "permanent": True}


def route(path: str, *, host: str = "localhost") -> Any:
    return ask(QUERY, host=host, path=path)["route"]


def add_redirect(old_path: str, *, to: ProcedurePage | str, site: Site | None = None, **fields: Any) -> None:
    target = {"redirect_link": to} if isinstance(to, str) else {"redirect_page": to}
    Redirect.objects.create(old_path=old_path, site=site, **target, **fields)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/procedures/micro-needling/", NEEDLING),
        ("/procedures/micro-needling", NEEDLING),
        ("/procedures/micro-needling/?utm_source=mail", NEEDLING),
        ("/", {"__typename": "HomePage", "title": "Mile High Chiropractic"}),
        ("/old/", TO_NEEDLING),
        ("/old", TO_NEEDLING),
        ("old", TO_NEEDLING),
        ("/old/?utm_source=mail", TO_NEEDLING),
        ("/old/?page=2", {"__typename": "Redirect", "to": "/procedures/", "permanent": True}),
        ("/lent/", {"__typename": "Redirect", "to": "https://lent.example/a?b=1", "permanent": False}),
        ("/unknown/", {"__typename": "NotFound", "path": "/unknown/"}),
        ("/Old/", {"__typename": "NotFound", "path": "/Old/"}),
        ("/very/old/", {"__typename": "NotFound", "path": "/very/old/"}),
        ("/script/", {"__typename": "NotFound", "path": "/script/"}),
        ("/elsewhere/", {"__typename": "NotFound", "path": "/elsewhere/"}),
        ("/nowhere/", {"__typename": "NotFound", "path": "/nowhere/"}),
        ("/procedures/ästhetik/", {"__typename": "ProcedurePage", "title": "Ästhetik"}),
        ("/procedures/%C3%A4sthetik/", {"__typename": "ProcedurePage", "title": "Ästhetik"}),
        ("/%C3%A4lter/", TO_NEEDLING),
        ("/%ff/", {"__typename": "NotFound", "path": "/%ff/"}),
        ("http://[::1", {"__typename": "NotFound", "path": "http://[::1"}),
        ("//old/", TO_NEEDLING),
    ],
)
def test_route(path: str, expected: Any) -> None:
    page = make_procedure()
    make_procedure(title="Ästhetik", slug="ästhetik")
    add_redirect("/old", to=page)
    add_redirect("/älter", to=page)
    add_redirect("/old?page=2", to="/procedures/")
    add_redirect("/lent", to="https://lent.example/a?b=1", is_permanent=False)
    add_redirect("/script", to="javascript:alert(1)")
    add_redirect("/elsewhere", to="//evil.example/")
    add_redirect("/nowhere", to="")

    assert route(path) == expected


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
def test_redirect_to_a_hidden_page_is_not_found(way: str) -> None:
    page = make_procedure()
    add_redirect("/old", to=page)
    assert route("/old/") == TO_NEEDLING

    WAYS_TO_HIDE[way](page)

    assert route("/old/") == {"__typename": "NotFound", "path": "/old/"}


def test_page_that_moved_redirects_from_its_old_path(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    page = make_procedure()
    page.slug = "skin-needling"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()

    assert route("/procedures/micro-needling/") == {
        "__typename": "Redirect",
        "to": "/procedures/skin-needling/",
        "permanent": True,
    }


def test_page_comes_before_a_redirect_from_its_path() -> None:
    make_procedure()
    add_redirect("/procedures/micro-needling", to="/elsewhere/")

    assert route("/procedures/micro-needling/") == NEEDLING


def test_redirect_of_the_site_comes_before_one_of_all_sites() -> None:
    site, other = make_site(), make_other_site()
    add_redirect("/old", to="/everywhere/")
    add_redirect("/old", to="/here/", site=site)
    add_redirect("/other", to="/there/", site=other)

    assert route("/old/")["to"] == "/here/"
    assert route("/old/", host="127.0.0.1")["to"] == "/everywhere/"
    assert route("/other/", host="127.0.0.1")["to"] == "/there/"
    assert route("/other/") == {"__typename": "NotFound", "path": "/other/"}


@pytest.mark.parametrize("path", ["/procedures/micro-needling/", "/old/", "/unknown/"])
def test_route_costs_three_statements(path: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    add_redirect("/old", to=make_procedure())

    # Site, page, and the page's columns or the redirect.
    with django_assert_num_queries(3):
        route(path)
