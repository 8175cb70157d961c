"""Reads whose SQL is written once, and planned once for each connection.

Django takes longer to write a statement, and PostgreSQL to plan it, than PostgreSQL to answer it. A statement
is built from the same querysets as any other read, with `Late` values in place of those that differ from
request to request, such as the present instant. It is then kept for the process, and prepared on each
connection that runs it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, connection
from django.db.models import BigIntegerField, CharField, DateTimeField, Expression, Field, QuerySet
from psycopg2.extensions import AsIs

from cms.graphql.cache_tags import note_tables, tables_in

KEPT_STATEMENTS = 500
PREPARED_STATEMENTS = 100


class Late(Expression):
    """A value that is given when the statement runs. Stands for one value of a filter."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class LateKeys(Late):
    """Any number of keys, for the lookup `__in`."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "(SELECT unnest(%s::bigint[]))", [self]


# Typed as what it stands for, so that functions over querysets take it.
NOW: Any = Late("now", DateTimeField())
SLUG: Any = Late("slug", CharField())
KEYS: Any = LateKeys("keys", BigIntegerField())


def kept_rows(
    build: Callable[..., QuerySet[Any, dict[str, Any]]], *args: Hashable, **values: Any
) -> list[Any]:
    """Return the rows of `build(*args)`, a queryset of `values()` with the late `values`. One query.

    `build` is a function of a module, so that nothing but `args` can make two statements differ. Each
    combination of them is kept, so they name what is selected, of which there is little, not what is asked.
    """
    return _statement(build, args).rows(values)


class Statement:
    """The SQL of a queryset of `values()`, and what Django does to its columns."""

    def __init__(self, queryset: QuerySet[Any, dict[str, Any]]) -> None:
        query = queryset.query
        compiler = query.get_compiler(connection=connection)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        self.tables = tables_in(self.sql)
        self.late = list(dict.fromkeys(each.name for each in self.params if isinstance(each, Late)))
        self.names = [*query.extra_select, *query.values_select, *query.annotation_select]
        self.converters = compiler.get_converters([column for column, _, _ in compiler.select])

    def rows(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not self.sql:
            return []
        note_tables(self.tables)
        with connection.cursor() as cursor:
            self._execute(cursor, [values[name] for name in self.late])
            rows = cursor.fetchall()
        found = [dict(zip(self.names, row, strict=True)) for row in rows]
        for place, (converters, expression) in self.converters.items():
            name = self.names[place]
            for row in found:
                for convert in converters:
                    row[name] = convert(row[name], expression, connection)
        return found

    def _execute(self, cursor: Any, values: list[Any]) -> None:
        prepared = _prepared_on.setdefault(connection.connection, OrderedDict())
        if name := prepared.get(self):
            prepared.move_to_end(self)
            try:
                cursor.execute(_call(name, values), values)
            except NotSupportedError:
                # A migration has changed a column since. Where a transaction is lost with it, this fails too.
                del prepared[self]
            else:
                return
        # A new name each time: one that failed may be taken.
        name = f"kept_{next(_numbers)}"
        cursor.execute(self._first_call(cursor, name, values, prepared))
        prepared[self] = name

    def _first_call(
        self, cursor: Any, name: str, values: list[Any], prepared: OrderedDict["Statement", str]
    ) -> str:
        """Return the SQL that prepares the statement and runs it, on one journey."""
        places = {late: AsIs(f"${place}") for place, late in enumerate(self.late, start=1)}
        params = [places[each.name] if isinstance(each, Late) else each for each in self.params]
        call = cursor.mogrify(_call(name, values), values).decode()
        sql = f"PREPARE {name} AS {cursor.mogrify(self.sql, params).decode()}; {call}"
        if len(prepared) == PREPARED_STATEMENTS:
            _, oldest = prepared.popitem(last=False)
            sql = f"DEALLOCATE {oldest}; {sql}"
        return sql


def _call(name: str, values: list[Any]) -> str:
    return f"EXECUTE {name}({', '.join(['%s'] * len(values))})" if values else f"EXECUTE {name}"


# The names of the statements on each connection, the one used last at the end.
_prepared_on: WeakKeyDictionary[Any, OrderedDict[Statement, str]] = WeakKeyDictionary()
_numbers = count(1)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _statement(build: Callable[..., QuerySet[Any, dict[str, Any]]], args: tuple[Hashable, ...]) -> Statement:
    return Statement(build(*args))
