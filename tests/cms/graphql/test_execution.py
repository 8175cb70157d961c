"""Planned execution answers as graphql-core does, whatever resolvers give and wherever they fail."""

from dataclasses import dataclass
from typing import Any

import graphene
import pytest
from graphql import ExecutionContext, GraphQLError, execute_sync, parse

from cms.graphql.execution import PlannedExecutionContext

Resolved = Any


@dataclass(frozen=True, slots=True)
class Bird:
    name: str | None
    wings: Any = 2


class Animal(graphene.Interface):
    name = graphene.NonNull(graphene.String)

    @classmethod
    def resolve_type(cls, source: Any, info: graphene.ResolveInfo) -> Any:
        return {Bird: BirdType, dict: FishType}.get(type(source))


class BirdType(graphene.ObjectType):
    class Meta:
        interfaces = (Animal,)

    wings = graphene.Int()
    mate = graphene.Field(lambda: BirdType)
    call = graphene.NonNull(graphene.String, loud=graphene.Boolean(default_value=False))
    chicks = graphene.List(graphene.NonNull(lambda: BirdType))

    @staticmethod
    def resolve_mate(bird: Bird, info: graphene.ResolveInfo) -> Bird:
        return Bird(name=None)

    @staticmethod
    def resolve_call(bird: Bird, info: graphene.ResolveInfo, loud: bool) -> str:
        if bird.name == "Mute":
            raise ValueError("no voice")
        return "TWEET" if loud else "tweet"

    @staticmethod
    def resolve_chicks(bird: Bird, info: graphene.ResolveInfo) -> list[Bird]:
        return [Bird(name="One"), Bird(name="Mute")]


class FishType(graphene.ObjectType):
    class Meta:
        interfaces = (Animal,)
        possible_types = (dict,)

    fins = graphene.Int()


class Size(graphene.Enum):
    SMALL = 1
    LARGE = 2


class Anything(graphene.Union):
    class Meta:
        types = (BirdType, FishType)

    @classmethod
    def resolve_type(cls, source: Any, info: graphene.ResolveInfo) -> Any:
        return FishType


class Filter(graphene.InputObjectType):
    size = Size(required=True)
    names = graphene.List(graphene.NonNull(graphene.String))


def gives(graphene_type: Any, value: Resolved, **arguments: Any) -> graphene.Field:
    return graphene.Field(graphene_type, resolver=lambda root, info, **given: value, **arguments)


class Query(graphene.ObjectType):
    animals = gives(graphene.List(Animal), [Bird("Anna"), {"name": "Fin", "fins": 3}, None])
    strangers = gives(graphene.List(Animal), [Bird("Anna"), object()])
    birds = gives(graphene.List(graphene.NonNull(BirdType)), (Bird("Anna"), Bird("Mute"), Bird("Otto", "x")))
    nameless = gives(graphene.List(BirdType), [Bird(None), Bird("Anna")])
    must = gives(graphene.NonNull(BirdType), None)
    holes = gives(graphene.List(graphene.NonNull(graphene.Int)), [1, None, 3])
    numbers = gives(graphene.List(graphene.Int), [1, "two", ValueError("three"), 4])
    tables = gives(graphene.List(graphene.List(graphene.Int)), [[1], None, [None, 2]])
    not_a_list = gives(graphene.List(graphene.Int), 5)
    failure = gives(graphene.Int, GraphQLError("given, not raised"))
    size = gives(Size, Size.LARGE)
    no_size = gives(Size, "huge")
    wrong_type = gives(Anything, Bird("Anna"))
    echo = graphene.String(text=graphene.String(), filter=Filter())
    by_dict = gives(BirdType, {"name": "Dict", "wings": 4})

    @staticmethod
    def resolve_echo(root: None, info: graphene.ResolveInfo, **given: Any) -> str:
        return f"{sorted(given)} {given.get('text')} {given.get('filter')} {info.field_name}"


SCHEMA = graphene.Schema(query=Query, types=[BirdType, FishType]).graphql_schema
DOCUMENTS = {
    "interface": "{ animals { __typename name ... on BirdType { wings } ... on FishType { fins } } }",
    "unknown type": "{ strangers { name } }",
    "failing row": "{ birds { name call wings } }",
    "failing leaf": "{ birds { name wings } }",
    "null goes up": "{ nameless { name } must { name } }",
    "null goes up from below": "{ nameless { mate { name } } birds { mate { mate { name } } } }",
    "failure in a list of a list": "{ birds { name chicks { name call } } }",
    "hole in a list": "{ holes numbers tables }",
    "no list": "{ notAList failure }",
    "enum": "{ size noSize }",
    "type of another": "{ wrongType { __typename } }",
    "dict": "{ byDict { name wings } }",
    "alias": "{ birds { a: name b: name quiet: call loud: call(loud: true) } }",
    "merged": "{ birds { mate { wings } } ...F } fragment F on Query { birds { mate { name } name } }",
    "directives": """query($no: Boolean = false) { animals { name @skip(if: true) __typename
        ... @include(if: $no) { name } ...F @skip(if: $no) } }
        fragment F on BirdType { wings loud: call(loud: true) }""",
    "variables": """query($text: String, $size: Size! = SMALL, $given: [String!]) {
        echo(text: $text, filter: {size: $size, names: $given}) again: echo }""",
    "missing variable": "query($wanted: Size!) { echo(filter: {size: $wanted}) size }",
    "schema": '{ __schema { queryType { name } } __type(name: "Size") { enumValues { name } } }',
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("variables", [{}, {"text": "x", "given": ["y"], "no": True}], ids=["bare", "given"])
def test_answer_is_that_of_graphql_core(document: str, variables: dict[str, Any]) -> None:
    ours, theirs = (
        execute_sync(SCHEMA, parse(document), variable_values=variables, execution_context_class=context)
        for context in (PlannedExecutionContext, ExecutionContext)
    )

    assert ours.formatted == theirs.formatted


def test_documents_meet_both_data_and_errors() -> None:
    results = [execute_sync(SCHEMA, parse(document)) for document in DOCUMENTS.values()]

    assert sum(1 for result in results if result.errors) >= 8
    assert sum(1 for result in results if result.data) >= 8
