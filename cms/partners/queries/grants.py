"""What a partner may show now, where its scripts may ask from, and what marks its visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    DateField,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
)
from django.db.models.functions import JSONObject

from cms.core.models import ClinicSettings
from cms.delivery.queries import document_text as loaded_document_text
from cms.graphql.responses import AllowedOrigins
from cms.graphql.sites import ServedSite
from cms.graphql.statements import Late, kept_rows
from cms.graphql.versions import content_version
from cms.partners.assets import documents
from cms.partners.core import FONTS, ORIGIN, Theme
from cms.partners.models import Partner, PartnerViews
from services.queries import ProcedureRow, visible_procedures

SOURCE_PREFIX = "partner:"
PARTNER_TABLES = frozenset(
    {"partners_partner", "partners_partner_categories", "partners_partner_procedures", "core_clinicsettings"}
)
SINCE: Any = Late("since", DateField())
CALLED: Any = Late("called", CharField())
DEFAULT_ZONE = "UTC"
# It ends in every zone before the calendar does: who means "never" writes 9999-12-31.
FARTHEST_DAY = date(9999, 12, 29)


@dataclass(frozen=True, slots=True)
class Grant:
    """What an active partner may show just now. Days are those of the default site's clinic."""

    pk: int
    key: str
    origins: tuple[str, ...]
    allows_everything: bool
    categories: tuple[str, ...]
    # Keys of sources: a translation is the same procedure.
    procedures: tuple[int, ...]
    # Empty: all.
    locales: tuple[str, ...]
    theme: Theme
    # The instant from which the partner is one no more.
    expires_at: datetime | None

    def allows(self, row: ProcedureRow, *, locale: str) -> bool:
        return self.allows_locale(locale) and (
            self.allows_everything or row.category_slug in self.categories or row.source_id in self.procedures
        )

    def allows_locale(self, locale: str) -> bool:
        return not self.locales or locale in self.locales


@dataclass(frozen=True, slots=True)
class Today:
    """The partner's day so far."""

    day: date
    ends_at: datetime
    # None: no limit.
    views_left: int | None


def find_grant(key: str, *, now: datetime) -> tuple[Grant, Today] | None:
    """Return what the partner with this key may show, and has left today. None for a dead key. One query."""
    # The widest span of calendar days that are today somewhere.
    since = now.astimezone(UTC).date() - timedelta(days=1)
    for row in kept_rows(_partners_called, called=key, since=since):
        zone = ZoneInfo(row["zone"] or DEFAULT_ZONE)
        today = now.astimezone(zone).date()
        if row["expires_on"] is None or row["expires_on"] >= today:
            return _grant(row, zone=zone), _today(row, day=today, zone=zone)
    return None


def allowed_pages(
    rows: Sequence[ProcedureRow],
    *,
    grant: Grant,
    locales: Mapping[int, str],
    site: ServedSite,
    now: datetime,
) -> list[ProcedureRow]:
    """Return those that are visible and that the partner may show; `locales` are by key. One query."""
    kept = {row.pk: row for row in rows if grant.allows_locale(locales[row.pk])}
    found = visible_procedures(site=site, now=now).filter(pk__in=kept)
    if not grant.allows_everything:
        found = found.filter(Q(category__slug__in=grant.categories) | Q(source__in=grant.procedures))
    return [kept[key] for key in found.values_list("pk", flat=True)]


def _partners_called() -> Any:
    views = (
        PartnerViews.objects.filter(partner_id=OuterRef("pk"), day__gte=SINCE)
        .exclude(kind=PartnerViews.Kind.BOOKING)
        .order_by()
        .values("day")
        .annotate(total=Sum("views"))
        .values(counted=JSONObject(day=F("day"), total=F("total")))
    )
    chosen = Partner.categories.through.objects.filter(partner_id=OuterRef("pk"))
    pages = Partner.procedures.through.objects.filter(partner_id=OuterRef("pk"))
    return (
        Partner.objects.filter(slug=CALLED, is_active=True)
        .order_by()
        .values(
            "pk",
            "slug",
            "allowed_origins",
            "content",
            "locales",
            "accent",
            "radius_px",
            "font",
            "scheme",
            "expires_on",
            "daily_quota",
            zone=default_zone(),
            chosen_categories=ArraySubquery(chosen.values("procedurecategory__slug")),
            chosen_procedures=ArraySubquery(pages.values("procedurepage_id")),
            recent=ArraySubquery(views),
        )
    )


