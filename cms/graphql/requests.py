"""From HTTP to what is asked: methods, media types, sizes, JSON. Nothing of it is looked up yet."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest

from cms.graphql.errors import ErrorCode, MethodNotAllowed, RequestRefused
from cms.graphql.limits import Limits

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
DOCUMENT_ID = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
NUL_REFUSED = "Texts must not contain NUL characters."


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The members of a request, checked for type and size. At least one of the first two is there."""

    query: str | None
    document_id: str | None
    variables: dict[str, Any]
    operation_name: str | None
    wants_cost: bool
    # Made by GET or HEAD: must change nothing, and its answer may be kept by caches.
    is_safe: bool


def document_id_of(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def read_request(request: HttpRequest, *, limits: Limits) -> GraphQLRequest:
    """Return what is asked. Raises RequestRefused. Runs no queries."""
    if request.method in ("GET", "HEAD"):
        return _checked(_read_parameters(request, limits), limits, is_safe=True)
    if request.method != "POST":
        raise MethodNotAllowed("Send a POST request.")
    return _checked(_read_body(request, limits), limits, is_safe=False)


def _read_parameters(request: HttpRequest, limits: Limits) -> Mapping[str, Any]:
    if len(request.META.get("QUERY_STRING", "")) > limits.query_string_bytes:
        message = f"The address has more than {limits.query_string_bytes} bytes of parameters. Send a POST."
        raise RequestRefused(ErrorCode.TOO_LARGE, message, status=414)
    if "documentId" not in request.GET or "query" in request.GET:
        message = "GET serves stored documents by `documentId`; send anything else as a POST request."
        raise MethodNotAllowed(message)
    data: dict[str, Any] = {name: request.GET.get(name) for name in ("documentId", "operationName")}
    for name in ("variables", "extensions"):
        if text := request.GET.get(name):
            data[name] = _json(text, f"`{name}` is not JSON.")
    return data


def _read_body(request: HttpRequest, limits: Limits) -> Mapping[str, Any]:
    charset = request.content_params.get("charset", "utf-8").lower() if request.content_params else "utf-8"
    if request.content_type not in (JSON, GRAPHQL_JSON) or charset not in ("utf-8", "utf8"):
        message = f"Send {JSON} in UTF-8."
        raise RequestRefused(ErrorCode.UNSUPPORTED_MEDIA_TYPE, message, status=415)
    if "chunked" in request.headers.get("Transfer-Encoding", ""):
        message = "Send the body in one piece, with its Content-Length."
        raise RequestRefused(ErrorCode.BAD_REQUEST, message, status=411)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > limits.body_bytes:
        message = f"The request is longer than {limits.body_bytes} bytes."
        raise RequestRefused(ErrorCode.TOO_LARGE, message, status=413)
    data = _json(request.body, "The body is not JSON.")
    if isinstance(data, list):
        raise RequestRefused(ErrorCode.BAD_REQUEST, "Batches are not served. Send one operation per request.")
    if not isinstance(data, dict):
        raise RequestRefused(ErrorCode.BAD_REQUEST, "The body is an object with `query` or `documentId`.")
    return data


def _json(text: str | bytes, refusal: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RequestRefused(ErrorCode.BAD_REQUEST, refusal) from None


def _checked(data: Mapping[str, Any], limits: Limits, *, is_safe: bool) -> GraphQLRequest:
    query, document_id = _member(data, "query", str), _member(data, "documentId", str)
    if not query and not document_id:
        raise RequestRefused(ErrorCode.BAD_REQUEST, "`query` is missing, and so is `documentId`.")
    if document_id and not DOCUMENT_ID.fullmatch(document_id):
        message = "`documentId` is `sha256:` with the document's 64 hexadecimal digits in lower case."
        raise RequestRefused(ErrorCode.UNKNOWN_DOCUMENT, message)
    if query and document_id and document_id_of(query) != document_id:
        message = "`documentId` is not the SHA-256 of `query`. Send one of the two."
        raise RequestRefused(ErrorCode.BAD_REQUEST, message)
    variables = _member(data, "variables", dict) or {}
    _check_values(variables, limits)
    extensions = _member(data, "extensions", dict) or {}
    return GraphQLRequest(
        query=query or None,
        document_id=document_id or None,
        variables=variables,
        operation_name=_member(data, "operationName", str) or None,
        wants_cost=extensions.get("cost") is True,
        is_safe=is_safe,
    )


def _member(data: Mapping[str, Any], name: str, type_: type) -> Any:
    value = data.get(name)
    if value is not None and not isinstance(value, type_):
        kind = "text" if type_ is str else "an object"
        raise RequestRefused(ErrorCode.BAD_REQUEST, f"`{name}` must be {kind}.")
    return value


def _check_values(variables: dict[str, Any], limits: Limits) -> None:
    """Refuse variables that nest too deep, are too many, or hold what PostgreSQL cannot store.

    Level by level, because a walk that calls itself would end at Python's own limit.
    """
    level: list[Any] = [variables]
    count = 0
    for _ in range(limits.variables_depth + 1):
        count += len(level)
        if count > limits.variables_values:
            message = f"The variables hold more than {limits.variables_values} values. Send fewer at once."
            raise RequestRefused(ErrorCode.TOO_LARGE, message)
        if any(isinstance(value, str) and "\0" in value for value in level):
            raise RequestRefused(ErrorCode.BAD_REQUEST, NUL_REFUSED)
        level = [part for value in level for part in _parts(value)]
    if level:
        message = f"Variables may nest {limits.variables_depth} levels deep."
        raise RequestRefused(ErrorCode.TOO_DEEP, message)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []
