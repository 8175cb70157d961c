"""The GraphiQL page and its examples, as a member of staff finds them on 9 March 2027."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cms.graphql.ids import encode_id
from cms.graphql.types import PAGE_KIND
from services.models import ProcedurePage
from tests.factories import make_location, make_procedure, make_provider, make_rule

TABS = [
    "Article",
    "Procedures",
    "FreeSlots",
    "BookSlot",
    "HoldSlot",
    "BookHeldSlot",
    "BookSeries",
    "JoinWaitlist",
    "MoveAppointment",
    "CancelAppointment",
    "MyAppointment",
]
# GraphiQL stores its tabs a moment after a change.
FRONT_TAB_IS_STORED = """(index) => new Promise((resolve) => {
  const look = () => {
    const stored = JSON.parse(sessionStorage.getItem("graphiql:tabState"));
    stored?.activeTabIndex === index ? resolve() : requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture
def procedure(context: BrowserContext) -> ProcedurePage:
    made = make_procedure(title="Micro needling")
    make_rule(provider=make_provider(offers=[made]), location=make_location())
    return made


@pytest.fixture
def graphiql(page: Page, procedure: ProcedurePage) -> Page:
    page.clock.set_fixed_time(datetime(2027, 3, 9, 12, tzinfo=UTC))
    page.goto("/graphiql/")
    expect(page.locator(".graphiql-tab-button")).to_have_text(TABS)
    return page


def variables_of(page: Page) -> dict[str, object]:
    return json.loads(page.evaluate("document.querySelectorAll('.CodeMirror')[1].CodeMirror.getValue()"))


def answer_of(page: Page, *, tab: str) -> dict[str, Any]:
    page.get_by_role("button", name=tab, exact=True).click()
    with page.expect_response(
        lambda response: f"query {tab}(" in (response.request.post_data or "")
    ) as answer:
        page.get_by_role("button", name="Execute query").click()
    return answer.value.json()


def test_graphiql_examples_run_as_they_are(graphiql: Page, procedure: ProcedurePage) -> None:
    article = answer_of(graphiql, tab="Article")
    article_variables = variables_of(graphiql)
    procedures = answer_of(graphiql, tab="Procedures")
    slots = answer_of(graphiql, tab="FreeSlots")

    assert article_variables == {"slug": "micro-needling"}
    assert article["data"]["procedure"]["title"] == "Micro needling"
    assert procedures["data"]["procedures"]["totalCount"] == 1
    assert variables_of(graphiql) == {
        "input": {"procedure": encode_id(PAGE_KIND, procedure.pk), "from": "2027-03-09", "to": "2027-04-08"}
    }
    assert len(slots["data"]["availability"]["days"]) == 31
    expect(graphiql.locator(".result-window")).to_contain_text("2027-03-09")


def test_graphiql_shows_the_schema(graphiql: Page) -> None:
    graphiql.get_by_role("button", name="Show Documentation Explorer").click()
    graphiql.locator(".graphiql-doc-explorer").get_by_role("link", name="Query", exact=True).click()

    expect(graphiql.locator(".graphiql-doc-explorer")).to_contain_text("procedures(")


def test_graphiql_dialogs_fit_the_policy(graphiql: Page) -> None:
    for button in ("Open short keys dialog", "Open settings dialog"):
        graphiql.get_by_role("button", name=button).click()
        expect(graphiql.get_by_role("dialog")).to_be_visible()
        graphiql.keyboard.press("Escape")
        expect(graphiql.get_by_role("dialog")).to_have_count(0)


def test_graphiql_keeps_its_tabs_over_a_reload_and_nothing_for_later(graphiql: Page) -> None:
    graphiql.get_by_role("button", name="FreeSlots", exact=True).click()
    graphiql.evaluate(FRONT_TAB_IS_STORED, TABS.index("FreeSlots"))

    graphiql.reload()

    expect(graphiql.locator(".graphiql-tab-button")).to_have_text(TABS)
    expect(graphiql.locator(".graphiql-tab-active .graphiql-tab-button")).to_have_text("FreeSlots")
    assert list(variables_of(graphiql)) == ["input"]
    assert graphiql.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('graphiql'))") == []


def test_graphiql_sends_its_token_and_no_cookie(graphiql: Page) -> None:
    with graphiql.expect_request("**/graphql/") as sent:
        graphiql.get_by_role("button", name="Execute query").click()

    headers = sent.value.all_headers()
    assert headers["authorization"].startswith("Bearer developer_")
    assert "cookie" not in headers


def test_graphiql_says_when_its_token_has_expired(graphiql: Page, complaints: list[str]) -> None:
    graphiql.route("**/graphql/", lambda route: route.fulfill(status=401, json={"errors": []}))

    graphiql.get_by_role("button", name="Execute query").click()

    expect(graphiql.locator(".result-window")).to_contain_text("The token of this page has expired.")
    assert complaints == [
        "error: Failed to load resource: the server responded with a status of 401 (Unauthorized)"
    ]
    complaints.clear()
