"""Telling the CDN what has changed, and storing the documents of front ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from cms.delivery.cdn import Account, purge_tags
from cms.delivery.models import ContentChange, StoredDocument
from cms.graphql.cache_tags import cache_tag


def purge_changes() -> int:
    """Make the CDN forget the answers of all tables that changed since the last time; return their number.

    The order is what the tables themselves say, so none is lost: a version counts as purged only after the
    CDN has agreed, and a change in the meantime is a later version. Raises PurgeFailed.
    """
    if not settings.CDN:
        return 0
    changes = list(ContentChange.objects.filter(version__gt=F("purged_version")).order_by("tag"))
    account = Account(
        provider=settings.CDN, zone=settings.CDN_ZONE, token=settings.CDN_TOKEN, api_url=settings.CDN_API_URL
    )
    purge_tags([cache_tag(change.tag) for change in changes], account=account)
    for change in changes:
        # One statement each: whoever publishes holds such rows until the commit, in an order of its own.
        ContentChange.objects.filter(pk=change.pk).update(purged_version=change.version)
    return len(changes)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document that fits the schema, and the name of its operation."""

    name: str
    text: str


@transaction.atomic
def store_documents(*, documents: Mapping[str, DocumentText], prune: bool, now: datetime) -> int:
    """Store checked documents by their ids; those that are there stay as they are.

    With `prune`, remove all others. Returns how many were removed.
    """
    rows = [
        StoredDocument(pk=key, name=document.name, text=document.text, loaded_at=now)
        for key, document in documents.items()
    ]
    StoredDocument.objects.bulk_create(rows, ignore_conflicts=True)
    if not prune:
        return 0
    return StoredDocument.objects.exclude(pk__in=documents).delete()[0]
