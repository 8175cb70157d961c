"""Load procedure articles with their booking policy and medical review."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from cms.clinic_file.entries import Entry
from cms.clinic_file.pages import finish_page, open_page, replace_rows
from cms.clinic_file.rich_text import read_rich_text
from cms.clinic_file.session import Loading, assign
from cms.clinic_file.streams import stream_value
from cms.core.blocks import ARTICLE_FEATURES, TEXT_FEATURES
from providers.models import MedicalReview
from schedules.models import BookingPolicy
from services.models import ProcedurePage

POLICY_DEFAULTS = {
    "slot_step_minutes": 15,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "min_notice_minutes": 0,
    "horizon_days": 365,
    "cancel_cutoff_minutes": 0,
    "reschedule_cutoff_minutes": 0,
}
POLICY_NAMES = (
    "duration_minutes",
    "durations",
    *POLICY_DEFAULTS,
    "max_per_provider_per_day",
    "max_per_provider_per_week",
    "room_kind",
    "requires_confirmation",
)
REVIEW_NAMES = ("reviewed_on", "reviewed_by_id")
PHASE_TITLES = {"before": "Before", "during": "During", "after": "After"}


def open_procedures(loading: Loading, *, index: Page) -> None:
    for entry in loading.sound_entries("procedures"):
        page = open_page(
            loading, parent=index, model=ProcedurePage, entry=entry, values=plain_values(loading, entry)
        )
        if page:
            loading.procedures[entry.text("slug")] = page


def finish_procedures(loading: Loading) -> None:
    for entry in loading.sound_entries("procedures"):
        page = loading.procedures.get(entry.text("slug"))
        if page:
            finish_procedure(loading, page=page, entry=entry)


def finish_procedure(loading: Loading, *, page: ProcedurePage, entry: Entry) -> None:
    changed = assign(page, {**plain_values(loading, entry), **stream_values(page, entry)})
    changed += set_policy(loading, page=page, entry=entry)
    changed += set_review(loading, page=page, entry=entry)
    finish_page(loading, page=page, entry=entry, noun="procedure", changed=changed)


def plain_values(loading: Loading, entry: Entry) -> dict[str, object]:
    return {
        "title": entry.text("title"),
        "summary": entry.text("summary"),
        "also_known_as": entry.texts("also_known_as"),
        "category": loading.categories.get(entry.text("category")),
        "introduction": article(entry, "introduction"),
        "how_it_works": article(entry, "how_it_works"),
        "aftercare": article(entry, "aftercare"),
        "duration_minutes_min": entry.number("duration_minutes_min"),
        "duration_minutes_max": entry.number("duration_minutes_max"),
        "downtime": entry.text("downtime"),
    }


def article(entry: Entry, key: str) -> str:
    return read_rich_text(entry.text(key), features=ARTICLE_FEATURES).html


def short_text(entry: Entry, key: str = "description") -> str:
    return read_rich_text(entry.text(key), features=TEXT_FEATURES).html


def stream_values(page: ProcedurePage, entry: Entry) -> dict[str, object]:
    steps = [
        {
            "phase": step.text("phase"),
            "title": step.text("title") or PHASE_TITLES.get(step.text("phase"), ""),
            "description": short_text(step),
        }
        for step in entry.entries("what_to_expect")
    ]
    benefits = [
        {"title": benefit.text("title"), "description": short_text(benefit)}
        for benefit in entry.entries("benefits")
    ]
    risks = [
        {
            "title": risk.text("title"),
            "description": short_text(risk),
            "severity": risk.text("severity", "moderate"),
            "likelihood": risk.text("likelihood", "unknown"),
        }
        for risk in entry.entries("risks")
    ]
    faqs = [
        {"question": faq.text("question"), "answer": short_text(faq, "answer")}
        for faq in entry.entries("faqs")
    ]
    return {
        "what_to_expect": stream_value(page, name="what_to_expect", kind="step", items=steps, label="title"),
        "benefits": stream_value(page, name="benefits", kind="benefit", items=benefits, label="title"),
        "risks": stream_value(page, name="risks", kind="risk", items=risks, label="title"),
        "faqs": stream_value(page, name="faqs", kind="faq", items=faqs, label="question"),
    }


def set_policy(loading: Loading, *, page: ProcedurePage, entry: Entry) -> list[str]:
    booking = entry.entry("booking")
    wanted = [policy_values(booking)] if booking.values else []
    present = [{name: getattr(row, name) for name in POLICY_NAMES} for row in page.booking_policies.all()]
    if wanted == present:
        return []
    for row in replace_rows(page, relation="booking_policies", values=wanted, model=BookingPolicy):
        loading.clean(row, booking, exclude=["page"])
    return ["booking_policies"]


def policy_values(booking: Entry) -> dict[str, Any]:
    return {
        "duration_minutes": booking.number_or("duration_minutes", 0),
        "durations": booking.numbers("durations"),
        **{name: booking.number_or(name, default) for name, default in POLICY_DEFAULTS.items()},
        "max_per_provider_per_day": booking.number("max_per_provider_per_day"),
        "max_per_provider_per_week": booking.number("max_per_provider_per_week"),
        "room_kind": booking.text("room_kind"),
        "requires_confirmation": booking.flag("requires_confirmation", default=False),
    }


def set_review(loading: Loading, *, page: ProcedurePage, entry: Entry) -> list[str]:
    wanted = review_values(loading, entry)
    present = [{name: getattr(row, name) for name in REVIEW_NAMES} for row in page.medical_reviews.all()]
    if wanted == present:
        return []
    for row in replace_rows(page, relation="medical_reviews", values=wanted, model=MedicalReview):
        loading.clean(row, entry, names={"reviewed_on": "last_reviewed_on"}, exclude=["page"])
    return ["medical_reviews"]


def review_values(loading: Loading, entry: Entry) -> list[dict[str, Any]]:
    reviewed_on = entry.day("last_reviewed_on")
    reviewer = loading.providers.get(entry.text("reviewed_by"))
    if reviewed_on is None:
        return []
    return [{"reviewed_on": reviewed_on, "reviewed_by_id": reviewer.pk if reviewer else None}]
