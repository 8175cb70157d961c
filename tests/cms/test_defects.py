"""The 56 defects that stock wagtail-grapple 0.31.0 showed on Wagtail 8, each reproduced against this API.

A: content for strangers. B: questions that become database queries. C: overload. D: wrong answers.
E: previews and HTTP. Each test is named after the defect and begins with what grapple did.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import specified_rules
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, DraftStateMixin, Page
from wagtail.snippets.models import get_snippet_models

from cms.core.models import ClinicDocument, ClinicRendition, ClinicSettings, NavigationMenu, User
from cms.graphql.ids import encode_id
from cms.previews.operations import open_preview
from cms.schema import schema
from providers.models import MedicalReview
from services.models import ProcedureIndexPage, ProcedurePage
from tests.api import ask, post, refusal
from tests.cms.test_schema import CONTRACT, PAGE
from tests.factories import (
    make_location,
    make_procedure,
    make_provider,
    make_rule,
    make_site,
    make_staff,
)
from tests.hiding import make_image, make_other_site, restrict, restrict_image, unpublish
from tests.services.articles import BENEFITS, benefit, make_article

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 9, 12, tzinfo=UTC)
TYPES: Mapping[str, Any] = schema.graphql_schema.type_map
PAGE_TYPES = ["HomePage", "ProcedureIndexPage", "ProcedurePage", "ProviderIndexPage", "ProviderPage"]
# What only a program that talks of itself would say.
PYTHON_OR_SQL = re.compile(
    r"NoneType|Traceback|has no attribute|object at 0x|not supported between|unpack|DoesNotExist"
    r"|returned more|cannot represent|SELECT |FieldError|Choices are|psycopg|django|wagtail|auth_user"
    r"|\.py\b"
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page_id(page: Page) -> str:
    return encode_id("Page", page.pk)


def codes(query: str, **variables: Any) -> list[str]:
    """Return the codes of the refusal of a whole request."""
    answer = post(query, **variables).json()
    assert "data" not in answer or answer["data"] is None
    return sorted({error["extensions"]["code"] for error in answer["errors"]})


def is_unknown(query: str) -> bool:
    """Whether the schema knows nothing of what `query` asks for; asking runs no statement."""
    with CaptureQueriesContext(
        connection,
    ) as statements:
        response = post(query)
    refused = [error["extensions"]["code"] for error in response.json()["errors"]]
    assert "Did you mean" not in response.content.decode()
    return response.status_code == 422 and set(refused) == {"INVALID"} and not len(statements)


def titles(query: str, root: str, **variables: Any) -> list[str]:
    return [node["title"] for node in ask(query, **variables)[root]["nodes"]]


def on_each_page_type(field: str) -> list[str]:
    return [f"{{ pages {{ nodes {{ ... on {name} {{ {field} }} }} }} }}" for name in PAGE_TYPES]


# A. Content for strangers -------------------------------------------------------------------------


def test_a1_a_page_tells_nothing_of_its_parent() -> None:
    """`parent` returned drafts with title and text."""
    page = make_procedure()
    index = ProcedureIndexPage.objects.get()
    assert all(is_unknown(query) for query in on_each_page_type("parent { title }"))
    below = "query($id: ID) { pages(parent: $id) { totalCount nodes { title } } }"
    assert ask(below, id=page_id(index))["pages"]["nodes"] == [{"title": page.title}]

    unpublish(index)

    assert ask(below, id=page_id(index)) == {"pages": {"totalCount": 0, "nodes": []}}


def test_a2_chosen_pages_are_shown_only_while_public() -> None:
    """`PageChooserBlock.page` returned drafts and pages behind a password."""
    shown, draft, private = (make_procedure(title=title) for title in ("Shown", "Draft", "Private"))
    entries = [
        {"title": page.title, "page": page.pk, "url": "", "children": []} for page in (shown, draft, private)
    ]
    items = json.dumps([{"type": "item", "value": entry} for entry in entries])
    NavigationMenu.objects.create(site=make_site(), handle="main", items=items)
    unpublish(draft)
    restrict(private)

    found = ask('{ navigation(handle: "main") { title page { title } } }')["navigation"]

    assert found == [{"title": "Shown", "page": {"title": "Shown"}}]


def test_a3_foreign_keys_and_child_rows_lead_to_public_pages_only() -> None:
    """`procedureProviders { provider { live bio } }` returned a draft."""
    page = make_procedure()
    draft = make_provider(offers=[page])
    make_provider(name="Maria Vasquez", offers=[page])
    MedicalReview.objects.create(page=page, reviewed_on="2027-01-01", reviewed_by=draft)
    unpublish(draft)

    found = ask("{ procedures { nodes { reviewedBy { name } providers { totalCount nodes { name } } } } }")

    providers = {"totalCount": 1, "nodes": [{"name": "Maria Vasquez"}]}
    assert found["procedures"]["nodes"] == [{"reviewedBy": None, "providers": providers}]


SEARCH = "query($words: String!) { search(query: $words) { totalCount nodes { title } edges { highlight } } }"


def test_a4_search_finds_public_pages_only() -> None:
    """`search` returned drafts, snippets and the text of pages behind a password."""
    shown, draft, private = (
        make_procedure(title=f"{name} needling") for name in ("Open", "Drafted", "Private")
    )
    unpublish(draft)
    restrict(private)

    found = ask(SEARCH, words="needling")["search"]

    assert (found["totalCount"], found["nodes"]) == (1, [{"title": shown.title}])
    assert [ask(SEARCH, words=word)["search"]["totalCount"] for word in ("drafted", "private")] == [0, 0]


def test_a5_no_snippet_is_listed_and_none_can_be_a_draft() -> None:
    """`snippets` listed drafts."""
    make_procedure()
    assert is_unknown("{ snippets { __typename } }")
    assert is_unknown("{ procedureCategories { name } }")
    assert [model for model in get_snippet_models() if issubclass(model, DraftStateMixin)] == []


def test_a6_rows_that_no_longer_count_are_not_listed() -> None:
    """Roots of plain models returned `objects.all()`."""
    provider, location = make_provider(), make_location()
    make_rule(provider=provider, location=location, valid_until=NOW.date() - timedelta(days=1))
    make_rule(provider=provider, location=location, valid_until=NOW.date(), start_time="10:00")

    [found] = ask("{ providers { nodes { availabilityRules { startTime } } } }")["providers"]["nodes"]

    assert found == {"availabilityRules": [{"startTime": "10:00"}]}
    assert set(TYPES["Query"].fields) == {*CONTRACT["Query"], "search", "hold", "explainSlot"}


def test_a7_page_types_serve_the_fields_of_the_contract_and_no_other() -> None:
    """`draftTitle`, `owner`, `goLiveAt` and the like stood on every page type."""
    home = {"headline", "introduction", "heroImage", "body"}
    page = {*PAGE, "locale", "translations"}
    served = {name: set(TYPES[name].fields) for name in ("PageInterface", *PAGE_TYPES)}

    assert served == {
        "PageInterface": page,
        "HomePage": page | home,
        "ProcedureIndexPage": page | {"introduction"},
        "ProviderIndexPage": page | {"introduction"},
        "ProcedurePage": page | set(CONTRACT["ProcedurePage"]),
        "ProviderPage": page | set(CONTRACT["ProviderPage"]),
    }
    page_with_changes = make_procedure(title="Published")
    page_with_changes.title = "Secret"
    page_with_changes.save_revision()
    assert "Secret" not in post(f"{{ procedures {{ nodes {{ {READABLE} }} }} }}").content.decode()


READABLE = "title slug url path summary seo { title description } introduction { html text } updatedAt"


@pytest.mark.parametrize(
    "field", ["homepage", "procedurepage", "providerpage", "sitesRootedHere", "rootPage"]
)
def test_a8_no_relation_of_the_page_model_is_a_field(field: str) -> None:
    """Reverse relations and `rootPage` stood in the schema."""
    make_procedure()
    assert all(is_unknown(query) for query in on_each_page_type(f"{field} {{ __typename }}"))


def test_a9_root_of_the_tree_leads_nowhere() -> None:
    """From any page one came to the root, and from there to all sites."""
    make_other_site()
    root = Page.objects.get(depth=1)
    ask_root = "query($id: ID) { page(id: $id) { title } pages(parent: $id) { totalCount nodes { title } } }"

    assert ask(ask_root, id=page_id(root)) == {"page": None, "pages": {"totalCount": 0, "nodes": []}}


def test_a10_redirects_lead_to_public_pages_only_and_are_not_listed() -> None:
    """`redirects` listed all of them with the titles of drafts."""
    page = make_procedure()
    Redirect.objects.create(old_path="/old", redirect_page=page)
    query = '{ route(path: "/old") { __typename ... on Redirect { to } ... on NotFound { path } } }'
    assert ask(query)["route"] == {"__typename": "Redirect", "to": "/procedures/micro-needling/"}

    unpublish(page)

    assert ask(query)["route"] == {"__typename": "NotFound", "path": "/old"}
    assert is_unknown("{ redirects { __typename } }")


def test_a11_collection_below_a_private_one_is_private() -> None:
    """Only an item's own collection was looked at."""
    image = make_image()
    make_procedure(hero_image=image)
    query = "{ procedures { nodes { heroImage { alt } } } }"
    assert ask(query)["procedures"]["nodes"] == [{"heroImage": {"alt": "Treatment room"}}]

    restrict_image(image)

    assert ask(query)["procedures"]["nodes"] == [{"heroImage": None}]


