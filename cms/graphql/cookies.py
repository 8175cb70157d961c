"""Public addresses that neither read nor set cookies, so that any cache may keep their answers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin


class CookielessPaths:
    """Middleware, before all that reads cookies: drops them from requests to COOKIELESS_PATHS.

    Without it Django answers a malformed cookie with a new one and with `Vary: Cookie`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.COOKIELESS_PATHS:
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class _ByCookie(MiddlewareMixin):
    """Middleware that is left out where there are no cookies to go by."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path in settings.COOKIELESS_PATHS:
            return self.get_response(request)
        return super().__call__(request)


class Sessions(_ByCookie, SessionMiddleware):
    pass


class Users(_ByCookie, AuthenticationMiddleware):
    pass


class Messages(_ByCookie, MessageMiddleware):
    pass
