"""Load provider profiles with what they offer, their hours and their exceptions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from recurrence import serialize
from wagtail.models import Page

from cms.clinic_file.entries import Entry
from cms.clinic_file.pages import finish_page, open_page, replace_rows
from cms.clinic_file.places import (
    DATED_HOURS_NAMES,
    DEFAULT_LANGUAGES,
    dated_hours_values,
    delete_of_file,
)
from cms.clinic_file.procedures import article
from cms.clinic_file.session import Loading, assign, has_values
from providers.models import Offering, ProviderPage
from schedules.fields import accepted_recurrence
from schedules.models import AvailabilityRule, ProviderException

Values = dict[str, Any]


def open_providers(loading: Loading, *, index: Page) -> None:
    for entry in loading.sound_entries("providers"):
        page = open_page(loading, parent=index, model=ProviderPage, entry=entry, values=plain_values(entry))
        if page:
            loading.providers[entry.text("slug")] = page


def finish_providers(loading: Loading) -> None:
    for entry in loading.sound_entries("providers"):
        page = loading.providers.get(entry.text("slug"))
        if page:
            changed = assign(page, plain_values(entry))
            changed += set_offerings(loading, page=page, entry=entry)
            changed += set_rules(loading, page=page, entry=entry)
            finish_page(loading, page=page, entry=entry, noun="provider", changed=changed)
            load_exceptions(loading, page=page, entry=entry)


def plain_values(entry: Entry) -> dict[str, object]:
    return {
        "title": f"{entry.text('honorific')} {entry.text('name')}".strip(),
        "honorific": entry.text("honorific"),
        "name": entry.text("name"),
        "credentials": entry.texts("credentials"),
        "specialties": entry.texts("specialties"),
        "languages": entry.texts("languages", DEFAULT_LANGUAGES),
        "biography": article(entry, "biography"),
        "accepting_new_patients": entry.flag("accepting_new_patients", default=True),
    }


def set_offerings(loading: Loading, *, page: ProviderPage, entry: Entry) -> list[str]:
    offers = [offer for offer in entry.entries("offers") if offer.text("procedure") in loading.procedures]
    wanted: list[Values] = [
        {
            "procedure_id": loading.procedures[offer.text("procedure")].pk,
            "duration_minutes": offer.number("duration_minutes"),
            "sort_order": position,
        }
        for position, offer in enumerate(offers)
    ]
    present = [
        {"procedure_id": row.procedure_id, "duration_minutes": row.duration_minutes, "sort_order": position}
        for position, row in enumerate(page.offerings.all())
    ]
    if wanted == present:
        return []
    rows = replace_rows(page, relation="offerings", values=wanted, model=Offering, identity=["procedure_id"])
    for row, offer in zip(rows, offers, strict=True):
        loading.clean(row, offer, names={"procedure_id": "procedure"}, exclude=["page"])
    return ["offerings"]


def set_rules(loading: Loading, *, page: ProviderPage, entry: Entry) -> list[str]:
    rules = [rule for rule in entry.entries("availability") if rule.text("location") in loading.locations]
    wanted = [rule_values(loading, rule, position=position) for position, rule in enumerate(rules)]
    present_rows = page.availability_rules.all()
    present = [present_values(row, position=position) for position, row in enumerate(present_rows)]
    if wanted == present:
        return []
    rows = replace_rows(page, relation="availability_rules", values=wanted, model=AvailabilityRule)
    for row, rule in zip(rows, rules, strict=True):
        loading.clean(row, rule, exclude=["page"])
    return ["availability_rules"]


def rule_values(loading: Loading, rule: Entry, *, position: int) -> Values:
    return {
        "location_id": loading.locations[rule.text("location")].pk,
        "recurrence": accepted_recurrence(rule.text("recurrence")),
        "valid_from": rule.day("valid_from"),
        "valid_until": rule.day("valid_until"),
        "start_time": rule.time("start_time"),
        "end_time": rule.time("end_time"),
        "procedures": rule_procedures(loading, rule),
        "sort_order": position,
    }


def present_values(row: AvailabilityRule, *, position: int) -> Values:
    return {
        "location_id": row.location_id,
        "recurrence": canonical_recurrence(row),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "start_time": row.start_time,
        "end_time": row.end_time,
        "procedures": sorted(row.procedures),
        "sort_order": position,
    }


def canonical_recurrence(row: AvailabilityRule) -> str:
    stored = serialize(row.recurrence)
    try:
        return accepted_recurrence(stored)
    except ValidationError:
        # Stored before the rule was fenced: it equals nothing that a file can say, so it is replaced.
        return stored


def rule_procedures(loading: Loading, rule: Entry) -> list[int]:
    return sorted(
        loading.procedures[slug].pk for slug in rule.texts("procedures") if slug in loading.procedures
    )


def load_exceptions(loading: Loading, *, page: ProviderPage, entry: Entry) -> None:
    left = list(ProviderException.objects.filter(provider_id=page.pk))
    is_changed = False
    for exception in entry.entries("exceptions"):
        values = exception_values(loading, exception)
        same = next((row for row in left if has_values(row, values)), None)
        if same:
            left.remove(same)
            continue
        row = ProviderException(provider_id=page.pk, from_file=True, **values)
        is_changed = loading.save(row, exception, names=DATED_HOURS_NAMES) or is_changed
    if delete_of_file(left) or is_changed:
        loading.record(action="updated", noun="exceptions of", name=page.slug)


def exception_values(loading: Loading, exception: Entry) -> Values:
    location = loading.locations.get(exception.text("location"))
    return {
        **dated_hours_values(exception),
        "kind": exception.text("kind", "closed"),
        "location_id": location.pk if location else None,
    }
