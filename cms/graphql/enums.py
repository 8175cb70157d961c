"""Enums whose every value says what it means."""

from collections.abc import Mapping
from typing import Any

import graphene


def described_enum(name: str, description: str, values: Mapping[str, str]) -> Any:
    """Return the enum `name` with `values` from name to meaning. Members have their name in lower case as
    value."""

    def describe(member: Any) -> str:
        return description if member is None else values[member.name]

    return graphene.Enum(name, [(value, value.lower()) for value in values], description=describe)
