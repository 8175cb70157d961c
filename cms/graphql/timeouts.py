"""How long a query may take: one deadline for its fields and one for each of its SQL statements."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from graphql import ExecutionContext
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

QUERY_CANCELED = "57014"


class DeadlinePassed(BaseException):
    """The query took too long and is given up.

    A BaseException, because graphql-core turns every Exception into an error of one field and goes on with
    the next.
    """


class DeadlineExecutionContext(ExecutionContext):
    """Gives up once `context.deadline` has passed, before the next field is resolved."""

    def execute_field(self, *args: Any) -> Any:
        deadline = self.context_value.deadline
        if deadline is not None and time.monotonic() > deadline:
            raise DeadlinePassed
        return super().execute_field(*args)


@contextmanager
def statement_timeout(milliseconds: int) -> Iterator[None]:
    """Let PostgreSQL cancel each statement inside after `milliseconds`.

    Set with the first statement, so that requests without SQL pay nothing, and past Django's cursor, so that
    it is no statement of the request.
    """
    is_set = False

    def set_once(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal is_set
        if not is_set:
            is_set = True
            _run("SET statement_timeout = %s", [milliseconds])
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(set_once):
            yield
    finally:
        if is_set and _is_usable():
            _run("RESET statement_timeout", [])


def _run(sql: str, params: list[Any]) -> None:
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(sql, params)


def _is_usable() -> bool:
    raw = connection.connection
    # A failed transaction takes the setting back by itself when it is rolled back.
    return raw is not None and not raw.closed and raw.info.transaction_status != TRANSACTION_STATUS_INERROR


def is_cancelled(error: BaseException) -> bool:
    """Tell a statement that took too long from a database that is away; Django raises one class for both."""
    return getattr(error.__cause__, "pgcode", None) == QUERY_CANCELED
