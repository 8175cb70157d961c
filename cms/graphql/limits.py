"""What a document may ask for: depth, aliases, root fields, directives and cost, measured in one walk.

The walk runs before validation, follows fragments and visits each fragment once, so it is linear in the
document and safe for fragments that spread each other in a circle. It yields a Shape, which is kept with the
document; only the cost is left to be computed for each request, because `first` may be a variable.

Cost: every object counts 1, times the `first` of each connection around it. `edges`, `node`, `pageInfo` and
scalars count 0, a list without `first` counts as one object. Fields of all kinds may declare their own count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    get_named_type,
    is_composite_type,
    value_from_ast,
)

from cms.graphql.errors import ErrorCode, RequestRefused
from cms.graphql.freshness import Freshness, freshness_of
from cms.graphql.pagination import DEFAULT_FIRST, MAX_FIRST, first_out_of_range
from cms.graphql.selection import CONNECTION_LAYERS

DECLARED_MAX = 1_000_000
# Spreads and inline fragments may nest without adding depth; more than this is no honest document.
MAX_FRAGMENT_NESTING = 40
INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})
FREE_FIELDS = CONNECTION_LAYERS | {"pageInfo"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults (docs/graphql.md); the setting GRAPHQL_LIMITS overrides them by name."""

    depth: int = 12
    aliases: int = 30
    root_fields: int = 15
    directives: int = 20
    cost: int = 5_000
    tokens: int = 2_000
    document_bytes: int = 16 * 1024
    comments: int = 200
    body_bytes: int = 128 * 1024
    query_string_bytes: int = 8 * 1024
    # Fields of a document, those of a fragment once.
    fields: int = 500
    variables_depth: int = 10
    variables_values: int = 1_000
    # Comparisons that graphql-core's most expensive rule may make; 500,000 by default, over a second of CPU.
    overlap_budget: int = 5_000
    validation_errors: int = 5

    @classmethod
    def from_settings(cls) -> "Limits":
        return cls(**getattr(settings, "GRAPHQL_LIMITS", {}))


Arguments = Mapping[str, Any]
CostFunction = Callable[[Arguments], int]
_declared: dict[tuple[str, str], CostFunction] = {}


def declare_cost(type_name: str, field_name: str, cost: CostFunction) -> None:
    """Let a field of the schema count what `cost(arguments)` says instead of 1.

    Arguments come by their names in the schema, with values as resolvers get them; missing ones have no value
    yet.
    """
    _declared[type_name, field_name] = cost


@dataclass(frozen=True, slots=True)
class FieldCost:
    """A field with objects: how many it counts, and what lies below each of them."""

    count: Callable[[Arguments], tuple[int, int]]
    below: "SelectionCost"


@dataclass(slots=True, eq=False)
class SelectionCost:
    """The fields of one selection set; fragments share theirs. Filled while walking."""

    fields: list["FieldCost | SelectionCost"]

    def cost(self, variables: Arguments, known: dict[int, int]) -> int:
        if id(self) not in known:
            known[id(self)] = sum(_cost_of(part, variables, known) for part in self.fields)
        return known[id(self)]