def test_a12_private_files_stay_private_in_blocks_and_texts() -> None:
    """Pages and blocks led to them without a look at the collection."""
    image, private = make_image(), Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = ClinicDocument.objects.create(title="Plan", file="plan.pdf", collection=private)
    make_article(icon=image, text=f'<p><a linktype="document" id="{document.pk}">Plan</a></p>')
    restrict_image(image)

    found = post("{ procedures { nodes { benefits { icon { id } description { html } } } } }")

    [page] = found.json()["data"]["procedures"]["nodes"]
    assert page["benefits"] == [{"icon": None, "description": {"html": "<p>Plan</p>"}}] * len(BENEFITS)


@pytest.mark.parametrize(
    "field", ["file", "fileHash", "fileSize", "title", "collection { name }", "tags { name }"]
)
def test_a13_image_tells_nothing_of_its_storage(field: str) -> None:
    """`file` was the path in the storage, `fileHash` the SHA-1."""
    make_procedure(hero_image=make_image())
    assert is_unknown(f"{{ procedures {{ nodes {{ heroImage {{ {field} }} }} }} }}")


@pytest.mark.parametrize("query", ["{ collections { name } }", "{ collections { descendants { name } } }"])
def test_a14_collections_are_not_named(query: str) -> None:
    """Those below a private one were."""
    restrict_image(make_image())
    assert is_unknown(query)


