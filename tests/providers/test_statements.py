"""How many statements an answer costs: the same for one row and for many. The first finds the site."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api import ask
from tests.factories import make_procedure, make_provider

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3, 20])
def test_providers_with_procedures_cost_three_statements(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    procedures = [make_procedure(title=f"Procedure {number}") for number in range(2)]
    for number in range(count):
        make_provider(name=f"Provider {number}", offers=procedures)

    with django_assert_num_queries(3):
        found = ask("{ providers { nodes { name procedures { nodes { title } } } } }")["providers"]["nodes"]

    assert [node["procedures"]["nodes"] for node in found] == [
        [{"title": "Procedure 0"}, {"title": "Procedure 1"}]
    ] * count


@pytest.mark.parametrize("count", [1, 3])
def test_there_and_back_costs_one_statement_for_each_step(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    procedures = [make_procedure(title=f"Procedure {number}") for number in range(count)]
    for number in range(count):
        make_provider(name=f"Provider {number}", offers=procedures)

    with django_assert_num_queries(4):
        found = ask(
            """{ providers(first: 3) { nodes { procedures(first: 3) { nodes {
              providers(first: 3) { nodes { name } } } } } } }"""
        )

    everyone = [{"name": f"Provider {number}"} for number in range(count)]
    assert (
        found["providers"]["nodes"]
        == [{"procedures": {"nodes": [{"providers": {"nodes": everyone}}] * count}}] * count
    )
