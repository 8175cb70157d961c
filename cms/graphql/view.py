"""The HTTP side of GraphQL: methods, media types, statuses, headers. No cookie is read or set."""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import graphene
import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, GraphQLError, VariableDefinitionNode, execute_sync
from graphql.execution.values import get_variable_values

from cms.graphql.context import GraphQLContext
from cms.graphql.documents import NUL_REFUSED, Document, Documents
from cms.graphql.errors import ErrorCode, RequestRefused, execution_error, log_unexpected
from cms.graphql.limits import Limits
from cms.graphql.timeouts import DeadlineExecutionContext, DeadlinePassed, is_cancelled, statement_timeout
from cms.graphql.tokens import Viewer, viewer_of

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
DEFAULT_TIMEOUT_MS = 2_000
MAX_REPORTED_ERRORS = 20
STATUS_WITHOUT_DATA = {ErrorCode.BAD_INPUT: 400, ErrorCode.TIMEOUT: 504}
VARIABLE_PATH = re.compile(r" at '([\w.\[\]]+)'")
MISSING_FIELD = re.compile(r"Field '(\w+)' of required type")


@dataclass(frozen=True, slots=True)
class Answer:
    body: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The body of a request, its members checked for type."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None
    wants_cost: bool


def graphql_view(schema: graphene.Schema) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view of `schema`; settings are read when it is made."""
    return csrf_exempt(Endpoint(schema).respond)


class Endpoint:
    def __init__(self, schema: graphene.Schema) -> None:
        self.schema = schema.graphql_schema
        self.limits = Limits.from_settings()
        self.documents = Documents(self.schema, limits=self.limits)
        self.timeout_ms: int = getattr(settings, "GRAPHQL_STATEMENT_TIMEOUT_MS", DEFAULT_TIMEOUT_MS)

    def respond(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        media_type = request.get_preferred_type([JSON, GRAPHQL_JSON])
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        else:
            answer = self._answer(request, request_id, is_acceptable=media_type is not None)
            response = HttpResponse(
                orjson.dumps(answer.body),
                status=_status(answer, media_type),
                headers=dict(answer.headers),
                content_type=f"{media_type or JSON}; charset=utf-8",
            )
        response["X-Request-Id"] = request_id
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Accept", "Authorization"])
        _allow_origin(request, response)
        return response

    def _answer(self, request: HttpRequest, request_id: str, *, is_acceptable: bool) -> Answer:
        try:
            if not is_acceptable:
                message = f"Accept {JSON} or {GRAPHQL_JSON}."
                raise RequestRefused(ErrorCode.NOT_ACCEPTABLE, message, status=406)
            return self._executed(request, request_id)
        except RequestRefused as refusal:
            return _refused(refusal, request_id)
        except DeadlinePassed:
            return _timed_out(request_id)
        except (OperationalError, InterfaceError) as error:
            if is_cancelled(error):
                return _timed_out(request_id)
            log_unexpected(error, request_id=request_id, field="-")
            return _unavailable(request_id)

    def _executed(self, request: HttpRequest, request_id: str) -> Answer:
        asked = _read(request, self.limits)
        document = self.documents.get(asked.query)
        operation = document.shape.operation
        if asked.operation_name not in (None, operation.name.value if operation.name else None):
            raise RequestRefused(ErrorCode.BAD_REQUEST, "`operationName` names no operation of the document.")
        cost = document.shape.cost(self._coerced(document, asked.variables))
        if cost > self.limits.cost:
            message = f"The query costs {cost}, more than {self.limits.cost}. Ask for fewer rows at once."
            raise RequestRefused(ErrorCode.TOO_COMPLEX, message)
        viewer = viewer_of(request)
        if document.shape.introspects and not self._may_introspect(viewer):
            message = (
                "Introspection is for development and staff. The schema is published in the documentation."
            )
            raise RequestRefused(ErrorCode.INTROSPECTION_DISABLED, message)
        result = self._run(request, request_id, document, asked=asked, viewer=viewer)
        return _completed(result, request_id, cost=cost if asked.wants_cost else None)

    def _coerced(self, document: Document, variables: dict[str, Any]) -> dict[str, Any]:
        definitions = document.shape.operation.variable_definitions
        coerced = get_variable_values(
            self.schema, definitions, variables, max_errors=5, hide_suggestions=True
        )
        if isinstance(coerced, list):
            refusal = RequestRefused(ErrorCode.INVALID, "Variables do not fit the document.", status=422)
            refusal.errors = [_variable_error(error) for error in coerced]
            raise refusal
        return coerced

    def _may_introspect(self, viewer: Viewer | None) -> bool:
        if getattr(settings, "GRAPHQL_INTROSPECTION", False):
            return True
        return viewer is not None and (
            viewer.is_developer or viewer.user.has_perm("wagtailadmin.access_admin")
        )

    def _run(
        self,
        request: HttpRequest,
        request_id: str,
        document: Document,
        *,
        asked: GraphQLRequest,
        viewer: Viewer | None,
    ) -> ExecutionResult:
        context = GraphQLContext(
            request=request,
            now=timezone.now(),
            viewer=viewer.user if viewer else None,
            request_id=request_id,
            deadline=None if document.shape.is_mutation else time.monotonic() + self.timeout_ms / 1000,
        )

        def execute() -> ExecutionResult:
            return execute_sync(
                self.schema,
                document.ast,
                context_value=context,
                variable_values=asked.variables,
                execution_context_class=DeadlineExecutionContext,
                hide_suggestions=True,
            )

        if document.shape.is_mutation:
            # A booking may wait for another one; its own operation limits how long.
            return execute()
        with statement_timeout(self.timeout_ms):
            return execute()


def _status(answer: Answer, media_type: str | None) -> int:
    """Return the status: the newer media type tells an answer without data by it, the older one says 200."""
    if media_type != GRAPHQL_JSON or answer.status != 200 or answer.body.get("data") is not None:
        return answer.status
    code = answer.body["errors"][0]["extensions"]["code"]
    return STATUS_WITHOUT_DATA.get(code, 500)


def _read(request: HttpRequest, limits: Limits) -> GraphQLRequest:
    if request.method in ("GET", "HEAD"):
        return _read_stored(request)
    if request.method != "POST":
        raise RequestRefused(ErrorCode.METHOD_NOT_ALLOWED, "Send a POST request.", status=405)
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
    return _read_body(request.body)


def _read_stored(request: HttpRequest) -> GraphQLRequest:
    if "documentId" in request.GET:
        raise RequestRefused(ErrorCode.UNKNOWN_DOCUMENT, "No document is stored under this `documentId`.")
    message = "GET serves stored documents by `documentId`; send anything else as a POST request."
    raise RequestRefused(ErrorCode.METHOD_NOT_ALLOWED, message, status=405)


def _read_body(body: bytes) -> GraphQLRequest:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RequestRefused(ErrorCode.BAD_REQUEST, "The body is not JSON.") from None
    if isinstance(data, list):
        raise RequestRefused(ErrorCode.BAD_REQUEST, "Batches are not served. Send one operation per request.")
    if not isinstance(data, dict):
        raise RequestRefused(ErrorCode.BAD_REQUEST, "The body is an object with `query`.")
    if "query" not in data and "documentId" in data:
        raise RequestRefused(ErrorCode.UNKNOWN_DOCUMENT, "No document is stored under this `documentId`.")
    extensions = _member(data, "extensions", dict) or {}
    query = _member(data, "query", str)
    if not query:
        raise RequestRefused(ErrorCode.BAD_REQUEST, "`query` is missing.")
    variables = _member(data, "variables", dict) or {}
    if _has_nul(variables):
        raise RequestRefused(ErrorCode.BAD_REQUEST, NUL_REFUSED)
    return GraphQLRequest(
        query=query,
        variables=variables,
        operation_name=_member(data, "operationName", str) or None,
        wants_cost=extensions.get("cost") is True,
    )


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))


def _member(data: dict[str, Any], name: str, type_: type) -> Any:
    value = data.get(name)
    if value is not None and not isinstance(value, type_):
        kind = "text" if type_ is str else "an object"
        raise RequestRefused(ErrorCode.BAD_REQUEST, f"`{name}` must be {kind}.")
    return value


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


def _completed(result: ExecutionResult, request_id: str, *, cost: int | None) -> Answer:
    errors = (result.errors or [])[:MAX_REPORTED_ERRORS]
    for error in errors:
        if isinstance(error.original_error, (OperationalError, InterfaceError)):
            # Nothing below can be trusted to have been read: the whole answer is given up.
            raise error.original_error
    body: dict[str, Any] = {"data": result.data}
    if errors:
        body["errors"] = _with_id(
            [execution_error(error, request_id=request_id) for error in errors], request_id
        )
    if cost is not None:
        body["extensions"] = {"cost": cost}
    return Answer(body)


def _refused(refusal: RequestRefused, request_id: str) -> Answer:
    headers = {405: {"Allow": "GET, POST, OPTIONS"}, 401: {"WWW-Authenticate": "Bearer"}}.get(
        refusal.status, {}
    )
    return Answer({"errors": _with_id(refusal.errors, request_id)}, status=refusal.status, headers=headers)


def _timed_out(request_id: str) -> Answer:
    message = "The query took too long. Ask for less at once."
    errors = [{"message": message, "extensions": {"code": ErrorCode.TIMEOUT}}]
    return Answer({"data": None, "errors": _with_id(errors, request_id)})


def _unavailable(request_id: str) -> Answer:
    message = "The service is not available just now. Try again in a few seconds."
    errors = [{"message": message, "extensions": {"code": ErrorCode.UNAVAILABLE}}]
    return Answer({"errors": _with_id(errors, request_id)}, status=503, headers={"Retry-After": "5"})


def _with_id(errors: list[dict[str, Any]], request_id: str) -> list[dict[str, Any]]:
    return [{**error, "extensions": {**error["extensions"], "requestId": request_id}} for error in errors]


def _allow_origin(request: HttpRequest, response: HttpResponse) -> None:
    """Let browsers of the allowed origins read the answer, never with credentials."""
    allowed = getattr(settings, "CORS_ALLOWED_ORIGINS", [])
    origin = request.headers.get("Origin", "")
    if "*" in allowed:
        response["Access-Control-Allow-Origin"] = "*"
    else:
        patch_vary_headers(response, ["Origin"])
        if origin not in allowed:
            return
        response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = "X-Request-Id, ETag, Retry-After, RateLimit, RateLimit-Policy"
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Content-Type, Authorization, Accept"
        response["Access-Control-Max-Age"] = "86400"
