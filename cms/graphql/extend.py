"""How apps above add to those below without being imported: fields of types, filters of lists, page types."""

from collections.abc import Callable, Mapping
from typing import Any

import graphene
from django.db.models import QuerySet

from cms.graphql.context import GraphQLContext

# Row class or page model -> the type that answers for it. Filled by the apps' schema modules on import.
_page_types: dict[type, type[graphene.ObjectType]] = {}

ApplyFilter = Callable[[QuerySet[Any], Any, GraphQLContext], QuerySet[Any]]
# Name of a root field -> the field, and its filters by argument in snake case.
_filterable: dict[str, tuple[graphene.Field, dict[str, ApplyFilter]]] = {}


class AlreadyDeclared(Exception):
    """Two places claim the same name; one of them has to give way."""


def add_field(graphene_type: type[graphene.ObjectType], name: str, field: graphene.Field) -> None:
    """Add a field, named in snake case, to a lower app's type. Call before the schema is built.

    The field brings its own `resolver`. Raises AlreadyDeclared where the type has such a field.
    """
    fields = graphene_type._meta.fields
    if name in fields:
        raise AlreadyDeclared(f"{graphene_type.__name__} has a field {name} already.")
    fields[name] = field


def filterable(root: str, field: graphene.Field) -> graphene.Field:
    """Let apps above add filters to the root field `root`; its resolver calls `apply_filters`."""
    if root in _filterable:
        raise AlreadyDeclared(f"The root field {root} is declared already.")
    _filterable[root] = field, {}
    return field


def add_filter(*, root: str, name: str, argument: graphene.Argument, apply: ApplyFilter) -> None:
    """Add the argument `name`, in snake case, to a lower app's root field. Call before the schema is built.

    `apply(queryset, value, context)` narrows the list; it is called only where a value is given.
    Raises AlreadyDeclared where the field has such an argument.
    """
    field, filters = _filterable[root]
    if name in field.args:
        raise AlreadyDeclared(f"{root} has an argument {name} already.")
    field.args[name] = argument
    filters[name] = apply


def apply_filters(
    root: str, queryset: QuerySet[Any], *, arguments: Mapping[str, Any], context: GraphQLContext
) -> QuerySet[Any]:
    """Narrow `queryset` by the filters that apps above have added to `root`."""
    _, filters = _filterable[root]
    for name, apply in filters.items():
        if arguments.get(name) is not None:
            queryset = apply(queryset, arguments[name], context)
    return queryset


def register_page_type(source: type, graphene_type: type[graphene.ObjectType]) -> None:
    """Let `graphene_type` answer for pages that come as `source`, a row class or a page model."""
    if _page_types.setdefault(source, graphene_type) is not graphene_type:
        raise AlreadyDeclared(f"{source.__name__} is answered by {_page_types[source].__name__} already.")


def page_type_for(source: Any) -> type[graphene.ObjectType]:
    return _page_types[type(source)]


def page_types() -> tuple[type[graphene.ObjectType], ...]:
    """Return every registered page type once, for the `types` of the schema."""
    return tuple(dict.fromkeys(_page_types.values()))