def test_a15_tags_are_not_named() -> None:
    """Tags of private files were."""
    make_image().tags.add("private")
    assert is_unknown("{ tags { name } }")
    assert is_unknown('{ tag(id: "1") { name } }')


def test_a16_settings_of_other_sites_are_not_told() -> None:
    """An unknown host was told those of all sites."""
    other = make_other_site()
    ClinicSettings.objects.create(site=other, name="Other clinic", phone="+1 303 555 0199")
    query = "{ clinic { name phone } }"

    assert ask(query) == {"clinic": {"name": "Mile High Chiropractic", "phone": ""}}
    assert ask(query, host="127.0.0.1") == {"clinic": {"name": "Other clinic", "phone": "+1 303 555 0199"}}
    assert post(query, host="unknown.example").status_code == 400
    assert is_unknown('{ settings(site: "unknown.example") { __typename } }')


def test_a17_sites_are_not_listed() -> None:
    """Host names, ports and settings of all sites were public."""
    make_other_site()
    assert is_unknown("{ sites { hostname port } }")
    assert is_unknown('{ site(hostname: "localhost") { hostname } }')


def test_a18_pages_are_those_of_the_site_asked() -> None:
    """`pages` listed all sites unless told otherwise."""
    make_other_site()
    query = "{ pages(type: HOME) { nodes { title } } }"

    assert titles(query, "pages") == ["Mile High Chiropractic"]
    assert ask(query, host="127.0.0.1") == {"pages": {"nodes": [{"title": "Other clinic"}]}}


def test_a19_blocks_have_typed_fields_and_the_same_answer_each_time() -> None:
    """`rawValue` printed Python objects with their addresses in memory."""
    make_article()
    query = "{ procedures { nodes { body { id ... on ParagraphBlock { content { html } } } } } }"
    assert is_unknown("{ procedures { nodes { body { rawValue } } } }")

    first, second = post(query).json(), post(query).json()

    assert first == second
    assert not PYTHON_OR_SQL.search(json.dumps(first))


def test_a20_rich_text_does_not_tell_where_drafts_are() -> None:
    """Addresses of drafts and private files stood in the HTML."""
    draft = make_procedure(title="Drafted", slug="not-yet-announced")
    make_provider(biography=f'<p>See <a linktype="page" id="{draft.pk}">this</a>.</p>')
    unpublish(draft)

    found = ask("{ providers { nodes { biography { html text } } } }")["providers"]["nodes"]

    assert found == [{"biography": {"html": "<p>See this.</p>", "text": "See this."}}]


# B. Questions that become database queries --------------------------------------------------------

ORM_PATHS = [
    *("owner__password", "owner__email", "owner__is_superuser", "-owner__last_login"),
    *("view_restrictions__password", "clinicsettings__phone", "?", "title; DROP TABLE x", "pk", ""),
]


@pytest.mark.parametrize("path", ORM_PATHS)
@pytest.mark.parametrize("root", ["procedures", "providers", "pages"])
def test_b1_order_is_one_of_a_few_words(root: str, path: str) -> None:
    """`order` took any path of the ORM, so that rows told of password hashes by their order."""
    type_ = TYPES["Query"].fields[root].args["orderBy"].type
    value = json.dumps(path)
    assert is_unknown(f"{{ {root}(orderBy: {value}) {{ totalCount }} }}")
    assert is_unknown(f"{{ {root}(order: {value}) {{ totalCount }} }}")
    assert codes(f"query($o: {type_}) {{ {root}(orderBy: $o) {{ totalCount }} }}", o=path) == ["INVALID"]


@pytest.mark.parametrize("order", ["nonsense", "owner__nonsense", "TITLES"])
def test_b2_refused_order_names_no_fields(order: str) -> None:
    """The refusal listed all fields and relations of the model."""
    [error] = post("query($o: ProcedureOrder) { procedures(orderBy: $o) { totalCount } }", o=order).json()[
        "errors"
    ]

    assert error["message"] == "Variable `$o`: the value of `o` is missing or does not fit its type."


def test_b3_clients_choose_no_joins() -> None:
    """A path of six relations made the database join the table with itself six times."""
    for number in range(3):
        make_procedure(title=f"Procedure {number}")
    joins = set()
    for order in TYPES["ProcedureOrder"].values:
        # A list that is searched is no prepared statement: its SQL is written out.
        query = f'{{ procedures(search: "procedure", orderBy: {order}) {{ nodes {{ title }} }} }}'
        with CaptureQueriesContext(connection) as captured:
            assert len(ask(query)["procedures"]["nodes"]) == 3
        joins.add(max(query["sql"].count(" JOIN ") for query in captured))

    assert len(joins) == 1
    assert max(joins) > 0
    assert is_unknown('{ procedures(filter: "page_ptr__owner") { totalCount } }')


JUNK: list[Any] = [
    "",
    "0",
    "x",
    "UGFnZTo",
    "UGFnZTow",
    "UGFnZTotMQ",
    "VXNlcjox",
    "'; --",
    "../..",
    "%",
    "\\",
    "😀" * 99,
]
JUNK_QUERIES = [
    "query($v: ID) { procedure(id: $v) { title } }",
    "query($v: String) { procedure(slug: $v) { title } }",
    "query($v: ID) { provider(id: $v) { title } }",
    "query($v: ID) { page(id: $v) { title } }",
    "query($v: String) { page(urlPath: $v) { title } }",
    "query($v: ID) { pages(parent: $v) { totalCount } }",
    "query($v: String) { procedures(after: $v) { totalCount } }",
    "query($v: ID) { procedures(provider: $v) { totalCount } }",
    "query($v: String!) { route(path: $v) { __typename } }",
    "query($v: String!) { search(query: $v) { totalCount } }",
    "query($v: String!) { location(slug: $v) { name } }",
    "query($v: String!) { navigation(handle: $v) { title } }",
    "query($v: String!) { appointment(manageToken: $v) { reference } }",
    "query($v: ID!) { nextAvailable(procedure: $v) { token } }",
]


@pytest.mark.parametrize("query", JUNK_QUERIES)
def test_b4_nonsense_is_answered_in_words_for_people(query: str) -> None:
    """Texts of Python exceptions and of the ORM reached the client."""
    make_procedure()
    for value in JUNK:
        response = post(query, v=value)
        told = response.content.decode()
        assert response.status_code == 200, told
        assert not PYTHON_OR_SQL.search(told)
        assert "INTERNAL" not in told


# C. Overload --------------------------------------------------------------------------------------