def default_zone() -> Subquery:
    clinics = ClinicSettings.objects.filter(site__is_default_site=True)
    return Subquery(clinics.values("time_zone")[:1])


def _grant(row: Mapping[str, Any], *, zone: ZoneInfo) -> Grant:
    return Grant(
        pk=row["pk"],
        key=row["slug"],
        origins=tuple(origin for origin in row["allowed_origins"] if ORIGIN.fullmatch(origin)),
        allows_everything=row["content"] == Partner.Content.ALL,
        categories=tuple(sorted(row["chosen_categories"])),
        procedures=tuple(sorted(row["chosen_procedures"])),
        locales=tuple(sorted(row["locales"])),
        theme=Theme(
            accent=row["accent"], radius_px=row["radius_px"], font=FONTS[row["font"]], scheme=row["scheme"]
        ),
        expires_at=end_of(row["expires_on"], zone=zone) if row["expires_on"] else None,
    )


def _today(row: Mapping[str, Any], *, day: date, zone: ZoneInfo) -> Today:
    seen = sum(each["total"] for each in row["recent"] if each["day"] == day.isoformat())
    quota = row["daily_quota"]
    return Today(
        day=day,
        ends_at=end_of(day, zone=zone),
        views_left=None if quota is None else max(0, quota - seen),
    )


def end_of(day: date, *, zone: ZoneInfo) -> datetime:
    """Return the midnight after a local day, in UTC."""
    following = min(day, FARTHEST_DAY) + timedelta(days=1)
    return datetime.combine(following, time.min, zone).astimezone(UTC)


# Origins and sources of the API -------------------------------------------------------------------


class PartnerOrigins:
    """The origins of all active partners, kept while the content version stays. Safe for threads."""

    def __init__(self) -> None:
        self._kept: tuple[int, AllowedOrigins] | None = None
        self._lock = Lock()

    def __call__(self, now: datetime) -> AllowedOrigins:
        """Return the origins, and until when time alone does not change them. A query where they changed."""
        if not settings.ANSWER_CACHE_MB:
            return active_origins(now=now)
        # Read before the origins: they may be newer than it says, never older.
        version = content_version()
        with self._lock:
            kept = self._kept
        if kept and kept[0] == version and (kept[1].until is None or now < kept[1].until):
            return kept[1]
        found = active_origins(now=now)
        with self._lock:
            self._kept = version, found
        return found


def active_origins(*, now: datetime) -> AllowedOrigins:
    """Return the origins of all partners that are active and not expired. One query."""
    found: set[str] = set()
    ends: list[datetime] = []
    partners = Partner.objects.filter(is_active=True).order_by()
    for origins, expires_on, name in partners.values_list("allowed_origins", "expires_on", default_zone()):
        ends_at = end_of(expires_on, zone=ZoneInfo(name or DEFAULT_ZONE)) if expires_on else None
        if ends_at is None or now < ends_at:
            found.update(origin for origin in origins if ORIGIN.fullmatch(origin))
            ends += [ends_at] if ends_at else []
    return AllowedOrigins(frozenset(found), until=min(ends, default=None))


def source_called(key: str, now: datetime) -> str:
    """Return what visits are marked with that come through this partner, empty for a dead key. One query."""
    found = find_grant(key, now=now)
    return SOURCE_PREFIX + found[0].key if found else ""


def document_text(document_id: str) -> str | None:
    """Return a document of the booking page, or one that was loaded; None for an unknown id.

    At most one query."""
    return documents().get(document_id) or loaded_document_text(document_id)
