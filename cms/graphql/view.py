"""The endpoint: what is asked, by whom, and whether it is answered from a cache, by executing it, or refused.

No cookie is read or set. `requests.py` reads HTTP and `responses.py` writes it.
"""

import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import graphene
import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, execute_sync
from graphql.execution.values import get_variable_values

from cms.graphql.answers import Answer, AnswerCache, PublicAnswer
from cms.graphql.cache_tags import noting_tables
from cms.graphql.context import GraphQLContext
from cms.graphql.documents import Document, Documents, StoredDocuments, TextOf
from cms.graphql.errors import (
    ErrorCode,
    InvalidVariables,
    MethodNotAllowed,
    RequestRefused,
    execution_error,
    log_unexpected,
)
from cms.graphql.freshness import Freshness
from cms.graphql.limits import Limits, check_cost
from cms.graphql.rate_limits import ARRIVAL_POINTS, RateLimits, client_of, user_client_of
from cms.graphql.requests import GRAPHQL_JSON, JSON, GraphQLRequest, document_id_of, read_request
from cms.graphql.responses import (
    MoreOrigins,
    allow_origin,
    no_origins,
    preferred_type,
    preflight,
    response_of,
)
from cms.graphql.timeouts import DeadlineExecutionContext, DeadlinePassed, is_cancelled, statement_timeout
from cms.graphql.tokens import Viewer, viewer_of

DEFAULT_TIMEOUT_MS = 2_000
MAX_REPORTED_ERRORS = 20
CHARACTERS_PER_POINT = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be executed: everything about it is known and checked."""

    request: HttpRequest
    request_id: str
    now: datetime
    asked: GraphQLRequest
    document: Document
    cost: int
    viewer: Viewer | None
    # Whose points it takes.
    client: str

    @property
    def cache_key(self) -> bytes:
        """Everything that an answer for everybody depends on; variables that the document lacks do not."""
        definitions = self.document.shape.operation.variable_definitions
        declared = {definition.variable.name.value for definition in definitions}
        variables = {name: value for name, value in self.asked.variables.items() if name in declared}
        request = self.request
        # Sites are told apart by the port too, which the Host header need not name.
        place = [request.scheme, request.get_host(), request.get_port()]
        asked = [self.document.id, self.asked.wants_cost, variables]
        return orjson.dumps([*place, *asked], option=orjson.OPT_SORT_KEYS)


def nothing_stored(document_id: str) -> None:
    return None


# What visits are marked with that are booked with this `Clinic-Partner` header; empty for an unknown one.
SourceOf = Callable[[str, datetime], str]


def no_source(partner: str, now: datetime) -> str:
    return ""


def graphql_view(
    schema: graphene.Schema,
    *,
    stored_documents: TextOf = nothing_stored,
    answers: AnswerCache | None = None,
    more_origins: MoreOrigins = no_origins,
    source_of: SourceOf = no_source,
) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view of `schema`; limits are read when it is made.

    `more_origins` are allowed beside CORS_ALLOWED_ORIGINS."""
    endpoint = Endpoint(schema, stored_documents=stored_documents, answers=answers)
    endpoint.more_origins, endpoint.source_of = more_origins, source_of
    return csrf_exempt(endpoint.respond)


