from typing import Any, cast

import graphene
import pytest

from cms.graphql.context import GraphQLContext
from cms.graphql.extend import AlreadyDeclared, add_filter, apply_filters, filterable
from tests.cms.graphql.world import context


class Queries:
    """Stands for a queryset: remembers what narrowed it."""

    def __init__(self, *narrowed: str) -> None:
        self.narrowed = narrowed


def narrow(queryset: Any, value: str, given: GraphQLContext) -> Any:
    return Queries(*queryset.narrowed, value)


def test_add_filter_applies_where_a_value_is_given() -> None:
    field = filterable("test_shelves", graphene.Field(graphene.Int, size=graphene.Int()))
    add_filter(root="test_shelves", name="colour", argument=graphene.Argument(graphene.String), apply=narrow)
    given = context()

    def narrowed(**arguments: Any) -> tuple[str, ...]:
        found = apply_filters("test_shelves", cast(Any, Queries()), arguments=arguments, context=given)
        return cast(Any, found).narrowed

    assert list(field.args) == ["size", "colour"]
    assert narrowed(colour="red", size=3) == ("red",)
    assert narrowed(colour="") == ("",)
    assert narrowed(colour=None) == ()
    assert narrowed() == ()


@pytest.mark.parametrize("name", ["size", "colour"])
def test_add_filter_refuses_an_argument_that_is_there(name: str) -> None:
    root = f"test_shelves_by_{name}"
    filterable(root, graphene.Field(graphene.Int, size=graphene.Int(), colour=graphene.Int()))

    with pytest.raises(AlreadyDeclared):
        add_filter(root=root, name=name, argument=graphene.Argument(graphene.Int), apply=narrow)


def test_filterable_refuses_a_second_field_of_the_same_name() -> None:
    filterable("test_twice", graphene.Field(graphene.Int))

    with pytest.raises(AlreadyDeclared):
        filterable("test_twice", graphene.Field(graphene.Int))
