"""The demo's page for drafts: what a front end of your own has in its place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

PREVIEW_POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    # The editor shows the page in its panel.
    "frame-ancestors 'self'",
]


@require_safe
@xframe_options_sameorigin
@cache_control(private=True, no_store=True)
def preview(request: HttpRequest) -> HttpResponse:
    """Serve the page, the same for everybody; its script asks the API for the draft."""
    response = render(request, "cms/preview.html")
    response["Content-Security-Policy"] = "; ".join(PREVIEW_POLICY)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
