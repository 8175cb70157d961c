"""Nothing hidden leaves the API: every field is read along every edge of the schema, and no secret is there.

The documents are made from the schema, so a new field is walked as soon as it exists; see walk.py for the way
and marked_clinic.py for the world.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from graphql import GraphQLInputObjectType, get_named_type
from pytest_django import DjangoDbBlocker
from wagtail.models import APIToken, Page

from cms.graphql.ids import encode_id
from cms.schema import schema
from tests import factories
from tests.api import ask, post
from tests.cms.marked_clinic import NOW, MarkedClinic, make_marked_clinic
from tests.cms.walk import Walk, filled

TUESDAY = "2027-03-09"
SECRET = re.compile("secret[0-9]*x?")
# What no answer of the walk can hold, and why.
NEVER_FILLED: dict[tuple[str, str], str] = {}
BOOK = """mutation($input: BookAppointmentInput!) { bookAppointment(input: $input) {
  ... on Appointment { manageToken } } }"""
HOLD = "mutation($input: HoldSlotInput!) { holdSlot(input: $input) { ... on Hold { token } } }"
SERIES = "mutation($input: BookSeriesInput!) { bookSeries(input: $input) { __typename } }"
JOIN = """mutation($input: JoinWaitlistInput!) { joinWaitlist(input: $input) {
  ... on WaitlistEntry { token } } }"""
PATH = "query($id: ID) { page(id: $id) { path } }"
SLOTS = """query($input: AvailabilityInput!) {
  availability(input: $input) { days { slots { token providers { id } } } } }"""


def page_id(page: Any) -> str:
    return encode_id("Page", page.pk)


def literal(value: Any) -> str:
    """Return `value` as GraphQL writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(part)}" for name, part in value.items()) + "}"
    return json.dumps(value)


def call(**arguments: Any) -> str:
    return literal(arguments).replace("{", "(", 1)[:-1] + ")"


@dataclass
class Walked:
    """The world, how it was walked, and every answer that was given in it."""

    clinic: MarkedClinic
    walk: Walk
    # Of somebody at the front desk.
    token: str
    answers: list[Any] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        return json.dumps(self.answers)

    def bearer(self, document: str) -> str:
        """Return what a document is sent with: nothing, as long as it is for everybody."""
        return self.token if "explainSlot" in document else ""


@pytest.fixture(scope="module")
def walked(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walked]:
    """The world is built and walked once for all tests of this file."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        clinic = make_marked_clinic()
        # Rows that were never committed are unknown to the planner, which takes bad ways to them.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _, token = APIToken.create_token(user=factories.make_staff(), name="front desk")
        walk = Walk(schema.graphql_schema, arguments=calls(clinic))
        found = Walked(clinic=clinic, walk=walk, token=token)
        for root, document in found.walk.everything():
            answer = post(document, bearer=found.bearer(document)).json()
            assert "errors" not in answer, (document, answer["errors"])
            found.answers.append({"__typename": root, **answer["data"]})
        yield found
        transaction.set_rollback(True)


# How fields are called ----------------------------------------------------------------------------


def calls(clinic: MarkedClinic) -> dict[str, list[str]]:
    procedure, provider = page_id(clinic.procedures[-1]), page_id(clinic.providers[0])
    slots = free_slots(procedure)
    # The last procedure and the first provider are those whose reviewer and pictures are public.
    pages = [clinic.site.root_page, *clinic.indexes, clinic.procedures[-1], clinic.providers[0]]
    paths = {page.specific_class.__name__: ask(PATH, id=page_id(page))["page"]["path"] for page in pages}
    window = {"procedure": procedure, "from": TUESDAY, "to": TUESDAY}
    return {
        **{f"Query.page on {name}": [call(urlPath=path)] for name, path in paths.items()},
        "Query.page": [call(urlPath="/")],
        **{f"Query.route on {name}": [call(path=path)] for name, path in paths.items()},
        "Query.route on Redirect": [call(path="/away")],
        "Query.route": [call(path="/nowhere/")],
        "Query.procedure": [call(slug=clinic.procedures[-1].slug)],
        "Query.provider": [call(id=page_id(page)) for page in clinic.providers],
        "Query.location": [call(slug=clinic.location.slug)],
        "Query.navigation": [call(handle="main")],
        "Query.availability": [call(input=window)],
        "Query.nextAvailable": [
            call(procedure=procedure, first=3),
            call(procedure=procedure, provider=provider),
        ],
        "ProcedurePage.providers": [call(first=5)],
        "ProcedurePage.embed": [call(partner=clinic.partner)],
        "ProviderPage.procedures": [call(first=5)],
        "ProviderPage.nextAvailable": [call(procedure=procedure)],
        "Image.rendition": ["(preset: HERO)"],
        "Image.srcSet": ["(preset: HERO)"],
        **booking_calls(clinic, slots, provider),
        **later_booking_calls(clinic, slots, procedure=procedure, provider=provider),
    }


def free_slots(procedure: str) -> list[str]:
    window = {"procedure": procedure, "from": TUESDAY, "to": TUESDAY}
    return [slot["token"] for slot in ask(SLOTS, input=window)["availability"]["days"][0]["slots"]]


def booking_calls(clinic: MarkedClinic, slots: list[str], provider: str) -> dict[str, list[str]]:
    patient = {"name": clinic.marks.show(), "email": "pat@example.com"}

    def book(slot: str, key: str, **more: Any) -> dict[str, Any]:
        return {"slotToken": slot, "provider": provider, "patient": patient, "idempotencyKey": key, **more}

    first, second = book(slots[0], "first-key"), book(slots[6], "second-key")
    kept = ask(BOOK, input=first)["bookAppointment"]["manageToken"]
    dropped = ask(BOOK, input=second)["bookAppointment"]["manageToken"]
    taken, wrong = book(slots[0], "third-key"), book("altered", "fourth-key")
    move = {"manageToken": kept, "slotToken": slots[12], "idempotencyKey": "fifth-key"}
    return {
        "Query.search": [call(query=clinic.procedures[-1].summary)],
        "Query.appointment": [call(manageToken=kept)],
        "Mutation.bookAppointment": [call(input=each) for each in (first, taken, wrong)],
        "Mutation.rescheduleAppointment": [call(input=move)],
        "Mutation.cancelAppointment": [call(input={"manageToken": dropped, "idempotencyKey": "sixth-key"})],
    }


def later_booking_calls(
    clinic: MarkedClinic, slots: list[str], *, procedure: str, provider: str
) -> dict[str, list[str]]:
    """Holds, series, the waitlist and explanations; the series takes a time that no other call frees."""
    patient = {"name": clinic.marks.show(), "email": "pat@example.com"}
    hold = {"slotToken": slots[26], "provider": provider, "idempotencyKey": "hold-key"}
    series = {"slotToken": slots[20], "visits": 2, "provider": provider, "patient": patient}
    wish = {"procedure": procedure, "from": TUESDAY, "to": TUESDAY, "patient": patient}
    booked, taken, wrong = (
        series | {"idempotencyKey": "series-key"},
        series | {"idempotencyKey": "taken-series-key"},
        series | {"idempotencyKey": "wrong-series-key", "visits": 1},
    )
    joined = wish | {"idempotencyKey": "wait-key"}
    held = ask(HOLD, input=hold)["holdSlot"]["token"]
    ask(SERIES, input=booked)
    waiting = ask(JOIN, input=joined)["joinWaitlist"]["token"]
    explained = {"procedure": procedure, "provider": provider}
    return {
        "Query.hold": [call(token=held)],
        "Query.explainSlot": [call(startsAt=f"{TUESDAY}T{at}:00Z", **explained) for at in ("21:00", "18:15")],
        "Mutation.holdSlot": [call(input=hold), call(input=hold | {"slotToken": "altered"})],
        "Mutation.bookSeries on AppointmentSeries": [call(input=booked)],
        "Mutation.bookSeries": [call(input=taken), call(input=wrong)],
        "Mutation.joinWaitlist": [call(input=joined), call(input=joined | {"procedure": provider})],
        "Mutation.leaveWaitlist": [call(input={"token": waiting}), call(input={"token": "altered"})],
    }


# What was found -----------------------------------------------------------------------------------


def test_no_secret_is_in_any_answer(walked: Walked) -> None:
    assert sorted(set(SECRET.findall(walked.text))) == []


def test_everything_public_is_in_some_answer(walked: Walked) -> None:
    assert [mark for mark in walked.clinic.marks.shown if mark not in walked.text] == []


def test_every_field_was_read_where_it_holds_something(walked: Walked) -> None:
    served = {(type_.name, name) for type_ in walked.walk.object_types() for name in type_.fields}

    assert served - set(filled(walked.answers)) == set(NEVER_FILLED)


# Asking for what is hidden ------------------------------------------------------------------------

EXPLAINED = f'startsAt: "{TUESDAY}T18:15:00Z") {{ isFree reasons {{ message }} }} }}'
# By `Type.field.argument` of everything that names a thing: how to ask for one. An unknown one comes first.
ASKED_BY_ID = {
    "Query.page.id": "{ page(id: X) { id title } }",
    "Query.pages.parent": "{ pages(parent: X) { totalCount nodes { title } } }",
    "Query.procedure.id": "{ procedure(id: X) { id title } }",
    "Query.procedures.provider": "{ procedures(provider: X) { totalCount nodes { title } } }",
    "Query.procedures.location": "{ procedures(location: X) { totalCount nodes { title } } }",
    "Query.provider.id": "{ provider(id: X) { id title } }",
    "Query.providers.procedure": "{ providers(procedure: X) { totalCount nodes { title } } }",
    "Query.providers.location": "{ providers(location: X) { totalCount nodes { title } } }",
    "Query.nextAvailable.procedure": "{ nextAvailable(procedure: X) { token } }",
    "Query.nextAvailable.provider": "{ nextAvailable(procedure: P, provider: X) { token } }",
    "Query.nextAvailable.location": "{ nextAvailable(procedure: P, location: X) { token } }",
    "ProviderPage.nextAvailable.procedure": "{ providers { nodes "
    "{ nextAvailable(procedure: X) { token } } } }",
    "AvailabilityInput.procedure": "{ availability(input: {procedure: X, "
    f'from: "{TUESDAY}", to: "{TUESDAY}"}}) {{ days {{ starts }} }} }}',
    "AvailabilityInput.provider": "{ availability(input: {procedure: P, provider: X, "
    f'from: "{TUESDAY}", to: "{TUESDAY}"}}) {{ days {{ starts }} }} }}',
    "AvailabilityInput.location": "{ availability(input: {procedure: P, location: X, "
    f'from: "{TUESDAY}", to: "{TUESDAY}"}}) {{ days {{ starts }} }} }}',
    "Query.explainSlot.procedure": f"{{ explainSlot(procedure: X, {EXPLAINED}",
    "Query.explainSlot.provider": f"{{ explainSlot(procedure: P, provider: X, {EXPLAINED}",
    "Query.explainSlot.location": f"{{ explainSlot(procedure: P, location: X, {EXPLAINED}",
}
ASKED_BY_TEXT = {
    "slug": ["{ procedure(slug: X) { id title } }", "{ provider(slug: X) { id title } }"],
    "path": ["{ page(urlPath: X) { id title } }", "{ route(path: X) { __typename } }"],
}
# Ids in the input of mutations: what they name is checked by the tests of booking.
IN_MUTATIONS = {
    "BookAppointmentInput.provider",
    "RescheduleAppointmentInput.provider",
    "HoldSlotInput.provider",
    "BookSeriesInput.provider",
    "JoinWaitlistInput.procedure",
    "JoinWaitlistInput.provider",
    "JoinWaitlistInput.location",
}
UNKNOWN_ID = encode_id("Page", 2**31)


def outcome(query: str, *, bearer: str = "", **values: str) -> Any:
    """Return an answer without what is different each time."""
    for name, value in values.items():
        query = re.sub(rf"\b{name}\b", json.dumps(value), query)
    answer = post(query, bearer=bearer).json()
    for error in answer.get("errors", []):
        del error["extensions"]["requestId"]
    return answer


@pytest.mark.parametrize("query", ASKED_BY_ID.values(), ids=ASKED_BY_ID)
def test_id_of_a_hidden_page_is_answered_like_an_unknown_one(walked: Walked, query: str) -> None:
    procedure = page_id(walked.clinic.procedures[-1])
    pages, bearer = walked.clinic.hidden_pages, walked.bearer(query)
    unknown = outcome(query, bearer=bearer, X=UNKNOWN_ID, P=procedure)

    found = {
        name: outcome(query, bearer=bearer, X=page_id(page), P=procedure) for name, page in pages.items()
    }

    assert {name: answer for name, answer in found.items() if answer != unknown} == {}


@pytest.mark.parametrize("kind", ASKED_BY_TEXT)
def test_slug_and_path_of_a_hidden_page_are_answered_like_unknown_ones(walked: Walked, kind: str) -> None:
    """Procedures and providers have few neighbours by which they could be told."""
    for query in ASKED_BY_TEXT[kind]:
        unknown = outcome(query, X="/unknown/")
        for page in walked.clinic.hidden_pages.values():
            stored, home = Page.objects.get(pk=page.pk), walked.clinic.site.root_page.url_path
            inner = stored.url_path.removeprefix(home)
            below = f"/{inner}" if stored.url_path.startswith(home) else f"/{stored.slug}/"
            asked = stored.slug if kind == "slug" else below
            assert outcome(query, X=asked) == unknown, (query, asked)


def test_redirects_to_hidden_pages_lead_nowhere(walked: Walked) -> None:
    query = "{ route(path: X) { __typename } }"
    led = {path: outcome(query, X=path)["data"]["route"]["__typename"] for path in walked.clinic.redirects}

    assert led == {
        path: "Redirect" if leads else "NotFound" for path, leads in walked.clinic.redirects.items()
    }


def test_words_of_hidden_things_are_found_nowhere(walked: Walked) -> None:
    marks = walked.clinic.marks
    searches = ["{ procedures(search: X) { totalCount } }", "{ search(query: X) { totalCount } }"]
    for mark in marks.secret[:: len(marks.secret) // 20]:
        for query in searches:
            [found] = outcome(query, X=mark)["data"].values()
            assert found == {"totalCount": 0}, (query, mark)


def test_every_argument_that_takes_an_id_is_tried(walked: Walked) -> None:
    """An argument that is added later has to be added above."""
    named = set(IN_MUTATIONS)
    for type_ in schema.graphql_schema.type_map.values():
        for name, served in getattr(type_, "fields", {}).items():
            if isinstance(type_, GraphQLInputObjectType):
                named |= {f"{type_.name}.{name}"} if str(get_named_type(served.type)) == "ID" else set()
            elif not type_.name.startswith("__"):
                ids = [
                    key for key, argument in served.args.items() if str(get_named_type(argument.type)) == "ID"
                ]
                named |= {f"{type_.name}.{name}.{key}" for key in ids}

    assert named - IN_MUTATIONS == set(ASKED_BY_ID)
