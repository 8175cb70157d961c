"""Relay connections with keyset cursors.

A cursor holds the sort key of its row and is signed together with the name of its list, so a cursor from
another list or order is refused. Pages stay right while rows come and go.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import graphene
import orjson
from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from cms.graphql.batches import Batches
from cms.graphql.errors import BadInput
from cms.graphql.statements import NOW, kept_rows

DEFAULT_FIRST = 20
MAX_FIRST = 100
SIGNATURE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key: the name of a model field (or key of a values row). Nulls come last either way."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    node: Any
    # What the cursor holds, and the list and order that it is for.
    key: Sequence[Any]
    scope: str
    # What edge fields of a list may show beside the node, such as a search highlight.
    source: Any = None

    @property
    def cursor(self) -> str:
        return make_cursor(self.key, scope=self.scope)


@dataclass(frozen=True, slots=True)
class PageInfoRow:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(eq=False)
class Connection:
    """One page of a list. Loads its rows on first use, and its total only when asked for."""

    load_edges: Callable[[], tuple[list[Edge], bool]]
    count: Callable[[], int]
    has_previous_page: bool
    batches: Batches

    @cached_property
    def _page(self) -> tuple[list[Edge], bool]:
        edges, has_next_page = self.load_edges()
        self.batches.add(edge.node for edge in edges)
        return edges, has_next_page

    @property
    def edges(self) -> list[Edge]:
        return self._page[0]

    @property
    def nodes(self) -> list[Any]:
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> PageInfoRow:
        edges, has_next_page = self._page
        return PageInfoRow(
            has_next_page=has_next_page,
            has_previous_page=self.has_previous_page,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )

    @cached_property
    def total_count(self) -> int:
        return self.count()


@dataclass(frozen=True, slots=True)
class Kept:
    """The queryset `build(now, *args)` of `values()`, whose SQL is kept: see `kept_rows`."""

    build: Callable[..., QuerySet[Any, dict[str, Any]]]
    args: tuple[Hashable, ...]


def paginate(
    queryset: QuerySet[Any] | Kept,
    *,
    info: graphene.ResolveInfo,
    scope: str,
    order: Sequence[Order],
    first: int | None,
    after: str | None,
    to_row: Callable[[Any], Any] | None = None,
) -> Connection:
    """Return a page of `queryset`: one query for the rows, one more for `totalCount` where it is selected.

    `scope` names the list, so that its cursors fit no other. `order` is completed by the primary key. A
    `values()` queryset must hold every sort key. `to_row` turns what the query yields into what the type
    resolves. Raises BadInput for a `first` out of range and for a cursor that is not of this list and order.
    """
    keys = [*order, Order("pk")]
    scope = f"{scope}:{','.join(f'{key.field}-{key.descending}' for key in keys)}"
    size = page_size(first)
    position = None if after is None else read_cursor(after, scope=scope, length=len(keys))
    now = info.context.now

    def load_rows() -> list[Any]:
        if isinstance(queryset, Kept) and position is None:
            return kept_rows(_first_rows, queryset, tuple(keys), size + 1, now=now)
        rows = _built(queryset, now).order_by(*[_order_by(key) for key in keys])
        if position is not None:
            rows = rows.filter(_after(keys, position))
        return list(rows[: size + 1])

    def load_edges() -> tuple[list[Edge], bool]:
        found = load_rows()
        edges = [_edge(item, keys=keys, scope=scope, to_row=to_row) for item in found[:size]]
        return edges, len(found) > size

    return Connection(
        load_edges=load_edges,
        count=lambda: _built(queryset, now).order_by().count(),
        has_previous_page=after is not None,
        batches=info.context.batches,
    )


def _built(queryset: QuerySet[Any] | Kept, now: datetime) -> QuerySet[Any]:
    return queryset.build(now, *queryset.args) if isinstance(queryset, Kept) else queryset


def _first_rows(kept: Kept, keys: tuple[Order, ...], size: int) -> QuerySet[Any, dict[str, Any]]:
    return kept.build(NOW, *kept.args).order_by(*[_order_by(key) for key in keys])[:size]


def paginate_rows(
    rows: Sequence[Any],
    *,
    info: graphene.ResolveInfo,
    scope: str,
    first: int | None,
    after: str | None,
) -> Connection:
    """Return a page of rows that are loaded already, in their order; each has a `pk`. Runs no queries.

    A cursor holds the row's key and place: where its row is gone, the page goes on from its place.
    """
    size = page_size(first)
    start = 0
    if after is not None:
        pk, place = read_cursor(after, scope=scope, length=2)
        start = next((index + 1 for index, row in enumerate(rows) if row.pk == pk), place)
    page = rows[start : start + size]
    edges = [
        Edge(node=row, key=(row.pk, start + index), scope=scope, source=row) for index, row in enumerate(page)
    ]
    return Connection(
        load_edges=lambda: (edges, start + size < len(rows)),
        count=lambda: len(rows),
        has_previous_page=after is not None,
        batches=info.context.batches,
    )


def page_size(first: int | None) -> int:
    size = DEFAULT_FIRST if first is None else first
    if not 1 <= size <= MAX_FIRST:
        raise BadInput(first_out_of_range(size), "first")
    return size


def first_out_of_range(size: int) -> str:
    return f"`first` is {size}: ask for 1 to {MAX_FIRST} and page on with `after`."


def make_cursor(values: Sequence[Any], *, scope: str) -> str:
    payload = orjson.dumps([_tagged(value) for value in values])
    return urlsafe_b64encode(_signature(payload, scope) + payload).decode().rstrip("=")


def read_cursor(cursor: str, *, scope: str, length: int) -> list[Any]:
    """Return the values of a cursor made for `scope`. Raises BadInput for any other text."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        payload = raw[SIGNATURE_BYTES:]
        if hmac.compare_digest(raw[:SIGNATURE_BYTES], _signature(payload, scope)):
            values = [_untagged(value) for value in orjson.loads(payload)]
            if len(values) == length:
                return values
    except ValueError:
        pass
    raise BadInput("`after` is not a cursor of this list and order. Start again without it.", "after")


