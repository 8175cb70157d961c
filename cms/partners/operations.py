"""Counting what partners' readers see: by day, never by person."""

from datetime import date, timedelta

from django.db import connection

from cms.partners.models import PartnerViews
from cms.partners.queries import Grant, Today

VIEWS_KEPT = timedelta(days=2 * 366)
COUNT = """
INSERT INTO partners_partnerviews AS known (partner_id, day, kind, procedure, origin, views)
SELECT id, %s, %s, %s, %s, 1 FROM partners_partner WHERE id = %s
ON CONFLICT (partner_id, day, kind, procedure, origin) DO UPDATE SET views = known.views + 1
"""


def count_view(
    *, grant: Grant, today: Today, kind: PartnerViews.Kind, procedure: str = "", origin: str = ""
) -> None:
    """Add one view to the day's counter. One statement; nothing where the partner was deleted meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [today.day, kind.value, procedure, origin, grant.pk])


def delete_old_views(*, today: date) -> int:
    """Delete the counters of days more than two years ago; return how many."""
    deleted, _ = PartnerViews.objects.filter(day__lt=today - VIEWS_KEPT).delete()
    return deleted
