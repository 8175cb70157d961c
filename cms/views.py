"""The GraphiQL page, where developers among the staff try the API."""

import secrets
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from cms.graphql.tokens import issue_developer_token

EXAMPLES = Path(__file__).parent / "examples"
GRAPHIQL_POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-{nonce}'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
]


def example_documents() -> list[str]:
    """Return the documents in the order of the steps: read, find a time, book, hold, wait, move, cancel."""
    return [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.graphql"))]


@require_safe
@require_admin_access
@cache_control(private=True, no_store=True)
def graphiql(request: HttpRequest) -> HttpResponse:
    """Serve the page with a token that is valid for an hour, because the endpoint itself reads no cookie."""
    assert request.user.is_authenticated
    nonce = secrets.token_urlsafe(16)
    context = {
        "graphiql": {
            "endpoint": "/graphql/",
            "token": issue_developer_token(request.user),
            "styleNonce": nonce,
            "examples": example_documents(),
        }
    }
    response = render(request, "cms/graphiql.html", context)
    response["Content-Security-Policy"] = "; ".join(GRAPHIQL_POLICY).format(nonce=nonce)
    return response
