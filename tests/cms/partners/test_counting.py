"""Views are counted by day and kind, never by person; the quota of a day; the report."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from cms.management.commands.run_jobs import delete_expired
from cms.partners.models import Partner, PartnerViews
from cms.partners.operations import VIEWS_KEPT, count_view
from cms.partners.queries import ReportRow, find_grant, report, sightings
from schedules.models import Appointment
from tests import factories
from tests.cms.partners.worlds import (
    ARTICLE,
    BOOKING,
    CONTENT,
    KEY,
    NOW,
    ORIGIN,
    TODAY,
    get,
    make_clinic,
    make_partner,
)

pytestmark = pytest.mark.django_db
PREVIEW = "http://localhost/admin/snippets/partners/partner/code/1/preview/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def counted() -> set[tuple[Any, ...]]:
    return set(PartnerViews.objects.values_list("day", "kind", "procedure", "origin", "views"))


def test_views_are_counted_by_day_kind_procedure_and_origin() -> None:
    make_clinic()
    make_partner()
    for _ in range(2):
        get(ARTICLE, referer=f"{ORIGIN}/classes?patient=secret")
    get(CONTENT, origin=ORIGIN)
    get(CONTENT)
    get(f"{BOOKING}?procedure=micro-needling", referer="https://elsewhere.example/")

    assert counted() == {
        (TODAY, "article", "micro-needling", ORIGIN, 2),
        (TODAY, "element", "micro-needling", ORIGIN, 1),
        (TODAY, "element", "micro-needling", "", 1),
        (TODAY, "booking", "micro-needling", "", 1),
    }


def test_only_readers_are_counted() -> None:
    make_clinic()
    make_partner()
    Client().head(ARTICLE, headers={"host": "localhost"})
    Client().options(CONTENT, headers={"host": "localhost", "origin": ORIGIN})
    get(CONTENT, origin="https://thief.example")
    get(ARTICLE, referer=PREVIEW)
    get(f"/embed/{KEY}/procedures/unknown/")
    get("/oembed?url=http://localhost" + ARTICLE)
    assert counted() == set()
    known = get(ARTICLE)["ETag"]
    get(ARTICLE, if_none_match=known)

    assert counted() == {(TODAY, "article", "micro-needling", "", 2)}


def test_nobody_gets_past_a_quota_by_saying_to_be_a_preview() -> None:
    make_clinic()
    make_partner(daily_quota=1)

    assert [get(ARTICLE, referer=PREVIEW).status_code for _ in range(2)] == [200, 429]


def test_nothing_of_the_reader_is_stored() -> None:
    names = {field.name for field in PartnerViews._meta.get_fields()}

    assert names == {"id", "partner", "day", "kind", "procedure", "origin", "views"}


def test_quota_ends_the_day_with_a_neutral_answer(clock: Any) -> None:
    make_clinic()
    make_partner(daily_quota=2)
    statuses = [get(ARTICLE).status_code, get(CONTENT).status_code]
    page, data = get(ARTICLE), get(CONTENT, origin=ORIGIN)

    assert statuses == [200, 200]
    assert (page.status_code, data.status_code) == (429, 429)
    # Six in the evening: six hours to midnight in Denver.
    assert {page["Retry-After"], data["Retry-After"]} == {str(6 * 3600 + 1)}
    assert "Not available here" in page.content.decode()
    assert f"frame-ancestors 'self' {ORIGIN}" in page["Content-Security-Policy"]
    assert data["Access-Control-Allow-Origin"] == ORIGIN
    assert {page["Cache-Control"], data["Cache-Control"]} == {"private, no-store"}
    assert get(BOOKING).status_code == 200
    clock.move_to(datetime.fromisoformat("2027-03-02T06:59:59Z"))
    assert get(ARTICLE).status_code == 429
    clock.move_to(datetime.fromisoformat("2027-03-02T07:00:00Z"))
    assert get(ARTICLE).status_code == 200


def test_booking_pages_and_strangers_use_up_no_quota() -> None:
    make_clinic()
    make_partner(daily_quota=1)
    for _ in range(3):
        get(BOOKING)
        get(CONTENT, origin="https://thief.example")

    assert get(ARTICLE).status_code == 200


def test_midnight_is_that_of_the_clinics_summer_time(clock: Any) -> None:
    """On the night to 14 March clocks in Denver go forward: the day after begins an hour earlier."""
    make_clinic()
    make_partner(daily_quota=1)
    clock.move_to(datetime.fromisoformat("2027-03-14T07:30:00Z"))
    get(ARTICLE)

    assert get(ARTICLE)["Retry-After"] == str(int(22.5 * 3600) + 1)
    assert {row[0] for row in counted()} == {date(2027, 3, 14)}


def make_visit(reference: str, *, source: str, created_at: str) -> Appointment:
    procedure = factories.make_procedure(title=reference)
    visit = factories.make_appointment(
        procedure=procedure,
        provider=factories.make_provider(name=reference, offers=[procedure]),
        location=factories.make_location(name=reference),
        starts_at=NOW,
        reference=reference,
    )
    Appointment.objects.filter(pk=visit.pk).update(source=source, created_at=created_at)
    return visit


def test_report_has_a_row_for_each_partner_and_day() -> None:
    gym, spa = make_partner(), make_partner(slug="spa", name="Spa")
    for partner, day, kind, views in (
        (gym, 1, "article", 3),
        (gym, 1, "element", 4),
        (gym, 2, "booking", 5),
        (spa, 1, "element", 6),
        (spa, 9, "element", 7),
    ):
        PartnerViews.objects.create(partner=partner, day=date(2027, 3, day), kind=kind, views=views)
    make_visit("AAAA-1", source="partner:gym", created_at="2027-03-02T06:30:00Z")
    make_visit("AAAA-2", source="Mile High Chiropractic", created_at="2027-03-02T06:30:00Z")
    hold = make_visit("AAAA-3", source="partner:gym", created_at="2027-03-02T06:30:00Z")
    Appointment.objects.filter(pk=hold.pk).update(hold_expires_at=NOW)
    days = {"first": date(2027, 3, 1), "last": date(2027, 3, 2)}

    assert report(**days, partner_id=None) == [
        ReportRow(date(2027, 3, 2), "Gym", 0, 0, 5, 0),
        ReportRow(date(2027, 3, 1), "Gym", 3, 4, 0, 1),
        ReportRow(date(2027, 3, 1), "Spa", 0, 6, 0, 0),
    ]
    assert report(**days, partner_id=spa.pk) == [ReportRow(date(2027, 3, 1), "Spa", 0, 6, 0, 0)]


def test_counters_are_deleted_after_two_years() -> None:
    partner = make_partner()
    today = NOW.date()
    days = [today - VIEWS_KEPT - timedelta(days=1), today - VIEWS_KEPT, today]
    for day in days:
        PartnerViews.objects.create(partner=partner, day=day, kind="article", views=2)
    delete_expired(NOW)

    assert set(PartnerViews.objects.values_list("day", flat=True)) == set(days[1:])


def test_sightings_name_the_last_day_of_each_origin() -> None:
    partner = make_partner()
    for day, origin in ((1, ORIGIN), (3, ORIGIN), (2, "")):
        PartnerViews.objects.create(
            partner=partner, day=date(2027, 3, day), kind="article", origin=origin, views=2
        )

    assert sightings(partner.pk, since=date(2027, 3, 1)) == [
        (ORIGIN, date(2027, 3, 3), 4),
        ("", date(2027, 3, 2), 2),
    ]
    assert sightings(partner.pk, since=date(2027, 4, 1)) == []


def test_view_of_a_partner_that_is_deleted_meanwhile_is_not_counted() -> None:
    make_partner()
    found = find_grant(KEY, now=NOW)
    assert found
    Partner.objects.all().delete()
    count_view(grant=found[0], today=found[1], kind=PartnerViews.Kind.ARTICLE)

    assert counted() == set()
