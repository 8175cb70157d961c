"""Constant SQL for nested fields: what one row needs is loaded once for all rows of its list.

graphql-core resolves a list row by row. The rows of one list form a batch; the first row that asks for a
nested value loads it for the whole batch, the others find it there. Rows that a loader returns form the next
batch, so the number of statements depends on the shape of the query and never on the number of rows.

Rows are found by identity, so they may be frozen dataclasses with slots. A batch keeps its rows alive, which
keeps their identities unique as long as the request lasts.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Model

Loader = Callable[[Sequence[Any]], Mapping[Any, Any]]
by_pk = attrgetter("pk")


@dataclass(slots=True, eq=False)
class Batch:
    """Rows that were loaded together, and what has been loaded for them since."""

    rows: list[Any]
    loaded: dict[Hashable, Mapping[Any, Any]] = field(default_factory=dict)


class Batches:
    """All batches of one request."""

    def __init__(self) -> None:
        self._batch_of: dict[int, Batch] = {}
        # The fields that each field of the request selects, kept by cms.graphql.selection.
        self.selections: dict[Hashable, frozenset[str]] = {}

    def add(self, rows: Iterable[Any]) -> None:
        """Make one batch of those `rows` that belong to none yet."""
        unique = {id(row): row for row in rows if id(row) not in self._batch_of}
        if unique:
            batch = Batch(rows=list(unique.values()))
            self._batch_of.update(dict.fromkeys(unique, batch))

    def siblings(self, row: Any) -> list[Any]:
        """Return the rows of the batch that `row` belongs to; a row on its own becomes a batch of one."""
        return self._batch(row).rows

    def load(
        self,
        row: Any,
        key: Hashable,
        loader: Loader,
        *,
        row_key: Callable[[Any], Any] = by_pk,
        default: Any = None,
    ) -> Any:
        """Return `row`'s part of what `loader` gives for its whole batch, or `default` where it gives none.

        `loader(rows)` maps `row_key(row)` to a value and runs once per batch and `key`; `key` names the
        loader and holds every argument that changes its result. Values that are rows, or lists of rows, form
        one new batch.
        """
        batch = self._batch(row)
        if key not in batch.loaded:
            batch.loaded[key] = values = loader(batch.rows)
            self.add(row for value in values.values() for row in rows_in(value))
        return batch.loaded[key].get(row_key(row), default)

    def _batch(self, row: Any) -> Batch:
        if id(row) not in self._batch_of:
            self.add([row])
        return self._batch_of[id(row)]


def rows_in(value: Any) -> list[Any]:
    candidates = value if isinstance(value, (list, tuple)) else [value]
    return [row for row in candidates if is_dataclass(row) or isinstance(row, Model)]
