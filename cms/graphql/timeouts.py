"""How long a query may take: one deadline for its fields and one for each of its SQL statements."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from cms.graphql.execution import PlannedExecutionContext

QUERY_CANCELED = "57014"


class DeadlinePassed(BaseException):
    """The query took too long and is given up.

    A BaseException, because graphql-core turns every Exception into an error of one field and goes on with
    the next.
    """


class DeadlineExecutionContext(PlannedExecutionContext):
    """Gives up once `context.deadline` has passed, before the next resolver is called."""

    def before_resolver(self) -> None:
        deadline = self.context_value.deadline
        if deadline is not None and time.monotonic() > deadline:
            raise DeadlinePassed


@contextmanager
def statement_timeout(milliseconds: int) -> Iterator[None]:
    """Let PostgreSQL cancel each statement inside after `milliseconds`.

    Set on the way with each statement, and for it alone: it is neither a statement nor a journey of its own,
    and nothing is left to reset.
    """

    def set_first(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        if not sql.startswith("ROLLBACK"):
            # A failed transaction takes nothing but its rollback.
            sql = f"SET LOCAL statement_timeout = {milliseconds:d}; {sql}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(set_first):
        yield


def is_cancelled(error: BaseException) -> bool:
    """Tell a statement that took too long from a database that is away; Django raises one class for both."""
    return getattr(error.__cause__, "pgcode", None) == QUERY_CANCELED