def test_c1_circles_are_measured_before_anything_is_read(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """160 bytes cost 42,000 statements and six minutes."""
    attack = "{ pages { nodes { " + "parent { children { " * 3 + "title" + " } }" * 3 + " } } }"
    circle = (
        "{ procedures(first: 100) { nodes { providers(first: 100) { nodes { procedures(first: 100) "
        "{ nodes { title } } } } } } }"
    )
    with django_assert_num_queries(0):
        assert (post(attack).status_code, codes(attack)) == (422, ["INVALID"])
        assert (post(circle).status_code, codes(circle)) == (400, ["TOO_COMPLEX"])
        deep = (
            "{ procedures { nodes "
            + "{ reviewedBy { procedures { nodes " * 8
            + "{ title }"
            + " } } }" * 8
            + " } }"
        )
        assert codes(deep) == ["TOO_DEEP"]


def test_c2_aliases_are_counted_and_every_list_has_an_end(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """50 searches under 50 names took 5 seconds; some lists could not be paged at all."""
    fifty = " ".join(f'a{number}: search(query: "x") {{ totalCount }}' for number in range(50))
    with django_assert_num_queries(0):
        assert codes(f"{{ {fifty} }}") == ["TOO_MANY_ALIASES"]
    connections = [f for f in TYPES["Query"].fields.values() if str(f.type).endswith("Connection!")]
    assert len(connections) >= 4
    assert all({"first", "after"} <= set(field.args) for field in connections)


def test_c3_reading_makes_no_renditions() -> None:
    """100 aliases wrote 100 files, of any size that the client asked for."""
    make_procedure(hero_image=make_image())
    before = list(ClinicRendition.objects.values_list("pk", flat=True))
    presets = TYPES["ImagePreset"].values
    for preset in presets:
        ask(f"{{ procedures {{ nodes {{ heroImage {{ rendition(preset: {preset}) {{ url }} }} }} }} }}")

    assert list(ClinicRendition.objects.values_list("pk", flat=True)) == before
    for arguments in ("(width: 9)", '(spec: "fill-9x9")', '(preset: "fill-9x9")', "(preset: fill_9x9)"):
        assert is_unknown(
            f"{{ procedures {{ nodes {{ heroImage {{ rendition{arguments} {{ url }} }} }} }} }}"
        )


PARTS_OF_A_PATH = [
    "white",
    "white/",
    "/sarah-white/",
    "h-white/",
    "providers/sarah",
    "%",
    "_",
    "/providers/%/",
]


def test_c4_path_is_looked_up_as_it_is() -> None:
    """`urlPath` was matched by its end with LIKE, which no index serves."""
    make_provider()
    with CaptureQueriesContext(connection) as captured:
        found = [
            ask("query($p: String) { page(urlPath: $p) { title } }", p=part)["page"]
            for part in PARTS_OF_A_PATH
        ]

    assert found == [None] * len(PARTS_OF_A_PATH)
    conditions = [re.findall(r'"url_path"[^"]* LIKE [^ ]*', query["sql"]) for query in captured]
    assert not any(conditions)


def test_c5_far_pages_cost_what_near_ones_do() -> None:
    """Offsets made the database walk through all that came before."""
    for number in range(5):
        make_procedure(title=f"Procedure {number}")
    query = "query($a: String) { procedures(first: 2, after: $a) { nodes { title } pageInfo { endCursor } } }"
    cursor, seen = None, []
    with CaptureQueriesContext(connection) as captured:
        for _ in range(3):
            found = ask(query, a=cursor)["procedures"]
            seen += [node["title"] for node in found["nodes"]]
            cursor = found["pageInfo"]["endCursor"]

    assert seen == [f"Procedure {number}" for number in range(5)]
    assert not any("OFFSET" in query["sql"] for query in captured)
    assert is_unknown("{ procedures(offset: 1000000) { totalCount } }")
    assert is_unknown("{ pages { nodes { descendants { title } } } }")


@pytest.mark.parametrize("filler", ["#" * 100_000, " " * 100_000, "a " * 50_000, '"' + "a" * 100_000 + '"'])
def test_c6_long_documents_are_refused(
    filler: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """100 KB were accepted."""
    with django_assert_num_queries(0):
        response = post(f"{{ __typename }}\n{filler}")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")


# D. Wrong answers ---------------------------------------------------------------------------------


def test_d1_path_finds_the_page_at_it_and_no_other() -> None:
    """The end of a path found a page of another section."""
    make_procedure(title="White", slug="white")
    make_provider(name="White", slug="white")
    query = "query($p: String) { page(urlPath: $p) { __typename } }"

    found = [
        ask(query, p=path)["page"] for path in ("/procedures/white/", "/providers/white/", "/white/", "white")
    ]

    assert found == [{"__typename": "ProcedurePage"}, {"__typename": "ProviderPage"}, None, None]


def test_d2_slug_that_two_pages_share_is_no_error() -> None:
    """`page(slug)` failed with "returned more than one Page"."""
    make_procedure(title="First", slug="same")
    make_provider(name="Second", slug="same", honorific="")
    index = make_site().root_page.add_child(instance=ProcedureIndexPage(title="More", slug="more"))
    index.add_child(instance=ProcedurePage(title="Third", slug="same", summary="-"))

    found = ask('{ procedure(slug: "same") { title } provider(slug: "same") { title } }')

    assert found == {"procedure": {"title": "First"}, "provider": {"title": "Second"}}


def test_d3_nested_lists_are_whole_or_say_that_more_follows() -> None:
    """15 providers became 10 without a word."""
    page = make_procedure()
    for number in range(15):
        make_provider(name=f"Provider {number:02}", offers=[page])
    query = "query($n: Int = 20) { procedures { nodes { providers(first: $n) { SHAPE } } } }"
    shape = "totalCount nodes { name } pageInfo { hasNextPage }"

    [whole] = ask(query.replace("SHAPE", shape))["procedures"]["nodes"]
    [part] = ask(query.replace("SHAPE", shape), n=10)["procedures"]["nodes"]

    assert (whole["providers"]["totalCount"], len(whole["providers"]["nodes"])) == (15, 15)
    assert whole["providers"]["pageInfo"] == {"hasNextPage": False}
    assert (part["providers"]["totalCount"], len(part["providers"]["nodes"])) == (15, 10)
    assert part["providers"]["pageInfo"] == {"hasNextPage": True}


def test_d4_items_of_a_list_have_ids_of_their_own() -> None:
    """All items had the id of the list, so that clients merged them."""
    page = make_procedure(benefits=[benefit(name) for name in ("One", "Two", "Three", "Four")])

    [found] = ask("{ procedures { nodes { benefits { id } } } }")["procedures"]["nodes"]

    assert [item["id"] for item in found["benefits"]] == [block.id for block in page.benefits]
    assert len({item["id"] for item in found["benefits"]}) == 4


def test_d5_ids_are_unique_in_an_answer_and_stay() -> None:
    """Children of a struct had the name of their field as id."""
    make_article()
    make_article(title="Massage")
    parts = " ".join(f"{name} {{ id }}" for name in ("benefits", "risks", "faqs", "whatToExpect", "body"))
    query = f"{{ procedures {{ nodes {{ {parts} }} }} }}"

    answers = [re.findall(r'"id":"([^"]+)"', post(query).content.decode()) for _ in range(2)]

    assert len(answers[0]) == len(set(answers[0])) == 24
    assert answers[0] == answers[1]


def test_d6_search_needs_no_fields_that_files_lack() -> None:
    """`images(searchQuery)` always failed; files are found by nobody here."""
    make_image("Needling room")
    assert is_unknown('{ images(searchQuery: "needling") { id } }')
    assert is_unknown('{ documents(searchQuery: "needling") { id } }')
    assert ask(SEARCH, words="needling")["search"]["totalCount"] == 0


def test_d7_words_narrow_a_list() -> None:
    """`searchQuery` on snippets failed."""
    for title in ("Micro needling", "Massage"):
        make_procedure(title=title)

    assert titles('{ procedures(search: "needl") { nodes { title } } }', "procedures") == ["Micro needling"]


def test_d8_search_answers_though_files_match_too() -> None:
    """A matching image or document made the whole answer null."""
    make_procedure(title="Micro needling")
    make_image("Needling")
    ClinicDocument.objects.create(title="Needling", file="needling.pdf")

    assert ask(SEARCH, words="needling")["search"]["nodes"] == [{"title": "Micro needling"}]


@pytest.mark.parametrize("first", [-1, 0, 101])
@pytest.mark.parametrize("root", ["procedures", "providers", "pages"])
def test_d9_number_out_of_range_is_refused_however_it_is_sent(root: str, first: int) -> None:
    """-1 failed as a variable and meant 10 as a literal, as 0 did."""
    refused = ("BAD_INPUT", f"`first` is {first}: ask for 1 to 100 and page on with `after`.")

    assert refusal(f"{{ {root}(first: {first}) {{ totalCount }} }}") == refused
    assert refusal(f"query($n: Int) {{ {root}(first: $n) {{ totalCount }} }}", n=first) == refused


@pytest.mark.parametrize("number", [2**31, 10**20, -(10**20), 10**400, 1e300, 1.5])
def test_d10_big_numbers_are_refused_in_words(number: float) -> None:
    """They crashed the parser, whose message was shown."""
    literal, variable = (
        post(f"{{ procedures(first: {number}) {{ totalCount }} }}"),
        post("query($n: Int) { procedures(first: $n) { totalCount } }", n=number),
    )

    for response in (literal, variable):
        assert response.status_code in (400, 422)
        assert {error["extensions"]["code"] for error in response.json()["errors"]} <= {
            "INVALID",
            "BAD_REQUEST",
        }
        assert "Python" not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "{ route { __typename } }",
        "{ search { totalCount } }",
        "{ navigation { title } }",
        "{ location { name } }",
        "{ nextAvailable { token } }",
        "{ availability { timeZone } }",
        "{ appointment { reference } }",
        "{ procedures { nodes { heroImage { rendition { url } } } } }",
        "{ procedures { nodes { heroImage { srcSet } } } }",
        "{ providers { nodes { nextAvailable { token } } } }",
    ],
)
def test_d11_required_arguments_are_declared(query: str) -> None:
    """They were optional in the schema, and leaving them out was a TypeError."""
    assert is_unknown(query)
    assert refusal("{ procedure { title } }") == ("BAD_INPUT", "Say which one: give `id` or `slug`.")


def test_d12_clinic_is_always_there() -> None:
    """`setting` was null unless the first registered model was meant."""
    make_site()
    assert ask("{ clinic { name } }") == {"clinic": {"name": "Mile High Chiropractic"}}
    ClinicSettings.objects.all().delete()
    assert ask("{ clinic { name } }") == {"clinic": {"name": "Mile High Chiropractic"}}


@pytest.mark.parametrize("preset", TYPES["ImagePreset"].values)
def test_d13_every_preset_that_is_offered_is_answered(preset: str) -> None:
    """Sizes were dropped without a word from one field and were an error in the other."""
    make_procedure(hero_image=make_image())
    query = "{ procedures { nodes { heroImage { rendition(preset: P) { url width } srcSet(preset: P) } } } }"

    [found] = ask(query.replace("P)", f"{preset})"))["procedures"]["nodes"]

    image = found["heroImage"]
    assert f"{image['rendition']['url']} {image['rendition']['width']}w" in image["srcSet"].split(", ")
    assert is_unknown(query.replace("P)", "HUGE)"))


def test_d14_pages_never_published_come_last() -> None:
    """PostgreSQL put them first among the newest."""
    for title in ("Older", "Newer", "Never"):
        make_procedure(title=title)
    for title, published in (("Older", NOW - timedelta(days=2)), ("Newer", NOW), ("Never", None)):
        Page.objects.filter(title=title).update(first_published_at=published)

    found = titles("{ procedures(orderBy: NEWEST) { nodes { title } } }", "procedures")

    assert found == ["Newer", "Older", "Never"]


def test_d15_pages_are_asked_for_by_locale() -> None:
    """There was no locale anywhere."""
    make_procedure()
    query = '{ procedures(locale: "en") { nodes { locale translations { locale } } } }'

    assert ask(query)["procedures"]["nodes"] == [{"locale": "en", "translations": []}]
    for root in ("page", "pages", "procedures", "procedure", "providers", "provider", "search"):
        assert "locale" in TYPES["Query"].fields[root].args or root == "page"
    assert refusal('{ procedures(locale: "xx") { totalCount } }')[0] == "BAD_INPUT"


def test_d16_files_are_at_the_host_that_was_asked(settings: Settings) -> None:
    """They were at the address of the admin."""
    settings.WAGTAILADMIN_BASE_URL = "http://admin.example"
    make_procedure(hero_image=make_image())

    [found] = ask("{ procedures { nodes { heroImage { rendition(preset: HERO) { url } } } } }")["procedures"][
        "nodes"
    ]

    assert found["heroImage"]["rendition"]["url"].startswith("http://localhost/media/")


# E. Previews and HTTP -----------------------------------------------------------------------------

DRAFT = (
    "query Draft($token: String!) { procedure(previewToken: $token) { title summary reviewedBy { name } } }"
)
OVER = ("BAD_INPUT", "This preview is unknown or over. Open it again in the editor.")


@pytest.fixture
def editor() -> User:
    return make_staff(username="editor")


def draft_token(page: Page, editor: User, **changes: Any) -> str:
    draft = type(page).objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(draft, name, value)
    return open_preview(page=draft, user=editor, in_panel=False, now=NOW)


def test_e1_preview_is_over_after_an_hour(editor: User) -> None:
    """A token worked 400 days later."""
    token = draft_token(make_procedure(), editor, title="Drafted")
    assert ask_draft(token)["title"] == "Drafted"
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert refusal(DRAFT, token=token) == OVER


def ask_draft(token: str) -> Any:
    return ask(DRAFT, token=token)["procedure"]


def test_e2_preview_token_cannot_be_guessed_and_shows_one_page(editor: User) -> None:
    """It was `id=7:time:signature`, for whoever could read an address."""
    page, other = make_procedure(title="One"), make_procedure(title="Two")
    first, second = (draft_token(page, editor, title="Drafted") for _ in range(2))

    assert len(first) >= 32
    assert first != second
    assert str(page.pk) not in re.split(r"\W", first)
    query = "query Draft($token: String!) { page(previewToken: $token) { title } }"
    assert ask(query, token=first)["page"] == {"title": "Drafted"}
    assert titles("{ procedures { nodes { title } } }", "procedures") == ["One", other.title]


@pytest.mark.parametrize("token", ["", "x", "id=7:1abc:signature", "😀", "a" * 500])
def test_e3_wrong_token_is_answered_in_words(token: str, editor: User) -> None:
    """ "Signature ... does not match" reached the client."""
    make_procedure()
    assert refusal(DRAFT, token=token) == OVER


def test_e4_draft_leads_to_public_pages_only(editor: User) -> None:
    """A preview mixed in all drafts that the page referred to."""
    page, reviewer = make_procedure(), make_provider(offers=())
    MedicalReview.objects.create(page=page, reviewed_on="2027-01-01", reviewed_by=reviewer)
    token = draft_token(page, editor)
    assert ask_draft(token)["reviewedBy"] == {"name": "Sarah White"}

    unpublish(reviewer)

    assert ask_draft(token)["reviewedBy"] is None


def test_e5_incomplete_draft_is_shown_with_placeholders(editor: User) -> None:
    """Fields that are never null failed, and with them the preview."""
    token = draft_token(make_procedure(), editor, summary="", benefits=[("benefit", {"title": ""})])
    query = "query Draft($token: String!) { procedure(previewToken: $token) { title benefits { title } } }"

    answer = post(query, token=token)

    assert (answer.status_code, "errors" in answer.json()) == (200, False)
    assert len(answer.json()["data"]["procedure"]["benefits"]) == 1
    assert answer["Cache-Control"] == "private, no-store"


def test_e6_no_cookie_is_set_or_read() -> None:
    """Every answer set `csrftoken` and varied by cookie."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = "x"
    body = {"query": "{ __typename }"}
    response = client.post("/graphql/", body, content_type="application/json", headers={"host": "localhost"})

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert "cookie" not in response["Vary"].lower()


def test_e7_answers_carry_what_http_needs(tmp_path: Any) -> None:
    """No ETag, no Cache-Control, one media type, 400 for everything."""
    make_procedure()
    document = tmp_path / "titles.graphql"
    document.write_text("{ procedures { nodes { title } } }")
    call_command("load_documents", str(document), verbosity=0)
    parameters = {"documentId": document_id(document.read_text())}
    client = Client(headers={"host": "localhost"})
    first = client.get("/graphql/", parameters)

    assert first.status_code == 200
    assert first["Cache-Control"].startswith("public")
    again = client.get("/graphql/", parameters, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    newer = {"Accept": "application/graphql-response+json"}
    body = {"query": "{ nothing }"}
    refused = client.post("/graphql/", body, content_type="application/json", headers=newer)
    assert (refused.status_code, refused["Content-Type"].partition(";")[0]) == (422, newer["Accept"])
    assert refused["Cache-Control"] == "private, no-store"


def document_id(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_e8_what_a_form_of_another_site_can_send_is_refused(content_type: str) -> None:
    """A form of any site could post."""
    body = "query=mutation+{+__typename+}"
    response = Client().generic("POST", "/graphql/", body, content_type=content_type)

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )


def test_e9_strangers_cannot_read_the_schema(settings: Settings) -> None:
    """Introspection and suggestions were always on, GraphiQL loaded scripts from elsewhere."""
    settings.GRAPHQL_INTROSPECTION = False

    assert codes("{ __schema { types { name } } }") == ["INTROSPECTION_DISABLED"]
    assert codes('{ __type(name: "Query") { name } }') == ["INTROSPECTION_DISABLED"]
    assert ask("{ __typename }") == {"__typename": "Query"}
    assert "Did you mean" not in post("{ procedur { title } }").content.decode()
    graphiql = Client().get("/graphiql/")
    assert (graphiql.status_code, graphiql["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_e10_rules_of_graphql_core_are_its_own() -> None:
    """Importing grapple's schema switched one off for the whole process."""
    methods = [
        value
        for rule in specified_rules
        for parent in rule.__mro__[:-1]
        for value in vars(parent).values()
        if callable(value) and hasattr(value, "__module__")
    ]

    assert {method.__module__.partition(".")[0] for method in methods} == {"graphql"}
    assert not {"grapple.schema", "grapple.urls", "grapple.views"} & set(sys.modules)
    assert codes("query($a: Int) { a: __typename a: procedures { totalCount } }") == ["INVALID"]
    assert apps.is_installed("grapple")


# The list -----------------------------------------------------------------------------------------


def test_there_is_a_test_for_each_of_the_56_defects() -> None:
    numbers = {"a": 20, "b": 4, "c": 6, "d": 16, "e": 10}
    expected = {f"{letter}{number}" for letter, last in numbers.items() for number in range(1, last + 1)}
    found = [match[1] for name in globals() if (match := re.match(r"test_([a-e]\d+)_", name))]

    assert sorted(found) == sorted(expected)
    assert len(found) == 56
