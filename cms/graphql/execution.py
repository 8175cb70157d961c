"""GraphQL execution that works out each selection once per request, not once per row.

graphql-core looks up field, arguments, type and path anew for every row of a list, which costs more than
loading the rows. Here a selection becomes a plan on its first row, and the other rows follow it. Answers and
errors are those of graphql-core, which still collects the fields, locates the errors and runs mutations.
Resolvers are synchronous, and find in `info.path` the place of the first row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Undefined,
    is_abstract_type,
    is_leaf_type,
    located_error,
)
from graphql.execution.execute import get_field_def, invalid_return_type_error
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path, is_iterable

# Where a value stands: (the place above, key, name of the type above). Errors alone need a Path made of it.
Place = Any
# Turns a resolved value into what the answer shows, of a type that may be null.
Complete = Callable[[Any, Place], Any]


@dataclass(slots=True, eq=False, kw_only=True)
class FieldPlan:
    name: str
    declared: GraphQLField
    nodes: list[FieldNode]
    info: GraphQLResolveInfo
    is_required: bool
    resolve: Callable[..., Any]
    # What a field without a resolver of its own reads of its source, and what it gives where that is missing.
    attribute: tuple[str, Any] | None
    # Read on the first row: one that cannot be read is an error of the field.
    arguments: dict[str, Any] | None = None
    complete: Complete = field(init=False)


class PlannedExecutionContext(ExecutionContext):
    def before_resolver(self) -> None:
        """Called before each resolver. What it raises is an error of the field, or ends the request."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> dict[str, Any]:
        return self._run(self._plan(parent_type, fields, path), parent_type.name, source_value, path)

    # Plans ----------------------------------------------------------------------------------------

    def _plan(
        self, parent: GraphQLObjectType, fields: dict[str, list[FieldNode]], place: Place
    ) -> list[FieldPlan]:
        above = _as_path(place)
        return [
            self._field_plan(parent, nodes, Path(above, name, parent.name)) for name, nodes in fields.items()
        ]

    def _field_plan(self, parent: GraphQLObjectType, nodes: list[FieldNode], path: Path) -> FieldPlan:
        declared = get_field_def(self.schema, parent, nodes[0])
        resolve = declared.resolve or self.field_resolver
        by_attribute = isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver
        plan = FieldPlan(
            name=cast(str, path.key),
            declared=declared,
            nodes=nodes,
            info=self.build_resolve_info(declared, nodes, parent, path),
            is_required=isinstance(declared.type, GraphQLNonNull),
            resolve=resolve,
            attribute=cast(Any, resolve).args if by_attribute else None,
        )
        plan.complete = self._completer(declared.type, plan)
        return plan

    def _completer(self, type_: GraphQLOutputType, plan: FieldPlan) -> Complete:
        if isinstance(type_, GraphQLNonNull):
            return self._completer(type_.of_type, plan)
        if isinstance(type_, GraphQLList):
            return self._list_completer(type_, plan)
        if is_leaf_type(type_):
            return self._leaf_completer(cast(GraphQLLeafType, type_))
        if is_abstract_type(type_):
            return self._abstract_completer(cast(GraphQLAbstractType, type_), plan)
        return self._object_completer(cast(GraphQLObjectType, type_), plan)

    def _leaf_completer(self, type_: GraphQLLeafType) -> Complete:
        def complete(value: Any, place: Place) -> Any:
            shown = type_.serialize(value)
            # The call raises the error that says so.
            return self.complete_leaf_value(type_, value) if shown is None or shown is Undefined else shown

        return complete

    def _object_completer(self, type_: GraphQLObjectType, plan: FieldPlan) -> Complete:
        selection: list[FieldPlan] | None = None

        def complete(value: Any, place: Place) -> Any:
            nonlocal selection
            if selection is None:
                selection = self._plan(type_, self.collect_subfields(type_, plan.nodes), place)
            if type_.is_type_of and not type_.is_type_of(value, plan.info):
                raise invalid_return_type_error(type_, value, plan.nodes)
            return self._run(selection, type_.name, value, place)

        return complete

    def _abstract_completer(self, type_: GraphQLAbstractType, plan: FieldPlan) -> Complete:
        completers: dict[Any, Complete] = {}
        resolve_type = type_.resolve_type or self.type_resolver

        def complete(value: Any, place: Place) -> Any:
            name = cast(Any, resolve_type(value, plan.info, type_))
            if name not in completers:
                found = self.ensure_valid_runtime_type(name, type_, plan.nodes, plan.info, value)
                completers[name] = self._object_completer(found, plan)
            return completers[name](value, place)

        return complete

    def _list_completer(self, type_: GraphQLList[Any], plan: FieldPlan) -> Complete:
        complete_item = self._completer(type_.of_type, plan)
        is_required = isinstance(type_.of_type, GraphQLNonNull)

        def complete(value: Any, place: Place) -> Any:
            if not is_iterable(value):
                # The call raises the error that says so.
                return self.complete_list_value(type_, plan.nodes, plan.info, _as_path(place), value)
            shown = []
            for index, item in enumerate(value):
                here = (place, index, None)
                try:
                    shown.append(_completed(plan, item, complete_item, is_required, here))
                except Exception as error:  # noqa: BLE001 - as in graphql-core, it is the error of its item
                    self._failed(plan, error, type_.of_type, here)
                    shown.append(None)
            return shown

        return complete

    # Rows -----------------------------------------------------------------------------------------

    def _run(self, selection: list[FieldPlan], parent: str, source: Any, place: Place) -> dict[str, Any]:
        shown = {}
        has_attributes = not isinstance(source, dict)
        for plan in selection:
            here = (place, plan.name, parent)
            try:
                if plan.attribute and has_attributes:
                    value = getattr(source, *plan.attribute)
                else:
                    value = self._resolved(plan, source)
                shown[plan.name] = _completed(plan, value, plan.complete, plan.is_required, here)
            except Exception as error:  # noqa: BLE001 - as in graphql-core, it is the error of its field
                self._failed(plan, error, plan.declared.type, here)
                shown[plan.name] = None
        return shown

    def _resolved(self, plan: FieldPlan, source: Any) -> Any:
        if plan.arguments is None:
            plan.arguments = get_argument_values(plan.declared, plan.nodes[0], self.variable_values)
        self.before_resolver()
        return plan.resolve(source, plan.info, **plan.arguments)

    def _failed(self, plan: FieldPlan, error: Exception, type_: GraphQLOutputType, place: Place) -> None:
        """Note the error where its value may be null, and raise it where not."""
        path = _as_path(place)
        self.handle_field_error(located_error(error, plan.nodes, path.as_list()), type_, path)


def _completed(plan: FieldPlan, value: Any, complete: Complete, is_required: bool, place: Place) -> Any:
    if isinstance(value, Exception):
        raise value
    shown = None if value is None or value is Undefined else complete(value, place)
    if shown is None and is_required:
        where = f"{plan.info.parent_type.name}.{plan.info.field_name}"
        raise TypeError(f"Cannot return null for non-nullable field {where}.")
    return shown


def _as_path(place: Place) -> Path:
    if place is None or isinstance(place, Path):
        return cast(Path, place)
    above, key, type_name = place
    return Path(_as_path(above), key, type_name)
