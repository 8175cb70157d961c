"""What can go wrong with a GraphQL request, and how it is told.

Clients read `extensions.code`; messages are for people. Nothing here carries a Python message, SQL, a host or
a path.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from graphql import FieldNode, GraphQLError, ValueNode, VariableDefinitionNode

logger = logging.getLogger("cms.graphql")
VARIABLE_PATH = re.compile(r" at '([\w.\[\]]+)'")
MISSING_FIELD = re.compile(r"Field '(\w+)' of required type")


class ErrorCode(StrEnum):
    """Every value of `errors[].extensions.code`.

    Refused before execution: BAD_REQUEST (not a GraphQL request), SYNTAX_ERROR, INVALID (does not fit the
    schema), TOO_* (a limit of docs/graphql.md), INTROSPECTION_DISABLED, UNKNOWN_DOCUMENT,
    STORED_DOCUMENTS_ONLY, METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE, UNAUTHENTICATED
    (unknown or expired token), RATE_LIMITED. Either before or during execution: BAD_INPUT (an argument that
    the field refuses). During execution: UNAUTHENTICATED and FORBIDDEN (the field is for staff), TIMEOUT,
    UNAVAILABLE (the database is away), INTERNAL (a bug, logged under the request id).
    """

    BAD_REQUEST = "BAD_REQUEST"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    INVALID = "INVALID"
    BAD_INPUT = "BAD_INPUT"
    TOO_DEEP = "TOO_DEEP"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_MANY_ROOT_FIELDS = "TOO_MANY_ROOT_FIELDS"
    TOO_MANY_DIRECTIVES = "TOO_MANY_DIRECTIVES"
    TOO_MANY_OPERATIONS = "TOO_MANY_OPERATIONS"
    TOO_COMPLEX = "TOO_COMPLEX"
    TOO_LARGE = "TOO_LARGE"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    STORED_DOCUMENTS_ONLY = "STORED_DOCUMENTS_ONLY"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class RequestRefused(Exception):
    """The request is answered with one or more errors and without data."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        status: int = 400,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers or {}
        extensions = {"code": code, "field": field} if field else {"code": code}
        self.errors: list[dict[str, Any]] = [{"message": message, "extensions": extensions}]


class MethodNotAllowed(RequestRefused):
    """The method cannot carry this request: status 405."""

    def __init__(self, message: str) -> None:
        headers = {"Allow": "GET, HEAD, POST, OPTIONS"}
        super().__init__(ErrorCode.METHOD_NOT_ALLOWED, message, status=405, headers=headers)


class InvalidDocument(RequestRefused):
    """The document does not fit the schema: status 422, one entry per error, with its place in the
    document."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(ErrorCode.INVALID, "The document does not fit the schema.", status=422)
        self.errors = [
            formatted(error, code=ErrorCode.INVALID, message=without_suggestion(error)) for error in errors
        ]


class InvalidVariables(RequestRefused):
    """The variables do not fit the document: status 422, one entry for each that does not."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(ErrorCode.INVALID, "Variables do not fit the document.", status=422)
        self.errors = [_variable_error(error) for error in errors]


def _variable_error(error: GraphQLError) -> dict[str, Any]:
    """Name the variable and the place in it. graphql-core's message is left out, for it repeats the value."""
    node = error.nodes[0] if error.nodes else None
    name = node.variable.name.value if isinstance(node, VariableDefinitionNode) else ""
    place = VARIABLE_PATH.search(error.message)
    where = f"`{place[1]}`" if place else f"`{name}`"
    message = f"Variable `${name}`: the value of {where} is missing or does not fit its type."
    if missing := MISSING_FIELD.search(error.message):
        message = f"Variable `${name}`: {where} lacks `{missing[1]}`."
    return {"message": message, "extensions": {"code": ErrorCode.INVALID}}


def without_suggestion(error: GraphQLError) -> str:
    """Return the message without what graphql-core would suggest, which one rule does whatever it is told."""
    return error.message.partition(" Did you mean")[0]


class BadInput(Exception):
    """An argument that a field refuses. Raised by resolvers; `message` says cause and remedy to the
    client."""

    code = ErrorCode.BAD_INPUT

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NoToken(BadInput):
    """The field is for staff, and the request has no token."""

    code = ErrorCode.UNAUTHENTICATED


class Forbidden(BadInput):
    """The token's owner may not see the field."""

    code = ErrorCode.FORBIDDEN


def formatted(error: GraphQLError, *, code: ErrorCode, message: str, **extensions: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": message}
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    entry["extensions"] = {"code": code, **extensions}
    return entry


def execution_error(error: GraphQLError, *, request_id: str) -> dict[str, Any]:
    """Return the masked entry for an error met while executing; log it unless it is the client's."""
    cause = error.original_error
    if isinstance(cause, BadInput):
        field = {"field": cause.field} if cause.field else {}
        return formatted(error, code=cause.code, message=cause.message, **field)
    if isinstance(cause, GraphQLError) and cause.nodes and isinstance(cause.nodes[0], ValueNode):
        # graphql-core points at the argument's value only when the argument could not be read.
        return formatted(
            error, code=ErrorCode.BAD_INPUT, message="An argument is missing or has a wrong value."
        )
    log_unexpected(cause or error, request_id=request_id, field=field_name(error))
    return formatted(
        error, code=ErrorCode.INTERNAL, message=f"Something went wrong. Quote {request_id} to us."
    )


def field_name(error: GraphQLError) -> str:
    """Return the schema's name of the field, never the client's alias."""
    node = error.nodes[0] if error.nodes else None
    return node.name.value if isinstance(node, FieldNode) else "-"


def log_unexpected(cause: BaseException, *, request_id: str, field: str) -> None:
    """Log type and place only: messages, variables and SQL may hold what patients wrote."""
    frames = traceback.extract_tb(cause.__traceback__)[-4:]
    place = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    logger.error("request %s field %s failed with %s at %s", request_id, field, type(cause).__name__, place)