def _signature(payload: bytes, scope: str) -> bytes:
    return salted_hmac(f"cms.graphql.cursor:{scope}", payload, algorithm="sha256").digest()[:SIGNATURE_BYTES]


def _tagged(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return ["datetime" if isinstance(value, datetime) else "date", value.isoformat()]
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        kind, text = value
        return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
    return value


def _order_by(key: Order) -> Any:
    field_ = F(key.field)
    return field_.desc(nulls_last=True) if key.descending else field_.asc(nulls_last=True)


def _after(keys: Sequence[Order], values: Sequence[Any]) -> Q:
    """Return the condition for rows behind `values`: equal so far, then behind in the next key."""
    condition = Q(pk__in=[])
    equal = Q()
    for key, value in zip(keys, values, strict=True):
        if value is not None:
            comparison = "lt" if key.descending else "gt"
            behind = Q(**{f"{key.field}__{comparison}": value}) | Q(**{f"{key.field}__isnull": True})
            condition |= equal & behind
            equal &= Q(**{key.field: value})
        else:
            equal &= Q(**{f"{key.field}__isnull": True})
    return condition


def _edge(item: Any, *, keys: Sequence[Order], scope: str, to_row: Callable[[Any], Any] | None) -> Edge:
    key = [_read(item, each.field) for each in keys]
    return Edge(node=to_row(item) if to_row else item, key=key, scope=scope, source=item)


def _read(item: Any, path: str) -> Any:
    if isinstance(item, dict):
        return item[path]
    for name in path.split("__"):
        item = getattr(item, name, None)
    return item


class PageInfo(graphene.ObjectType):
    """Where this page of the list stands."""

    has_next_page = graphene.NonNull(graphene.Boolean, description="More rows follow this page.")
    has_previous_page = graphene.NonNull(
        graphene.Boolean, description="True for every page asked for with `after`."
    )
    start_cursor = graphene.String(description="Cursor of the first row; null for an empty page.")
    end_cursor = graphene.String(description="Pass it as `after` for the next page.")


def connection_type(
    name: str, node_type: Any, *, edge_fields: dict[str, graphene.Field] | None = None
) -> type[graphene.ObjectType]:
    """Return the type `<name>Connection` over nodes of `node_type` (a type, or a function giving it).

    `edge_fields` resolve from an Edge, whose `source` is what the query yielded.
    """
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__doc__": f"One {name} of the list and its cursor.",
            "cursor": graphene.NonNull(graphene.String, description="Pass it as `after` to go on from here."),
            "node": graphene.Field(graphene.NonNull(node_type), description="The row itself."),
            **(edge_fields or {}),
        },
    )
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "__doc__": f"A page of a list of {name} nodes.",
            "edges": _list_field(edge, "The rows of this page with their cursors."),
            "nodes": _list_field(node_type, "The rows of this page."),
            "page_info": graphene.Field(graphene.NonNull(PageInfo), description="Whether there is more."),
            "total_count": graphene.Field(
                graphene.NonNull(graphene.Int), description="All rows, not only this page."
            ),
        },
    )


def _list_field(item_type: Any, description: str) -> graphene.Field:
    return graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(item_type))), description=description
    )


def connection_field(connection: type[graphene.ObjectType], **arguments: Any) -> graphene.Field:
    """Return a non-null field of `connection` with `first`, `after` and further `arguments` of the field."""
    return graphene.Field(
        graphene.NonNull(connection),
        first=graphene.Int(description=f"How many, at most {MAX_FIRST}; {DEFAULT_FIRST} where left out."),
        after=graphene.String(description="The `endCursor` of the page before."),
        **arguments,
    )