class Endpoint:
    more_origins: MoreOrigins
    source_of: SourceOf

    def __init__(
        self, schema: graphene.Schema, *, stored_documents: TextOf, answers: AnswerCache | None
    ) -> None:
        self.schema = schema.graphql_schema
        self.limits = Limits.from_settings()
        self.documents = Documents(self.schema, limits=self.limits)
        self.stored = StoredDocuments(self.schema, limits=self.limits, text_of=stored_documents)
        self.answers = answers
        self.rate_limits = RateLimits()
        self.timeout_ms: int = getattr(settings, "GRAPHQL_STATEMENT_TIMEOUT_MS", DEFAULT_TIMEOUT_MS)

    def respond(self, request: HttpRequest) -> HttpResponse:
        request_id, now = uuid.uuid4().hex, timezone.now()
        if request.method == "OPTIONS":
            response = preflight(request, now=now, more_origins=self.more_origins)
        else:
            client = client_of(request)
            answer = self._answer(request, request_id, client=client, now=now)
            rate_limit = self.rate_limits.headers(client)
            response = response_of(answer, request, now=now, rate_limit=rate_limit)
            allow_origin(request, response, now=now, more_origins=self.more_origins)
        response["X-Request-Id"] = request_id
        return response

    def _answer(
        self, request: HttpRequest, request_id: str, *, client: str, now: datetime
    ) -> Answer | PublicAnswer:
        try:
            self.rate_limits.charge(client, ARRIVAL_POINTS)
            call = self._call(request, request_id, client=client, now=now)
            if self.answers is None or call.viewer or call.document.shape.freshness is not Freshness.CONTENT:
                return self._executed(call)
            return self.answers.get_or_make(call.cache_key, now=now, make=lambda: self._executed(call))
        except RequestRefused as refusal:
            body = {"errors": _with_id(refusal.errors, request_id)}
            return Answer(body, status=refusal.status, headers=refusal.headers)
        except DeadlinePassed:
            return _timed_out(request_id)
        except (OperationalError, InterfaceError) as error:
            if is_cancelled(error):
                return _timed_out(request_id)
            log_unexpected(error, request_id=request_id, field="-")
            return _unavailable(request_id)

    def _call(self, request: HttpRequest, request_id: str, *, client: str, now: datetime) -> Call:
        """Return the request as it may be executed. Raises RequestRefused."""
        if preferred_type(request) is None:
            message = f"Accept {JSON} or {GRAPHQL_JSON}."
            raise RequestRefused(ErrorCode.NOT_ACCEPTABLE, message, status=406)
        asked = read_request(request, limits=self.limits)
        viewer = viewer_of(request)
        document = self._document(asked, client, viewer)
        _check_operation(asked, document)
        cost = document.shape.cost(self._coerced(document, asked.variables))
        check_cost(cost, limits=self.limits)
        if document.shape.introspects and not _may_introspect(viewer):
            message = (
                "Introspection is for development and staff. The schema is published in the documentation."
            )
            raise RequestRefused(ErrorCode.INTROSPECTION_DISABLED, message)
        return Call(
            request=request,
            request_id=request_id,
            now=now,
            asked=asked,
            document=document,
            cost=cost,
            viewer=viewer,
            client=user_client_of(viewer.user.pk) if viewer else client,
        )

    def _document(self, asked: GraphQLRequest, client: str, viewer: Viewer | None) -> Document:
        if asked.query is not None and (viewer or not settings.GRAPHQL_STORED_DOCUMENTS_ONLY):
            if self.documents.kept(document_id_of(asked.query)) is None:
                # Parsing and checking may cost more than all else.
                self.rate_limits.charge(client, len(asked.query) // CHARACTERS_PER_POINT)
            return self.documents.get(asked.query)
        if asked.document_id is None:
            message = (
                "Only stored documents are answered here. Have yours loaded and send its `documentId`, "
                "or send a bearer token."
            )
            raise RequestRefused(ErrorCode.STORED_DOCUMENTS_ONLY, message, status=403)
        return self.stored.get(asked.document_id)

    def _coerced(self, document: Document, variables: dict[str, Any]) -> dict[str, Any]:
        definitions = document.shape.operation.variable_definitions
        coerced = get_variable_values(
            self.schema, definitions, variables, max_errors=5, hide_suggestions=True
        )
        if isinstance(coerced, list):
            raise InvalidVariables(coerced)
        return coerced

    def _executed(self, call: Call) -> Answer | PublicAnswer:
        self.rate_limits.charge(call.client, call.cost)
        if call.document.shape.is_mutation:
            return self._run(call)
        began = timezone.now()
        try:
            return self._run(call)
        finally:
            milliseconds = (timezone.now() - began).total_seconds() * 1000
            self.rate_limits.note_time(call.client, milliseconds=milliseconds, charged=call.cost)

    def _run(self, call: Call) -> Answer | PublicAnswer:
        is_mutation = call.document.shape.is_mutation
        partner = call.request.headers.get("Clinic-Partner", "") if is_mutation else ""
        context = GraphQLContext(
            request=call.request,
            now=call.now,
            viewer=call.viewer.user if call.viewer else None,
            request_id=call.request_id,
            source=self.source_of(partner, call.now) if partner else "",
            # A booking may wait for another one; its own operation limits how long.
            deadline=None if is_mutation else time.monotonic() + self.timeout_ms / 1000,
        )
        with ExitStack() as stack:
            if not is_mutation:
                stack.enter_context(statement_timeout(self.timeout_ms))
            tables = stack.enter_context(noting_tables())
            stack.enter_context(context.cleanup)
            result = execute_sync(
                self.schema,
                call.document.ast,
                context_value=context,
                variable_values=call.asked.variables,
                execution_context_class=DeadlineExecutionContext,
                hide_suggestions=True,
            )
        return _completed(result, call, context, tables=frozenset(tables))


def _check_operation(asked: GraphQLRequest, document: Document) -> None:
    operation = document.shape.operation
    if asked.operation_name not in (None, operation.name.value if operation.name else None):
        raise RequestRefused(ErrorCode.BAD_REQUEST, "`operationName` names no operation of the document.")
    if asked.is_safe and document.shape.is_mutation:
        message = "The document changes something: send it as a POST request."
        raise MethodNotAllowed(message)


def _may_introspect(viewer: Viewer | None) -> bool:
    if getattr(settings, "GRAPHQL_INTROSPECTION", False):
        return True
    return viewer is not None and (viewer.is_developer or viewer.user.has_perm("wagtailadmin.access_admin"))


def _completed(
    result: ExecutionResult, call: Call, context: GraphQLContext, *, tables: frozenset[str]
) -> Answer | PublicAnswer:
    errors = (result.errors or [])[:MAX_REPORTED_ERRORS]
    for error in errors:
        if isinstance(error.original_error, (OperationalError, InterfaceError)):
            # Nothing below can be trusted to have been read: the whole answer is given up.
            raise error.original_error
    body: dict[str, Any] = {"data": result.data}
    if errors:
        told = [execution_error(error, request_id=call.request_id) for error in errors]
        body["errors"] = _with_id(told, call.request_id)
    extensions = context.extensions | ({"cost": call.cost} if call.asked.wants_cost else {})
    if extensions:
        body["extensions"] = extensions
    freshness = call.document.shape.freshness
    if errors or call.viewer or context.is_private or freshness is Freshness.PRIVATE:
        return Answer(body, headers={"X-Robots-Tag": "noindex"} if context.is_private else {})
    return PublicAnswer(
        body=orjson.dumps(body), freshness=freshness, fresh_until=context.expires_at, tables=tables
    )


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
