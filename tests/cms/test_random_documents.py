"""Documents at random: each is answered or refused as documented, and what is answered fits the schema.

RANDOM_DOCUMENTS sets how many there are for each root field; the few of every run are always the same.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_composite_type,
    is_leaf_type,
    print_ast,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries
from pytest_django import DjangoDbBlocker

from cms.graphql.errors import ErrorCode
from cms.schema import schema
from tests.api import post
from tests.cms.marked_clinic import NOW
from tests.factories import make_location, make_procedure, make_provider, make_rule
from tests.services.articles import make_article

EXAMPLES = int(os.environ.get("RANDOM_DOCUMENTS", "8"))
TYPES: dict[str, Any] = schema.graphql_schema.type_map
SCALARS = {
    "DateTime": st.sampled_from(["2027-03-09T16:00:00Z", "2027-02-30T00:00:00Z", "soon"]).map(nodes.String),
    "Date": st.sampled_from(["2027-03-09", "2027-03-16", "0001-01-01", "9999-12-31", "x"]).map(nodes.String),
}
# Never the answer to a document: these are for faults of the server.
FAULTS = {ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT}
STATUSES = {200, 400, 413, 422}


@pytest.fixture(scope="module", autouse=True)
def clinic(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        provider = make_provider(offers=[make_article(), make_procedure(title="Massage")])
        make_rule(provider=provider, location=make_location())
        yield
        transaction.set_rollback(True)


def roots() -> list[tuple[str, str]]:
    return [(root, name) for root in ("Query", "Mutation") for name in TYPES[root].fields]


@pytest.mark.parametrize(("root", "name"), roots(), ids=lambda each: each)
def test_random_document_is_answered_or_refused_as_documented(root: str, name: str) -> None:
    make = queries if root == "Query" else mutations

    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(make(schema.graphql_schema, fields=[name], custom_scalars=SCALARS, print_ast=print_ast))
    def try_it(document: str) -> None:
        check(document, TYPES[root])

    try_it()


def check(document: str, root: GraphQLObjectType) -> None:
    response = post(document)
    answer = response.json()
    assert response.status_code in STATUSES
    assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= set(ErrorCode) - FAULTS
    if answer.get("data") is not None:
        assert list(misfits(answer["data"], root, path="data")) == []


def misfits(value: Any, type_: Any, *, path: str) -> Iterator[str]:
    """Yield the places of an answer that do not fit the types of the schema."""
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            yield f"{path} is null"
        else:
            yield from misfits(value, type_.of_type, path=path)
    elif isinstance(value, list):
        if not isinstance(type_, GraphQLList):
            yield f"{path} is a list"
        else:
            for place, item in enumerate(value):
                yield from misfits(item, type_.of_type, path=f"{path}[{place}]")
    elif isinstance(value, dict) and is_composite_type(type_):
        yield from misfits_of_object(value, type_, path=path)
    elif value is not None and not (is_leaf_type(type_) and fits(value, type_)):
        yield f"{path} is {value!r}"


def misfits_of_object(value: dict[str, Any], type_: Any, *, path: str) -> Iterator[str]:
    """Fields of fragments stand beside each other: each has to fit one of the possible types."""
    types = [type_] if hasattr(type_, "fields") else []
    types += (
        schema.graphql_schema.get_possible_types(type_) if not isinstance(type_, GraphQLObjectType) else []
    )
    for name, part in value.items():
        fields = [owner.fields[name] for owner in types if name in owner.fields]
        found = [list(misfits(part, field.type, path=f"{path}.{name}")) for field in fields]
        if fields and all(found):
            yield from found[0]


def fits(value: Any, type_: Any) -> bool:
    if isinstance(type_, GraphQLEnumType):
        return value in type_.values
    kinds: dict[str, Any] = {"Int": int, "Float": (int, float), "Boolean": bool}
    return isinstance(value, kinds.get(type_.name, str))


def test_what_does_not_fit_would_be_noticed() -> None:
    wrong = {"clinic": {"name": None}, "procedures": {"totalCount": "1", "nodes": [None]}, "locations": {}}

    assert list(misfits(wrong, TYPES["Query"], path="data")) == [
        "data.clinic.name is null",
        "data.procedures.totalCount is '1'",
        "data.procedures.nodes[0] is null",
        "data.locations is {}",
    ]
