import pytest
from graphql import OperationDefinitionNode, parse

from cms.graphql.documents import Documents
from cms.graphql.limits import Limits
from cms.schema import schema
from cms.views import EXAMPLES, example_documents


def operation_name(text: str) -> str:
    [operation] = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name
    return operation.name.value


def test_examples_go_through_the_main_job_in_order() -> None:
    assert [operation_name(text) for text in example_documents()] == [
        "Article",
        "Procedures",
        "FreeSlots",
        "BookSlot",
        "MoveAppointment",
        "CancelAppointment",
        "MyAppointment",
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.graphql")))
def test_example_fits_the_schema_and_the_limits(name: str) -> None:
    documents = Documents(schema.graphql_schema, limits=Limits.from_settings())

    document = documents.get((EXAMPLES / name).read_text(encoding="utf-8"))

    assert document.shape.introspects is False
