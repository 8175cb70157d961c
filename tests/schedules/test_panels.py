"""What the editors of pages and places store, sent as a browser without scripts sends it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from recurrence import serialize
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from providers.models import ProviderPage
from schedules.models import AvailabilityRule, BookingPolicy, Location
from services.models import ProcedurePage
from tests.factories import make_location, make_procedure, make_provider, make_rule, make_staff

pytestmark = pytest.mark.django_db
TUESDAYS = {
    "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU",
    "valid_from": "2035-01-02",
    "valid_until": "",
    "start_time": "9:00",
    "end_time": "17:00",
    # A tuple is sent as several values of one name.
    "procedures": (),
}
POLICY = {
    "duration_minutes": "45",
    "durations": "30,60",
    "slot_step_minutes": "15",
    "buffer_before_minutes": "0",
    "buffer_after_minutes": "10",
    "min_notice_minutes": "120",
    "horizon_days": "90",
    "cancel_cutoff_minutes": "60",
    "reschedule_cutoff_minutes": "60",
    "max_per_provider_per_day": "",
    "room_kind": "treatment",
    "requires_confirmation": "on",
}


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(make_staff())
    return client


def publish(client: Client, page: ProcedurePage | ProviderPage, fields: dict[str, Any]) -> Any:
    common = {"slug": page.slug, "action-publish": "Publish", "comments": inline_formset([])}
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, nested_form_data(common | fields))


@pytest.mark.parametrize("action", [{}, {"action-publish": "Publish"}])
def test_new_provider_gets_title_and_slug_from_the_name(superuser: Client, action: dict[str, str]) -> None:
    index = make_provider().get_parent()
    common = {"slug": "", "comments": inline_formset([]), "name": "Zoë Test"} | action
    address = reverse("wagtailadmin_pages:add", args=["providers", "providerpage", index.pk])

    answer = superuser.post(address, nested_form_data(provider_fields([]) | common))

    assert answer.status_code == 302
    made = ProviderPage.objects.get(slug="zoe-test")
    assert (made.title, made.live) == ("Dr. Zoë Test", bool(action))


def provider_fields(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "honorific": "Dr.",
        "name": "Sarah White",
        "biography": rich_text("<p>Short.</p>"),
        "offerings": inline_formset([]),
        "availability_rules": inline_formset(rules),
    }


def procedure_fields(*, policies: list[dict[str, Any]], reviews: list[dict[str, Any]]) -> dict[str, Any]:
    texts = {name: rich_text("") for name in ("introduction", "how_it_works", "aftercare")}
    streams = {name: streamfield([]) for name in ("what_to_expect", "benefits", "risks", "faqs", "body")}
    inlines = {
        "booking_policies": inline_formset(policies),
        "medical_reviews": inline_formset(reviews),
    }
    return {"title": "Micro needling", "summary": "What it is."} | texts | streams | inlines


def test_rule_is_stored_from_plain_text(superuser: Client) -> None:
    provider, denver = make_provider(), make_location()
    answer = publish(superuser, provider, provider_fields([TUESDAYS | {"location": denver.pk, "ORDER": 1}]))

    assert answer.status_code == 302
    rule = AvailabilityRule.objects.get(page=provider)
    assert (serialize(rule.recurrence), rule.location, rule.valid_from, rule.start_time, rule.end_time) == (
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        denver,
        date(2035, 1, 2),
        "09:00",
        "17:00",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE:20350109T000000Z"},
            "EXDATE is not supported: add an exception that closes the dates instead.",
        ),
        ({"recurrence": ""}, "Choose on which days the hours apply."),
        ({"start_time": "25:00"}, "Use 24-hour time such as 09:00 or 17:30."),
        ({"start_time": "17:00"}, "Start and end are the same time. For the whole day use 00:00 to 24:00."),
        ({"valid_until": "2035-01-01"}, "The last day is before the first."),
    ],
)
def test_refused_rule_says_why_and_stores_nothing(
    superuser: Client, changes: dict[str, str], message: str
) -> None:
    provider, denver = make_provider(), make_location()
    rule = TUESDAYS | {"location": denver.pk, "ORDER": 1} | changes
    answer = publish(superuser, provider, provider_fields([rule]))

    assert message in answer.content.decode()
    assert not AvailabilityRule.objects.exists()


def stored_rows(provider: ProviderPage, **changes: Any) -> dict[str, Any]:
    """Return the fields of the editor as it shows the stored hours, with `changes` to each row."""
    rules = list(AvailabilityRule.objects.filter(page=provider))
    rows = [
        TUESDAYS
        | {"location": rule.location_id, "id": rule.pk, "ORDER": 1, "procedures": tuple(rule.procedures)}
        for rule in rules
    ]
    hours = inline_formset([row | changes for row in rows], initial=len(rows))
    return provider_fields([]) | {"availability_rules": hours}


def test_rule_is_limited_to_the_ticked_procedures_until_they_are_unticked(superuser: Client) -> None:
    provider, denver = make_provider(), make_location()
    live, draft = make_procedure(), make_procedure(title="Massage", live=False)
    rule = TUESDAYS | {"location": denver.pk, "ORDER": 1, "procedures": (live.pk, draft.pk)}

    publish(superuser, provider, provider_fields([rule]))
    assert AvailabilityRule.objects.get().procedures == [live.pk, draft.pk]

    assert publish(superuser, provider, stored_rows(provider, procedures=())).status_code == 302
    assert AvailabilityRule.objects.get().procedures == []


def test_deleted_procedure_stays_ticked_until_an_editor_unticks_it(superuser: Client) -> None:
    provider, gone = make_provider(), make_procedure()
    key = gone.pk
    make_rule(provider=provider, location=make_location(), procedures=[gone])
    gone.delete()

    editor = superuser.get(reverse("wagtailadmin_pages:edit", args=[provider.pk])).content.decode()
    assert f"Deleted procedure {key}" in editor

    assert publish(superuser, provider, stored_rows(provider, end_time="16:00")).status_code == 302
    rule = AvailabilityRule.objects.get()
    assert (rule.end_time, rule.procedures) == ("16:00", [key])


def test_unknown_procedure_is_refused(superuser: Client) -> None:
    provider, denver = make_provider(), make_location()
    rule = TUESDAYS | {"location": denver.pk, "ORDER": 1, "procedures": (provider.pk,)}

    answer = publish(superuser, provider, provider_fields([rule]))

    assert f"Select a valid choice. {provider.pk} is not one of the available choices." in (
        answer.content.decode()
    )
    assert not AvailabilityRule.objects.exists()


def test_booking_policy_and_review_are_published_with_the_article(superuser: Client) -> None:
    procedure, reviewer = make_procedure(bookable=False), make_provider()
    review = {"reviewed_on": "2026-05-04", "reviewed_by": reviewer.pk}
    answer = publish(superuser, procedure, procedure_fields(policies=[POLICY], reviews=[review]))

    assert answer.status_code == 302
    policy = BookingPolicy.objects.get(page=procedure)
    assert (policy.duration_minutes, policy.durations, policy.buffer_after_minutes) == (45, [30, 60], 10)
    assert (policy.max_per_provider_per_day, policy.requires_confirmation) == (None, True)
    stored = ProcedurePage.objects.get(pk=procedure.pk)
    assert list(stored.medical_reviews.values_list("reviewed_on", "reviewed_by")) == [
        (date(2026, 5, 4), reviewer.pk)
    ]


def test_second_booking_policy_is_refused(superuser: Client) -> None:
    procedure = make_procedure(bookable=False)
    answer = publish(superuser, procedure, procedure_fields(policies=[POLICY, POLICY], reviews=[]))

    assert answer.status_code == 200
    assert "Please submit at most 1 form." in answer.content.decode()
    assert not BookingPolicy.objects.exists()


def test_location_is_stored_with_its_rooms(superuser: Client) -> None:
    room = {"name": "Room 1", "slug": "room-1", "kind": "treatment", "is_active": "on"}
    fields = {"name": "Denver", "slug": "denver", "time_zone": "America/Denver"}
    answer = superuser.post(
        reverse("wagtailsnippets_schedules_location:add"),
        nested_form_data(fields | {"rooms": inline_formset([room])}),
    )

    assert answer.status_code == 302
    denver = Location.objects.get(slug="denver")
    assert list(denver.rooms.values_list("slug", "kind", "is_active")) == [("room-1", "treatment", True)]
