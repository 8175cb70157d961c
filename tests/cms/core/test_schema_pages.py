from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page

from cms.core.models import HomePage
from tests.api import ask, refusal
from tests.factories import make_procedure, make_provider, make_site
from tests.hiding import WAYS_TO_HIDE, make_other_site

pytestmark = pytest.mark.django_db


def paths(query: str, **variables: Any) -> list[str]:
    return [node["path"] for node in ask(query, **variables)["pages"]["nodes"]]


def page_id(path: str) -> str:
    return ask("query($path: String) { page(urlPath: $path) { id } }", path=path)["page"]["id"]


def fill_home() -> None:
    home = HomePage.objects.get()
    home.headline = "Walk out taller"
    home.introduction = "<p>Welcome</p>"
    home.body.append(("quote", {"text": "Kind people", "attribution": "A patient"}))
    home.save_revision().publish()


def test_each_type_of_page_by_its_path() -> None:
    make_provider(offers=[make_procedure()])
    fill_home()
    query = """query($path: String) { page(urlPath: $path) {
      __typename title path
      ... on HomePage { headline introduction { html } body { ... on QuoteBlock { text attribution } } }
      ... on ProcedureIndexPage { intro: introduction { html } }
      ... on ProcedurePage { summary providers { nodes { name } } }
      ... on ProviderPage { name } } }"""

    found = [
        ask(query, path=path)["page"]
        for path in (
            "/",
            "/procedures/",
            "/procedures/micro-needling/",
            "/providers/",
            "/providers/sarah-white/",
        )
    ]

    assert found == [
        {
            "__typename": "HomePage",
            "title": "Mile High Chiropractic",
            "path": "/",
            "headline": "Walk out taller",
            "introduction": {"html": "<p>Welcome</p>"},
            "body": [{"text": "Kind people", "attribution": "A patient"}],
        },
        {
            "__typename": "ProcedureIndexPage",
            "title": "Procedures",
            "path": "/procedures/",
            "intro": {"html": ""},
        },
        {
            "__typename": "ProcedurePage",
            "title": "Micro needling",
            "path": "/procedures/micro-needling/",
            "summary": "What micro needling is and what to expect.",
            "providers": {"nodes": [{"name": "Sarah White"}]},
        },
        {"__typename": "ProviderIndexPage", "title": "Providers", "path": "/providers/"},
        {
            "__typename": "ProviderPage",
            "title": "Dr. Sarah White",
            "path": "/providers/sarah-white/",
            "name": "Sarah White",
        },
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/procedures/micro-needling/", "Micro needling"),
        ("/procedures/micro-needling", "Micro needling"),
        ("procedures/micro-needling", "Micro needling"),
        ("", "Mile High Chiropractic"),
        ("/micro-needling/", None),
        ("micro-needling", None),
        ("/needling/", None),
        ("/home-page/procedures/micro-needling/", None),
        ("/procedures/Micro-Needling/", None),
        ("/procedures/%/", None),
    ],
)
def test_page_by_path_is_exact(path: str, expected: str | None) -> None:
    make_procedure()

    found = ask("query($path: String) { page(urlPath: $path) { title } }", path=path)

    assert found == {"page": expected and {"title": expected}}


def test_page_by_id_of_any_type() -> None:
    make_procedure()
    query = "query($id: ID, $path: String) { page(id: $id, urlPath: $path) { __typename path } }"
    index, article = page_id("/procedures/"), page_id("/procedures/micro-needling/")

    assert ask(query, id=index) == {"page": {"__typename": "ProcedureIndexPage", "path": "/procedures/"}}
    assert ask(query, id=article, path="/procedures/micro-needling/")["page"] is not None
    assert ask(query, id=article, path="/procedures/") == {"page": None}
    assert ask(query, id="nonsense") == {"page": None}
    assert refusal(query) == ("BAD_INPUT", "Say which one: give `id` or `urlPath`.")


def test_page_of_a_type_that_is_not_served_is_null() -> None:
    site = make_site()
    Page.objects.get(pk=site.root_page_id).add_child(instance=Page(title="Plain", slug="plain"))

    assert ask('{ page(urlPath: "/plain/") { title } }') == {"page": None}
    assert "/plain/" not in paths("{ pages { nodes { path } } }")


def test_sites_see_their_own_pages_only() -> None:
    make_procedure()
    make_other_site()
    query = '{ pages { nodes { path title } } page(urlPath: "/procedures/") { title } }'

    other = ask(query, host="127.0.0.1")

    assert other == {"pages": {"nodes": [{"path": "/", "title": "Other clinic"}]}, "page": None}


# Lists --------------------------------------------------------------------------------------------

HOME, PROCEDURES, NEEDLING = "/", "/procedures/", "/procedures/micro-needling/"
CUPPING, PROVIDERS, WHITE = "/procedures/cupping/", "/providers/", "/providers/sarah-white/"