def _cost_of(part: FieldCost | SelectionCost, variables: Arguments, known: dict[int, int]) -> int:
    if isinstance(part, SelectionCost):
        return part.cost(variables, known)
    own, times = part.count(variables)
    return own + times * part.below.cost(variables, known)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a document asks for, apart from its variables."""

    operation: OperationDefinitionNode
    introspects: bool
    freshness: Freshness
    _cost: SelectionCost

    @property
    def is_mutation(self) -> bool:
        return self.operation.operation is OperationType.MUTATION

    def cost(self, variables: Arguments) -> int:
        """Return the cost with coerced `variables`. Raises RequestRefused for a `first` out of range."""
        return self._cost.cost(variables, {})


@dataclass(slots=True)
class Tally:
    """What was counted below one selection set, spread fragments included each time."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    # Of the set itself, not of those below.
    fields: int = 0
    # How deep fragments spread further fragments.
    nesting: int = 0

    def add(self, other: "Tally") -> None:
        self.depth = max(self.depth, other.depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.fields += other.fields
        self.nesting = max(self.nesting, other.nesting)


def measure(schema: GraphQLSchema, document: DocumentNode, *, limits: Limits) -> Shape:
    """Return the shape of a document within `limits`. Raises RequestRefused for any other."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1:
        raise RequestRefused(ErrorCode.TOO_MANY_OPERATIONS, "Send exactly one operation in a document.")
    operation = operations[0]
    walk = _Walk(schema, document, limits)
    root_type = schema.get_root_type(operation.operation)
    if root_type is None:
        # No rule of the specification covers this.
        message = f"The schema has no {operation.operation.value}."
        raise RequestRefused(ErrorCode.INVALID, message, status=422)
    tally, cost = walk.selection(operation.selection_set, root_type, level=1, nesting=0)
    tally.directives += len(operation.directives)
    most_roots = 1 if operation.operation is OperationType.MUTATION else limits.root_fields
    _refuse_above(tally.aliases, limits.aliases, ErrorCode.TOO_MANY_ALIASES, "aliases")
    _refuse_above(tally.fields, most_roots, ErrorCode.TOO_MANY_ROOT_FIELDS, "root fields")
    _refuse_above(tally.directives, limits.directives, ErrorCode.TOO_MANY_DIRECTIVES, "directives")
    is_query = operation.operation is OperationType.QUERY and not walk.introspects
    freshness = walk.freshness if is_query else Freshness.PRIVATE
    return Shape(operation=operation, introspects=walk.introspects, freshness=freshness, _cost=cost)


def _refuse_above(found: int, limit: int, code: ErrorCode, noun: str) -> None:
    if found > limit:
        raise RequestRefused(code, f"The document has more {noun} than the {limit} allowed. Split it.")


def check_cost(cost: int, *, limits: Limits) -> None:
    if cost > limits.cost:
        message = f"The query costs {cost}, more than {limits.cost}. Ask for fewer rows at once."
        raise RequestRefused(ErrorCode.TOO_COMPLEX, message)


class _Walk:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self.schema = schema
        self.limits = limits
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.known: dict[str, tuple[Tally, SelectionCost]] = {}
        self.open: set[str] = set()
        self.introspects = False
        self.freshness = Freshness.CONTENT
        self.fields = 0

    def selection(
        self, node: SelectionSetNode, type_: GraphQLNamedType | None, *, level: int, nesting: int
    ) -> tuple[Tally, SelectionCost]:
        self._check_depth(level, nesting)
        tally, cost = Tally(), SelectionCost(fields=[])
        for child in node.selections:
            tally.directives += len(child.directives)
            if isinstance(child, FieldNode):
                tally.add(self.field(child, type_, cost, level=level, nesting=nesting))
                continue
            if isinstance(child, FragmentSpreadNode):
                below = self.fragment(child.name.value, level=level, nesting=nesting + 1)
            else:
                below = self.inline(cast(InlineFragmentNode, child), type_, level=level, nesting=nesting + 1)
            tally.add(below[0])
            tally.nesting = max(tally.nesting, below[0].nesting + 1)
            cost.fields.append(below[1])
        return tally, cost

    def field(
        self,
        node: FieldNode,
        type_: GraphQLNamedType | None,
        cost: SelectionCost,
        *,
        level: int,
        nesting: int,
    ) -> Tally:
        self.fields += 1
        _refuse_above(self.fields, self.limits.fields, ErrorCode.TOO_COMPLEX, "fields")
        tally = Tally(depth=1, aliases=1 if node.alias else 0, fields=1)
        if node.name.value in INTROSPECTION_FIELDS:
            # Deeper than any content query; refused as a whole where it is not allowed.
            self.introspects = True
            return tally
        if type_ is not None:
            self.freshness = max(self.freshness, freshness_of(type_.name, node.name.value))
        field = getattr(type_, "fields", {}).get(node.name.value)
        if node.selection_set is None:
            if field and type_ and (type_.name, node.name.value) in _declared:
                count = _counter(node, field, parent=type_.name, schema=self.schema)
                cost.fields.append(FieldCost(count=count, below=SelectionCost(fields=[])))
            return tally
        inner = get_named_type(field.type) if field else None
        below, below_cost = self.selection(node.selection_set, inner, level=level + 1, nesting=nesting)
        if field and is_composite_type(inner):
            count = _counter(node, field, parent=type_.name, schema=self.schema) if type_ else _nothing
            cost.fields.append(FieldCost(count=count, below=below_cost))
        below.depth += 1
        below.fields = 0
        tally.add(below)
        return tally

    def inline(
        self, node: InlineFragmentNode, type_: GraphQLNamedType | None, *, level: int, nesting: int
    ) -> tuple[Tally, SelectionCost]:
        inner = self.schema.get_type(node.type_condition.name.value) if node.type_condition else type_
        return self.selection(node.selection_set, inner, level=level, nesting=nesting)

    def fragment(self, name: str, *, level: int, nesting: int) -> tuple[Tally, SelectionCost]:
        fragment = self.fragments.get(name)
        if fragment is None or name in self.open:
            # Unknown and circular spreads are named by the rules of the specification, which run next.
            return Tally(), SelectionCost(fields=[])
        if name not in self.known:
            self.open.add(name)
            type_ = self.schema.get_type(fragment.type_condition.name.value)
            self.known[name] = self.selection(fragment.selection_set, type_, level=level, nesting=nesting)
            self.open.remove(name)
        tally = self.known[name][0]
        self._check_depth(level + tally.depth - 1, nesting + tally.nesting)
        return self.known[name]

    def _check_depth(self, level: int, nesting: int) -> None:
        if level > self.limits.depth or nesting > MAX_FRAGMENT_NESTING:
            raise RequestRefused(
                ErrorCode.TOO_DEEP, f"Fields may nest {self.limits.depth} levels deep. Ask for less at once."
            )


def _nothing(variables: Arguments) -> tuple[int, int]:
    return 0, 1


def _counter(
    node: FieldNode, field: GraphQLField, *, parent: str, schema: GraphQLSchema
) -> Callable[[Arguments], tuple[int, int]]:
    """Return a function from variables to (objects of the field itself, how often what is below counts)."""
    declared = _declared.get((parent, node.name.value))
    if declared is not None:
        return lambda variables: (_declared_cost(declared, node, field, variables), 1)
    if "first" in field.args:
        argument = field.args["first"]
        return lambda variables: (first := _first(node, argument, variables), first)
    if node.name.value in FREE_FIELDS and parent.endswith(("Connection", "Edge")):
        return _nothing
    return lambda variables: (1, 1)


def _declared_cost(declared: CostFunction, node: FieldNode, field: GraphQLField, variables: Arguments) -> int:
    values = {
        name: value
        for name, argument in field.args.items()
        if (value := _argument(node, name, argument, variables)) is not Undefined
    }
    return max(0, min(declared(values), DECLARED_MAX))


def _first(node: FieldNode, argument: GraphQLArgument, variables: Arguments) -> int:
    value = _argument(node, "first", argument, variables)
    if value is Undefined or value is None:
        return DEFAULT_FIRST
    if not 1 <= value <= MAX_FIRST:
        raise RequestRefused(ErrorCode.BAD_INPUT, first_out_of_range(value), field="first")
    return value


def _argument(node: FieldNode, name: str, argument: GraphQLArgument, variables: Arguments) -> Any:
    given = next((given for given in node.arguments if given.name.value == name), None)
    value = value_from_ast(given.value, argument.type, dict(variables)) if given else Undefined
    return argument.default_value if value is Undefined else value
