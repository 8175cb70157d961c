"""Reads of the admin: what a partner can be given code for, and how often its embeds were seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Count,
    DateField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import TruncDate

from cms.core.models import ClinicSettings
from cms.graphql.sites import LocaleRoot, ServedSite
from cms.partners.models import Partner, PartnerViews
from cms.partners.queries.grants import DEFAULT_ZONE, SOURCE_PREFIX, end_of
from providers.queries import visible_providers
from schedules.models import Appointment
from services.queries import visible_procedures


def shown_procedures(
    partner: Partner, *, site: ServedSite, root: LocaleRoot, now: datetime
) -> list[tuple[str, str]]:
    """Return slug and title of each procedure in a locale that the partner may show, by title."""
    pages = visible_procedures(site=site, now=now).filter(path__startswith=root.path)
    if partner.content == Partner.Content.CHOSEN:
        chosen = Q(source__in=partner.procedures.values("pk"))
        pages = pages.filter(chosen | Q(category__in=partner.categories.all()))
    return list(pages.order_by("title", "pk").values_list("slug", "title"))


def shown_providers(*, site: ServedSite, root: LocaleRoot, now: datetime) -> list[tuple[str, str]]:
    pages = visible_providers(site=site, now=now).filter(path__startswith=root.path)
    return list(pages.order_by("name", "pk").values_list("slug", "title"))


def with_activity(partners: QuerySet[Partner], *, today: date, since: date) -> QuerySet[Any]:
    """Add to each partner the `recent_views` since a day, when it was `last_seen_on`, and `today`."""
    return partners.annotate(
        recent_views=Sum("views__views", filter=Q(views__day__gte=since)),
        last_seen_on=Max("views__day"),
        today=Value(today, output_field=DateField()),
    )


# The report ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One partner on one day."""

    day: date
    partner: str
    articles: int
    elements: int
    booking_pages: int
    bookings: int


def report(*, first: date, last: date, partner_id: int | None) -> list[ReportRow]:
    """Return a row for each partner and day with views or bookings, the latest day first. Three queries.

    Bookings count on the day they were made, in the clinic's time zone, whatever became of them."""
    partners = {each.slug: each for each in Partner.objects.all() if partner_id in (None, each.pk)}
    found: dict[tuple[date, str], dict[str, int]] = {}
    views = PartnerViews.objects.filter(day__range=(first, last), partner__slug__in=partners)
    for day, slug, kind, total in views.values_list("day", "partner__slug", "kind").annotate(Sum("views")):
        found.setdefault((day, slug), {})[kind] = total
    for day, slug, total in _bookings(partners, first=first, last=last):
        found.setdefault((day, slug), {})["booked"] = total
    return [
        ReportRow(
            day=day,
            partner=partners[slug].name,
            articles=counts.get(PartnerViews.Kind.ARTICLE, 0),
            elements=counts.get(PartnerViews.Kind.ELEMENT, 0),
            booking_pages=counts.get(PartnerViews.Kind.BOOKING, 0),
            bookings=counts.get("booked", 0),
        )
        for (day, slug), counts in sorted(
            found.items(), key=lambda item: (-item[0][0].toordinal(), item[0][1])
        )
    ]


def _bookings(keys: Collection[str], *, first: date, last: date) -> list[tuple[date, str, int]]:
    zone = clinic_zone()
    visits = Appointment.objects.filter(
        source__in=[SOURCE_PREFIX + key for key in keys],
        # A row that has it is a hold that became no visit.
        hold_expires_at=None,
        created_at__gte=datetime.combine(first, time.min, zone),
        created_at__lt=end_of(last, zone=zone),
    )
    days = visits.order_by().annotate(day=TruncDate("created_at", tzinfo=zone))
    rows = days.values_list("day", "source").annotate(Count("pk"))
    return [(day, source.removeprefix(SOURCE_PREFIX), total) for day, source, total in rows]


def clinic_zone() -> ZoneInfo:
    """Return the zone in which partners' days are counted. One query."""
    clinics = ClinicSettings.objects.filter(site__is_default_site=True)
    return ZoneInfo(clinics.values_list("time_zone", flat=True).first() or DEFAULT_ZONE)


def sightings(partner_id: int, *, since: date) -> list[tuple[str, date, int]]:
    """Return the origins where embeds of the partner were seen: the last day, and views since `since`.

    The latest first; an empty origin stands for browsers that did not say. One query."""
    views = PartnerViews.objects.filter(partner_id=partner_id, day__gte=since)
    rows = views.order_by().values("origin").annotate(last_seen_on=Max("day"), total=Sum("views"))
    return list(rows.order_by("-last_seen_on", "origin").values_list("origin", "last_seen_on", "total"))
