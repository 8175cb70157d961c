"""Reads of previews."""

from datetime import datetime

from django.db.models import QuerySet

from cms.previews.models import Preview
from cms.previews.tokens import hash_of


def current_previews(*, now: datetime) -> QuerySet[Preview]:
    """Return those that can be shown: neither expired nor revoked, and opened by somebody who may sign in."""
    return Preview.objects.filter(expires_at__gt=now, revoked_at__isnull=True, user__is_active=True)


def find_preview(token: str, *, now: datetime) -> Preview | None:
    """Return the current preview of `token`. Looked up by hash: the time it takes tells nothing."""
    found = current_previews(now=now).filter(token_hash=hash_of(token))
    return found.select_related("content_type", "page", "parent").first()
