"""Who asks: bearer tokens of staff and integrations. Cookies are never read here."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.http import HttpRequest
from wagtail.models import APIToken

from cms.graphql.errors import ErrorCode, RequestRefused

DEVELOPER_TOKEN_PREFIX = "developer_"
DEVELOPER_TOKEN_SECONDS = 3600
SALT = "cms.graphql.developer"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The user of a valid token. `is_developer`: the token was made for the GraphiQL page."""

    user: Any
    is_developer: bool


def issue_developer_token(user: AbstractBaseUser) -> str:
    """Return a token for the GraphiQL page, valid for an hour; it may read the schema. For signed-in staff
    only."""
    return DEVELOPER_TOKEN_PREFIX + signing.dumps(user.pk, salt=SALT)


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Return whose bearer token this is, None without one. One query with a token, none without.

    Raises RequestRefused (401) for an unknown, expired or revoked token and for users who may no longer sign
    in.
    """
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() == "bearer":
        is_developer = token.startswith(DEVELOPER_TOKEN_PREFIX)
        user = _developer(token) if is_developer else _token_owner(token)
        if user is not None and user.is_active:
            return Viewer(user=user, is_developer=is_developer)
    raise RequestRefused(
        ErrorCode.UNAUTHENTICATED,
        "The token is unknown or has expired. Send a new one, or none.",
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
    )


def _developer(token: str) -> Any:
    try:
        pk = signing.loads(
            token.removeprefix(DEVELOPER_TOKEN_PREFIX), salt=SALT, max_age=DEVELOPER_TOKEN_SECONDS
        )
    except signing.BadSignature:
        return None
    return get_user_model()._default_manager.filter(pk=pk).first()


def _token_owner(token: str) -> Any:
    if not APIToken.validate_token_format(token):
        return None
    found = APIToken.objects.select_related("user").filter(
        key_hash__in=APIToken.candidate_key_hashes(token), revoked_at__isnull=True
    )
    return next((row.user for row in found), None)
