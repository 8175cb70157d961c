"""Documents that reach every field of the schema along every edge, made from the schema itself."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

from cms.graphql.documents import Documents
from cms.graphql.errors import ErrorCode, RequestRefused
from cms.graphql.limits import Limits

LEVELS_BELOW_AN_EDGE = 1
ROOTS = ("Query", "Mutation")


@dataclass(frozen=True, slots=True)
class Edge:
    """A field that leads from one object type to another, or to the interface or union it belongs to."""

    owner: str
    field: str
    target: GraphQLNamedType

    @property
    def label(self) -> str:
        return f"{self.owner}.{self.field}"


class Walk:
    """`arguments` says by `Type.field` how to call a field: one text for each way, such as `(id: "x")`.

    `Type.field on Name` says how to call it to find a thing of the type `Name`."""

    def __init__(self, schema: GraphQLSchema, *, arguments: Mapping[str, Sequence[str]]) -> None:
        self.schema = schema
        self.arguments = arguments
        self.limits = Limits.from_settings()
        self.documents = Documents(schema, limits=self.limits)
        self.paths = self._paths()

    def everything(self) -> Iterator[tuple[str, str]]:
        """Yield documents, and the root type of each, that take every edge and read all that lies behind."""
        for edge in self.edges():
            path = self.paths[edge.owner]
            first = path[0].partition("(")[0] if path else edge.field
            root = next(root for root in ROOTS if first in self._fields(root))
            for concrete in self.concrete(edge.target):
                for call in self.calls(edge.owner, edge.field, on=concrete.name):
                    documents = self._fitting(root, (*path, call), concrete)
                    yield from ((root, document) for document in documents)

    def edges(self) -> Iterator[Edge]:
        for type_ in self.object_types():
            for name, field in type_.fields.items():
                target = get_named_type(field.type)
                if not is_leaf_type(target):
                    yield Edge(owner=type_.name, field=name, target=target)

    def object_types(self) -> list[GraphQLObjectType]:
        types = self.schema.type_map.values()
        objects = [type_ for type_ in types if isinstance(type_, GraphQLObjectType)]
        return [type_ for type_ in objects if not type_.name.startswith("__")]

    def concrete(self, type_: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return self.schema.get_possible_types(type_)
        return [type_] if isinstance(type_, GraphQLObjectType) else []

    def calls(self, owner: str, name: str, *, on: str = "") -> list[str]:
        label = f"{owner}.{name}"
        if called := self.arguments.get(f"{label} on {on}"):
            return [f"{name}{arguments}" for arguments in called]
        field = self._fields(owner)[name]
        if label not in self.arguments and any(map(is_required_argument, field.args.values())):
            raise AssertionError(f"{label} has required arguments: say how to call it.")
        return [f"{name}{arguments}" for arguments in self.arguments.get(label, [""])]

    def _fields(self, name: str) -> dict[str, GraphQLField]:
        return self.schema.type_map[name].fields  # type: ignore[attr-defined]

    # Paths

    def _paths(self) -> dict[str, tuple[str, ...]]:
        """Return a way to each object type, by whole lists where there are some."""
        found: dict[str, tuple[str, ...]] = {}
        pending: list[tuple[int, int, str, tuple[str, ...]]] = [(0, n, r, ()) for n, r in enumerate(ROOTS)]
        count = len(pending)
        while pending:
            weight, _, name, path = heapq.heappop(pending)
            if name in found:
                continue
            found[name] = path
            for edge in (edge for edge in self.edges() if edge.owner == name):
                field = self._fields(name)[edge.field]
                for concrete in self.concrete(edge.target):
                    call = self.calls(name, edge.field, on=concrete.name)[0]
                    step = (call, f"... on {concrete.name}") if is_abstract_type(edge.target) else (call,)
                    count += 1
                    entry = (weight + _weight(field, edge.target), count, concrete.name, (*path, *step))
                    heapq.heappush(pending, entry)
        return found

    # Documents

    def _fitting(self, root: str, path: Sequence[str], type_: GraphQLObjectType) -> Iterator[str]:
        """Yield documents within the limits that together read all fields of `type_` at `path`."""
        pending = [(list(type_.fields), LEVELS_BELOW_AN_EDGE)]
        while pending:
            names, levels = pending.pop()
            pieces = self.pieces(type_, levels, names=names)
            document = _document(root, path, f"... on {type_.name} {{ {' '.join(pieces)} }}")
            half = len(names) // 2
            if self.fits(document):
                yield document
            elif half:
                pending += [(names[half:], levels), (names[:half], levels)]
            elif levels == 0:
                raise AssertionError(f"{document} is too large by itself.")
            else:
                # What lies deeper is read by way of shorter paths.
                pending.append((names, levels - 1))

    def fits(self, document: str) -> bool:
        try:
            return self.documents.get(document).shape.cost({}) <= self.limits.cost
        except RequestRefused as refusal:
            if refusal.code in (ErrorCode.INVALID, ErrorCode.SYNTAX_ERROR):
                raise AssertionError(document) from refusal
            return False

    def pieces(self, type_: GraphQLObjectType, levels: int, *, names: Iterable[str]) -> list[str]:
        """Return the selections of fields of a type with what lies `levels` below; connections cost none."""
        found = []
        for name in names:
            call, target = self.calls(type_.name, name)[0], get_named_type(type_.fields[name].type)
            if is_leaf_type(target):
                found.append(call)
            elif name == "edges":
                found.append("edges { __typename cursor }")
            elif levels:
                below = levels if is_layer(target) else levels - 1
                found.append(f"{call} {{ {self._selection(target, below)} }}")
        return found

    def _selection(self, target: GraphQLNamedType, levels: int) -> str:
        parts = ["__typename"]
        for concrete in self.concrete(target):
            pieces = self.pieces(concrete, levels, names=concrete.fields)
            parts.append(f"... on {concrete.name} {{ {' '.join(pieces)} }}" if pieces else "")
        return " ".join(parts)


def is_layer(type_: GraphQLNamedType) -> bool:
    return type_.name.endswith(("Connection", "Edge"))


def _weight(field: GraphQLField, target: GraphQLNamedType) -> int:
    inner = getattr(field.type, "of_type", field.type)
    is_whole = not any(map(is_required_argument, field.args.values()))
    return 1 if is_whole and (is_layer(target) or is_list_type(inner)) else 3


def _document(root: str, path: Sequence[str], selection: str) -> str:
    opened = " ".join(f"{step} {{ __typename" for step in path)
    return f"{root.lower()} {{ {opened} {selection} {'} ' * len(path)}}}"


def filled(answer: Any) -> Iterator[tuple[str, str]]:
    """Yield type and field of everything in an answer that is neither null nor empty."""
    if isinstance(answer, list):
        for item in answer:
            yield from filled(item)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if value not in (None, "", []) and name != "__typename":
                yield answer["__typename"], name
            yield from filled(value)
