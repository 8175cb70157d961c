"""Calendar feeds: a new one gets its token, a use is noted."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from cms.feeds.models import CalendarFeed
from cms.previews.tokens import hash_of, new_token


def give_token(feed: CalendarFeed, *, user: Any, now: datetime) -> str:
    """Prepare a new feed for being saved and return its token, which nobody can read again."""
    token = new_token()
    feed.token_hash, feed.created_at, feed.created_by = hash_of(token), now, user
    return token


def note_use(feed_id: int, *, today: date) -> None:
    """Note the day on which a feed was last read. Writes once a day."""
    unused = CalendarFeed.objects.filter(Q(last_used_on__isnull=True) | Q(last_used_on__lt=today), pk=feed_id)
    unused.update(last_used_on=today)
