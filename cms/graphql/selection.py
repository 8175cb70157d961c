"""Look-ahead: which fields a request selects below the one being resolved."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import cast

from graphene.utils.str_converters import to_snake_case
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql.execution.values import get_directive_values

# What lies between a connection and its nodes.
CONNECTION_LAYERS = frozenset({"edges", "node", "nodes"})


def selected_fields(info: GraphQLResolveInfo, *path: str, on: str | None = None) -> frozenset[str]:
    """Return the selected fields in snake case, through fragments, `@skip`, `@include` and connection layers.

    `path` goes down by field names in snake case: `selected_fields(info, "providers")` of `procedures { nodes
    { providers { … } } }`. `on` names the object type: fragments on other types are left out; without it all
    count. Worked out once per request and field.
    """
    known = info.context.batches.selections
    # The nodes live as long as the request.
    key = (id(info.field_nodes), path, on)
    if key not in known:
        known[key] = _selected_fields(info, path, on=on)
    return known[key]


def _selected_fields(info: GraphQLResolveInfo, path: Sequence[str], *, on: str | None) -> frozenset[str]:
    selections = [node.selection_set for node in info.field_nodes if node.selection_set]
    for name in path:
        fields = _fields(info, selections, on=None)
        selections = [node.selection_set for node in fields if _name(node) == name and node.selection_set]
    return frozenset(_name(node) for node in _fields(info, selections, on=on))


def _fields(
    info: GraphQLResolveInfo, selections: list[SelectionSetNode], *, on: str | None
) -> Iterator[FieldNode]:
    pending = list(selections)
    spread: set[str] = set()
    while pending:
        for node in pending.pop().selections:
            if not _is_included(info, node):
                continue
            if isinstance(node, FieldNode):
                yield node
                if node.name.value in CONNECTION_LAYERS and node.selection_set:
                    pending.append(node.selection_set)
            elif not (isinstance(node, FragmentSpreadNode) and node.name.value in spread):
                fragment = _fragment(info, node, spread)
                condition = fragment.type_condition.name.value if fragment.type_condition else None
                if _applies(info, condition, on):
                    pending.append(fragment.selection_set)


def _fragment(
    info: GraphQLResolveInfo, node: SelectionNode, spread: set[str]
) -> InlineFragmentNode | FragmentDefinitionNode:
    if isinstance(node, FragmentSpreadNode):
        spread.add(node.name.value)
        return info.fragments[node.name.value]
    return cast(InlineFragmentNode, node)


def _is_included(info: GraphQLResolveInfo, node: SelectionNode) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, info.variable_values)
    include = get_directive_values(GraphQLIncludeDirective, node, info.variable_values)
    return not (skip and skip["if"]) and not (include and not include["if"])


def _applies(info: GraphQLResolveInfo, condition: str | None, on: str | None) -> bool:
    if condition is None or on is None or condition == on:
        return True
    wanted, type_ = info.schema.get_type(condition), info.schema.get_type(on)
    if not isinstance(wanted, (GraphQLInterfaceType, GraphQLUnionType)) or type_ is None:
        # The connection and edge types around the nodes.
        return condition.endswith(("Connection", "Edge"))
    return info.schema.is_sub_type(wanted, type_)


def _name(node: FieldNode) -> str:
    return _snake_case(node.name.value)


# Names of the schema alone come here, for documents are validated.
_snake_case = cache(to_snake_case)