def make_pages() -> None:
    make_procedure()
    make_provider()
    make_procedure(title="Cupping")
    for day, path in enumerate([NEEDLING, HOME, WHITE, CUPPING, PROVIDERS, PROCEDURES], start=1):
        at = datetime(2026, 1, day, tzinfo=UTC)
        Page.objects.filter(url_path=f"/home-page{path}").update(first_published_at=at)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", [CUPPING, WHITE, NEEDLING, HOME, PROCEDURES, PROVIDERS]),
        ("(orderBy: null)", [CUPPING, WHITE, NEEDLING, HOME, PROCEDURES, PROVIDERS]),
        ("(orderBy: TITLE)", [CUPPING, WHITE, NEEDLING, HOME, PROCEDURES, PROVIDERS]),
        ("(orderBy: TREE)", [HOME, PROCEDURES, NEEDLING, CUPPING, PROVIDERS, WHITE]),
        ("(orderBy: NEWEST)", [PROCEDURES, PROVIDERS, CUPPING, WHITE, HOME, NEEDLING]),
        ("(type: HOME)", [HOME]),
        ("(type: PROCEDURE_INDEX)", [PROCEDURES]),
        ("(type: PROCEDURE)", [CUPPING, NEEDLING]),
        ("(type: PROVIDER_INDEX)", [PROVIDERS]),
        ("(type: PROVIDER)", [WHITE]),
        ('(parent: "nonsense")', []),
    ],
)
def test_pages_are_sorted_and_narrowed(arguments: str, expected: list[str]) -> None:
    make_pages()

    assert paths(f"{{ pages{arguments} {{ nodes {{ path }} }} }}") == expected


def test_pages_below_a_page() -> None:
    make_pages()
    query = "query($id: ID, $type: PageType) { pages(parent: $id, type: $type) { nodes { path } } }"

    assert paths(query, id=page_id(HOME)) == [PROCEDURES, PROVIDERS]
    assert paths(query, id=page_id(PROCEDURES)) == [CUPPING, NEEDLING]
    assert paths(query, id=page_id(NEEDLING)) == []
    assert paths(query, id=page_id(HOME), type="PROVIDER_INDEX") == [PROVIDERS]


@pytest.mark.parametrize("order", ["TITLE", "TREE", "NEWEST"])
def test_pages_page_by_page_show_each_once(order: str) -> None:
    make_pages()
    query = f"""query($after: String) {{ pages(first: 4, after: $after, orderBy: {order}) {{
      totalCount nodes {{ path }} edges {{ node {{ path }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""

    first = ask(query)["pages"]
    second = ask(query, after=first["pageInfo"]["endCursor"])["pages"]

    seen = [node["path"] for node in first["nodes"] + second["nodes"]]
    assert sorted(seen) == sorted([HOME, PROCEDURES, NEEDLING, CUPPING, PROVIDERS, WHITE])
    assert [edge["node"] for edge in first["edges"]] == first["nodes"]
    assert (first["totalCount"], len(first["nodes"])) == (6, 4)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


MIXED = """{ pages { nodes { __typename title
  ... on ProcedurePage { benefits { title } heroImage { id } providers { nodes { name } } body { id } }
  ... on ProviderPage { biography { html } photo { id } } ... on HomePage { body { id } } } } }"""


@pytest.mark.parametrize("count", [1, 3, 8])
def test_pages_of_all_types_cost_statements_by_type(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_provider(name=f"Provider {number}", offers=[make_procedure(title=f"Procedure {number}")])

    # Site, pages, five types, providers.
    with django_assert_num_queries(8):
        found = ask(MIXED)["pages"]["nodes"]

    assert len(found) == 2 * count + 3


# Visibility ---------------------------------------------------------------------------------------

PROCEDURE = {"path": "/procedures/micro-needling/"}
EDGES: dict[str, tuple[str, Any, Any]] = {
    "page by id": ("query($id: ID) { page(id: $id) { path } }", {"page": PROCEDURE}, {"page": None}),
    "page by path": (
        '{ page(urlPath: "/procedures/micro-needling/") { path } }',
        {"page": PROCEDURE},
        {"page": None},
    ),
    "pages": (
        "{ pages(type: PROCEDURE) { totalCount nodes { path } } }",
        {"pages": {"totalCount": 1, "nodes": [PROCEDURE]}},
        {"pages": {"totalCount": 0, "nodes": []}},
    ),
    "route": (
        '{ route(path: "/procedures/micro-needling/") { ... on ProcedurePage { path } } }',
        {"route": PROCEDURE},
        {"route": {}},
    ),
}


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
@pytest.mark.parametrize("edge", EDGES)
def test_hidden_page_is_not_served(edge: str, way: str) -> None:
    page = make_procedure()
    query, visible, hidden = EDGES[edge]
    variables = {"id": page_id("/procedures/micro-needling/")} if "$id" in query else {}
    assert ask(query, **variables) == visible

    WAYS_TO_HIDE[way](page)

    assert ask(query, **variables) == hidden


@pytest.mark.parametrize("way", ["expired", "restricted", "below a restricted page", "of another site"])
def test_pages_below_a_hidden_page_are_not_listed(way: str) -> None:
    page = make_procedure()
    query = "query($id: ID) { pages(parent: $id) { totalCount nodes { path } } }"
    index_id = page_id("/procedures/")
    assert ask(query, id=index_id) == {"pages": {"totalCount": 1, "nodes": [PROCEDURE]}}

    WAYS_TO_HIDE[way](page.get_parent())

    assert ask(query, id=index_id) == {"pages": {"totalCount": 0, "nodes": []}}
