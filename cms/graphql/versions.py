"""Which content is there? A number that moves in the transaction of every change that readers can see.

Triggers move it (cms/delivery/triggers.py); here its table is known by name only.
"""

from typing import Any
from weakref import WeakSet

from django.db import connection

# Planned once for each connection: every answer that is kept asks for it.
PREPARE = "PREPARE content_version AS SELECT version FROM delivery_contentversion"
_prepared_on: WeakSet[Any] = WeakSet()


def content_version() -> int:
    """Return the number of the content that is committed, or 0 where nothing ever changed. One statement.

    Read it before the content that is to be kept under it. It goes past Django's wrappers, so it is in no
    query log and in no count of statements. Inside a transaction it does not show that transaction's own
    changes: the triggers run at the commit. Raises django.db.Error when the database is away.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        if connection.connection not in _prepared_on:
            cursor.execute(PREPARE)
            _prepared_on.add(connection.connection)
        cursor.execute("EXECUTE content_version")
        row = cursor.fetchone()
        return row[0] if row else 0
