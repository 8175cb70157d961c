"""Writing rows of several tables on one journey to the database, while others wait for its locks."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Model
from psycopg2.extensions import AsIs

from schedules.models import Appointment, IdempotencyKey

# Known to the database alone until the journey is over.
NEW_VISIT = AsIs("currval(pg_get_serial_sequence('schedules_appointment', 'id'))")
ANSWER = "UPDATE schedules_idempotencykey SET appointment_id = %s WHERE id = %s"


def insert_rows(*rows: Model) -> None:
    """Insert rows of any tables, in this order. Their keys are not read back."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(rows), _values(rows))


def insert_visit(visit: Appointment, *others: Model, answering: IdempotencyKey | None = None) -> None:
    """Insert a visit, which is given its key, and then rows that may refer to it.

    With `answering`, the visit is the answer to the request of that key from now on."""
    rows = (visit, *others)
    statements, values = [_sql(rows)], _values(rows, visit=visit)
    if answering:
        statements.append(ANSWER)
        values += [NEW_VISIT, answering.pk]
    with connection.cursor() as cursor:
        cursor.execute("; ".join([*statements, "SELECT %s"]), [*values, NEW_VISIT])
        [visit.pk] = cursor.fetchone()
    visit._state.adding = False
    if answering:
        answering.appointment = visit


def _sql(rows: Sequence[Model]) -> str:
    return "; ".join(_insertion(type(row)) for row in rows)


@cache
def _insertion(model: type[Model]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in _fields(model))
    places = ", ".join("%s" for _ in _fields(model))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"


@cache
def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]


def _values(rows: Sequence[Model], *, visit: Appointment | None = None) -> list[Any]:
    return [_value(row, field, visit=visit) for row in rows for field in _fields(type(row))]


def _value(row: Model, field: Any, *, visit: Appointment | None) -> Any:
    related = field.get_cached_value(row, default=None) if field.is_relation else None
    if related is not None and related.pk is None:
        assert related is visit, f"{field} refers to a row that is not stored"
        return NEW_VISIT
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)
