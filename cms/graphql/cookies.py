"""Public addresses that neither read nor set cookies, so that any cache may keep their answers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class CookielessPaths:
    """Middleware, before all that reads cookies: drops them from requests to COOKIELESS_PATHS.

    Without it Django answers a malformed cookie with a new one and with `Vary: Cookie`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.COOKIELESS_PATHS:
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)
