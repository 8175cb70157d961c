"""From text to a checked document, once: parsed, measured and validated, then kept for the next request."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import OverlappingFieldsCanBeMergedRule, ValidationContext
from graphql.validation.validate import ValidationAbortedError

from cms.graphql.errors import ErrorCode, InvalidDocument, RequestRefused, formatted
from cms.graphql.limits import Limits, Shape, measure
from cms.graphql.requests import NUL_REFUSED, document_id_of

KEPT_DOCUMENTS = 500
# A syntax tree takes some hundred times its text: this bounds the memory that strangers can fill.
KEPT_CHARACTERS = 250_000


@dataclass(frozen=True, slots=True)
class Document:
    """A document that fits the schema and the limits that need no variables."""

    id: str
    ast: DocumentNode
    shape: Shape


class Documents:
    """The checked documents of one schema; those used last are kept. Safe for threads."""

    def __init__(self, schema: GraphQLSchema, *, limits: Limits) -> None:
        self.schema = schema
        self.limits = limits
        self._rules = _rules(limits)
        self._kept: OrderedDict[str, tuple[Document, int]] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, text: str) -> Document:
        """Return the checked document of `text`. Runs no queries. Raises RequestRefused."""
        key = document_id_of(text)
        document = self.kept(key)
        if document is None:
            document = self._checked(key, text)
            self._keep(document, len(text))
        return document

    def kept(self, key: str) -> Document | None:
        """Return the document with this id if it was asked for before."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def _checked(self, key: str, text: str) -> Document:
        ast = self._parsed(text)
        shape = measure(self.schema, ast, limits=self.limits)
        errors = validate(
            self.schema,
            ast,
            self._rules,
            max_errors=self.limits.validation_errors,
            hide_suggestions=True,
        )
        if named := [error for error in errors if not isinstance(error, ValidationAbortedError)]:
            raise InvalidDocument(named)
        if errors:
            raise RequestRefused(
                ErrorCode.TOO_COMPLEX, "The document is too intricate to check. Simplify it."
            )
        return Document(id=key, ast=ast, shape=shape)

    def _parsed(self, text: str) -> DocumentNode:
        if len(text.encode("utf-8", "surrogatepass")) > self.limits.document_bytes:
            raise RequestRefused(
                ErrorCode.TOO_LARGE,
                f"The document is longer than {self.limits.document_bytes} bytes.",
                status=413,
            )
        try:
            ast = parse(text, max_lexical_tokens=self.limits.tokens, max_comments=self.limits.comments)
        except GraphQLError as error:
            raise _syntax_refusal(error) from None
        if _has_nul(ast):
            raise RequestRefused(ErrorCode.BAD_REQUEST, NUL_REFUSED)
        return ast

    def _keep(self, document: Document, characters: int) -> None:
        with self._lock:
            if document.id in self._kept:
                return
            self._kept[document.id] = document, characters
            self._characters += characters
            while len(self._kept) > KEPT_DOCUMENTS or self._characters > KEPT_CHARACTERS:
                _, (_, freed) = self._kept.popitem(last=False)
                self._characters -= freed


# Returns the text stored under an id, None for an unknown one. One query.
TextOf = Callable[[str], str | None]


class StoredDocuments:
    """Documents by their ids, apart from those of strangers, who cannot push them out."""

    def __init__(self, schema: GraphQLSchema, *, limits: Limits, text_of: TextOf) -> None:
        self._documents = Documents(schema, limits=limits)
        self._text_of = text_of

    def get(self, document_id: str) -> Document:
        """Return the checked document. One query the first time.

        Raises RequestRefused for an unknown one, and for one that a newer schema no longer fits."""
        if document := self._documents.kept(document_id):
            return document
        text = self._text_of(document_id)
        if text is None:
            message = (
                "No document is stored under this `documentId`. Send the document as `query`, or load it."
            )
            raise RequestRefused(ErrorCode.UNKNOWN_DOCUMENT, message)
        return self._documents.get(text)


def _has_nul(ast: DocumentNode) -> bool:
    """Whether a text of the document, escapes resolved, holds what PostgreSQL cannot store."""
    token = ast.loc.start_token if ast.loc else None
    while token:
        if token.value and "\0" in token.value:
            return True
        token = token.next
    return False


def _syntax_refusal(error: GraphQLError) -> RequestRefused:
    # graphql-core tells a limit of the parser from a syntax error by these words alone.
    if not isinstance(error, GraphQLSyntaxError) or error.message.endswith("Parsing aborted."):
        return RequestRefused(ErrorCode.TOO_LARGE, "The document has too many tokens or comments. Split it.")
    refusal = RequestRefused(ErrorCode.SYNTAX_ERROR, error.message)
    refusal.errors = [formatted(error, code=ErrorCode.SYNTAX_ERROR, message=error.message)]
    return refusal


def _rules(limits: Limits) -> tuple[type, ...]:
    """Return the rules of the specification, the quadratic one under our budget."""

    class BudgetedOverlappingFieldsRule(OverlappingFieldsCanBeMergedRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = limits.overlap_budget

    return tuple(
        BudgetedOverlappingFieldsRule if rule is OverlappingFieldsCanBeMergedRule else rule
        for rule in specified_rules
    )
