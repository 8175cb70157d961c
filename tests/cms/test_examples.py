from typing import Any

import pytest
import time_machine
from graphql import OperationDefinitionNode, parse

from cms.graphql.documents import Documents
from cms.graphql.ids import encode_id
from cms.graphql.limits import Limits
from cms.graphql.types import PAGE_KIND
from cms.schema import schema
from cms.views import EXAMPLES, example_documents
from schedules.tokens import sign_slot
from tests.api import ask
from tests.schedules.worlds import NOW, make_world


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
        "HoldSlot",
        "BookHeldSlot",
        "BookSeries",
        "JoinWaitlist",
        "MoveAppointment",
        "CancelAppointment",
        "MyAppointment",
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.graphql")))
def test_example_fits_the_schema_and_the_limits(name: str) -> None:
    documents = Documents(schema.graphql_schema, limits=Limits.from_settings())

    document = documents.get((EXAMPLES / name).read_text(encoding="utf-8"))

    assert document.shape.introspects is False


@pytest.mark.django_db
def test_examples_hold_book_repeat_and_wait() -> None:
    """Each takes the variables that the page of GraphiQL fills in, with a slot of its own."""
    documents = {operation_name(text): text for text in example_documents()}
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        procedure = encode_id(PAGE_KIND, world.procedure.pk)

        def send(name: str, **asked: Any) -> Any:
            patient = {} if name == "HoldSlot" else {"patient": {"name": "Alex", "email": "alex@example.com"}}
            [result] = ask(documents[name], input={"idempotencyKey": name, **patient, **asked}).values()
            return result

        held = send("HoldSlot", slotToken=sign_slot(world.choice("10:00")))
        booked = send("BookHeldSlot", holdToken=held["token"])
        series = send("BookSeries", slotToken=sign_slot(world.choice("12:00")), visits=2, everyWeeks=1)
        refused = send(
            "BookSeries",
            slotToken=sign_slot(world.choice("12:00")),
            visits=2,
            everyWeeks=1,
            idempotencyKey="again",
        )
        waiting = send("JoinWaitlist", procedure=procedure, **{"from": "2027-03-09", "to": "2027-03-16"})

    assert (held["secondsLeft"], booked["localStart"]) == (300, "2027-03-09T10:00")
    assert [visit["localStart"] for visit in series["appointments"]] == [
        "2027-03-09T12:00",
        "2027-03-16T12:00",
    ]
    assert [(date["code"], len(date["alternatives"])) for date in refused["dates"]] == [("SLOT_TAKEN", 3)] * 2
    assert waiting["position"] == 1
