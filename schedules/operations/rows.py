"""Writing rows of several tables on one journey to the database, while others wait for its locks."""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Model
from psycopg2.extensions import AsIs

from schedules.models import IdempotencyKey

ANSWER = "UPDATE schedules_idempotencykey SET appointment_id = %s WHERE id = %s"


def insert_rows(first: Model, *others: Model, answering: IdempotencyKey | None = None) -> None:
    """Insert rows of any tables, in this order; `others` may refer to the first, which is given its key.

    The keys of the others are not read back. With `answering`, the first is a visit, and the answer to the
    request of that key."""
    new_key = AsIs(f"currval(pg_get_serial_sequence('{first._meta.db_table}', '{first._meta.pk.column}'))")
    rows = (first, *others)
    statements = [_insertion(type(row)) for row in rows]
    values = [
        new_key if _refers(row, field, to=first) else _value(row, field)
        for row in rows
        for field in _fields(type(row))
    ]
    if answering:
        statements.append(ANSWER)
        values += [new_key, answering.pk]
    with connection.cursor() as cursor:
        cursor.execute("; ".join([*statements, "SELECT %s"]), [*values, new_key])
        [first.pk] = cursor.fetchone()
    first._state.adding = False
    if answering:
        answering.appointment_id = first.pk


@cache
def _insertion(model: type[Model]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in _fields(model))
    places = ", ".join("%s" for _ in _fields(model))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"


@cache
def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]


def _refers(row: Model, field: Any, *, to: Model) -> bool:
    return field.is_relation and field.get_cached_value(row, default=None) is to


def _value(row: Model, field: Any) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)
