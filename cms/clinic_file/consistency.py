"""What a schema cannot say: references, repeated slugs, dates in order, rules, and visits that collide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cms.clinic_file.entries import Entry, whole_file
from cms.clinic_file.problems import Problem
from cms.clinic_file.reading import Plain
from cms.clinic_file.rich_text import read_rich_text
from cms.clinic_file.visits import collision_problems, visit_problems
from cms.core.blocks import ARTICLE_FEATURES, TEXT_FEATURES
from schedules.core.recurrence import InvalidRecurrence, parse_recurrence


@dataclass(frozen=True, slots=True)
class Slugs:
    """What the file declares, so that references can be checked against it."""

    locations: frozenset[str]
    categories: frozenset[str]
    procedures: frozenset[str]
    providers: frozenset[str]


def consistency_problems(tree: Plain) -> Iterator[Problem]:
    file = whole_file(tree)
    slugs = Slugs(
        **{key: declared(file.entries(key)) for key in ("locations", "categories", "procedures", "providers")}
    )
    for section in ("locations", "categories", "procedures", "providers", "partners"):
        yield from repeated(file.entries(section), key="slug")
    yield from repeated(file.entries("appointments"), key="reference")
    for location in file.entries("locations"):
        yield from location_problems(location)
    for procedure in file.entries("procedures"):
        yield from procedure_problems(procedure, slugs=slugs)
    for provider in file.entries("providers"):
        yield from provider_problems(provider, slugs=slugs)
    for appointment in file.entries("appointments"):
        yield from appointment_problems(appointment, slugs=slugs)
    yield from visit_problems(file)
    yield from collision_problems(file)


def declared(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(entry.text("slug") for entry in entries)


def repeated(entries: Iterable[Entry], *, key: str) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        name = entry.text(key)
        if name in first:
            number = first[name].path[-1]
            yield Problem(entry.at(key), f"“{name}” is already the {key} of number [{number}] in this list")
        elif name:
            first[name] = entry


def unknown(entry: Entry, *, key: str, known: frozenset[str], noun: str) -> Iterator[Problem]:
    slug = entry.text(key)
    if slug and slug not in known:
        yield Problem(entry.at(key), missing_slug(slug=slug, noun=noun))


def missing_slug(*, slug: str, noun: str) -> str:
    return f"the file has no {noun} with the slug “{slug}”"


def location_problems(location: Entry) -> Iterator[Problem]:
    yield from repeated(location.entries("rooms"), key="slug")
    for closure in location.entries("closures"):
        yield from dated_hours_problems(closure)


def procedure_problems(procedure: Entry, *, slugs: Slugs) -> Iterator[Problem]:
    yield from unknown(procedure, key="category", known=slugs.categories, noun="category")
    yield from unknown(procedure, key="reviewed_by", known=slugs.providers, noun="provider")
    if procedure.text("reviewed_by") and not procedure.has("last_reviewed_on"):
        yield Problem(procedure.at("last_reviewed_on"), "is required where reviewed_by is given")
    shortest, longest = procedure.number("duration_minutes_min"), procedure.number("duration_minutes_max")
    if shortest and longest and longest < shortest:
        yield Problem(procedure.at("duration_minutes_max"), "is less than duration_minutes_min")
    yield from rich_text_problems(
        procedure, keys=("introduction", "how_it_works", "aftercare"), features=ARTICLE_FEATURES
    )
    for key, text_key in (
        ("what_to_expect", "description"),
        ("benefits", "description"),
        ("risks", "description"),
        ("faqs", "answer"),
    ):
        for item in procedure.entries(key):
            yield from rich_text_problems(item, keys=(text_key,), features=TEXT_FEATURES)


def rich_text_problems(entry: Entry, *, keys: Sequence[str], features: Sequence[str]) -> Iterator[Problem]:
    for key in keys:
        for refusal in read_rich_text(entry.text(key), features=features).refusals:
            yield Problem(entry.at(key), refusal)


def provider_problems(provider: Entry, *, slugs: Slugs) -> Iterator[Problem]:
    yield from rich_text_problems(provider, keys=("biography",), features=ARTICLE_FEATURES)
    yield from repeated(provider.entries("offers"), key="procedure")
    for offer in provider.entries("offers"):
        yield from unknown(offer, key="procedure", known=slugs.procedures, noun="procedure")
    for rule in provider.entries("availability"):
        yield from availability_problems(rule, slugs=slugs)
    for exception in provider.entries("exceptions"):
        yield from unknown(exception, key="location", known=slugs.locations, noun="location")
        yield from dated_hours_problems(exception)
        if exception.text("kind") == "open" and not exception.has("start_time"):
            yield Problem(exception.at("start_time"), "is required where kind is open")


def availability_problems(rule: Entry, *, slugs: Slugs) -> Iterator[Problem]:
    yield from unknown(rule, key="location", known=slugs.locations, noun="location")
    for index, slug in enumerate(rule.texts("procedures")):
        if slug not in slugs.procedures:
            yield Problem(rule.at("procedures", index), missing_slug(slug=slug, noun="procedure"))
    if rule.text("recurrence"):
        try:
            parse_recurrence(rule.text("recurrence"))
        except InvalidRecurrence as refusal:
            yield Problem(rule.at("recurrence"), str(refusal))
    yield from order_problems(rule, first="valid_from", last="valid_until")
    yield from same_time_problems(rule)


def dated_hours_problems(entry: Entry) -> Iterator[Problem]:
    yield from order_problems(entry, first="from", last="until")
    if entry.has("start_time") != entry.has("end_time"):
        key = "end_time" if entry.has("start_time") else "start_time"
        yield Problem(entry.at(key), "is missing: give both times, or none for whole days")
    yield from same_time_problems(entry)


def order_problems(entry: Entry, *, first: str, last: str) -> Iterator[Problem]:
    begin, end = entry.day(first), entry.day(last)
    if begin and end and end < begin:
        yield Problem(entry.at(last), f"is before {first}")


def same_time_problems(entry: Entry) -> Iterator[Problem]:
    if entry.time("start_time") and entry.time("start_time") == entry.time("end_time"):
        yield Problem(
            entry.at("end_time"), 'is the same as start_time; for the whole day use "00:00" to "24:00"'
        )


def appointment_problems(appointment: Entry, *, slugs: Slugs) -> Iterator[Problem]:
    yield from unknown(appointment, key="procedure", known=slugs.procedures, noun="procedure")
    yield from unknown(appointment, key="provider", known=slugs.providers, noun="provider")
    yield from unknown(appointment, key="location", known=slugs.locations, noun="location")
