"""Public addresses that neither read nor set cookies, so that any cache may keep their answers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from wagtail.contrib.redirects.middleware import RedirectMiddleware


def is_cookieless(path: str) -> bool:
    return path in settings.COOKIELESS_PATHS or path.startswith(settings.COOKIELESS_PREFIXES)


class CookielessPaths:
    """Middleware, before all that reads cookies: drops them from requests to cookieless addresses.

    Without it Django answers a malformed cookie with a new one and with `Vary: Cookie`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_cookieless(request.path):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class _ByCookie(MiddlewareMixin):
    """Middleware that is left out where there are no cookies to go by."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_cookieless(request.path):
            return self.get_response(request)
        return super().__call__(request)


class Sessions(_ByCookie, SessionMiddleware):
    pass


class Users(_ByCookie, AuthenticationMiddleware):
    pass


class Messages(_ByCookie, MessageMiddleware):
    pass


class Redirects(_ByCookie, RedirectMiddleware):
    """Nothing of these addresses moves, and their refusals should cost no look at the redirects."""
