"""Load the clinic itself, its front pages, categories and locations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from wagtail.models import Page, Site

from cms.clinic_file.entries import Entry
from cms.clinic_file.session import Loading, assign, decimal_degrees, has_values
from cms.core.models import ClinicSettings, ContentPage, HomePage
from cms.partners.models import Partner
from providers.models import ProviderIndexPage
from schedules.models import Closure, DatedHours, Location, Room
from services.models import ProcedureCategory, ProcedureIndexPage

DEFAULT_LANGUAGES = ("en",)
ADDRESS_NAMES = {key: f"address.{key}" for key in ("street", "city", "region", "postal_code", "country")}
DATED_HOURS_NAMES = {"starts_on": "from", "ends_on": "until"}

IndexPage = TypeVar("IndexPage", ProcedureIndexPage, ProviderIndexPage)


def ensure_front_page(*, site: Site, title: str) -> HomePage:
    """Return the home page of the site, made in place of Wagtail's welcome page if there is none."""
    present = site.root_page.specific
    if isinstance(present, HomePage):
        return present
    home = add_page(
        parent=Page.get_first_root_node(), page=HomePage(title=title, slug="home-page", headline=title)
    )
    site.root_page = home
    site.save(update_fields=["root_page"])
    # Nobody's work: the page that Wagtail's own migrations leave is a bare Page that was never edited.
    if type(present) is Page and present.is_leaf() and not present.revisions.exists():
        present.delete()
    return home


def ensure_index_page(*, home: HomePage, model: type[IndexPage], title: str, slug: str) -> IndexPage:
    present = model.objects.child_of(home).first()
    return present or add_page(parent=home, page=model(title=title, slug=slug))


NewPage = TypeVar("NewPage", bound=ContentPage)


def add_page(*, parent: Page, page: NewPage) -> NewPage:
    page.live = False
    parent.add_child(instance=page)
    page.save_revision(log_action=True).publish()
    return type(page).objects.get(pk=page.pk)


def load_clinic_settings(loading: Loading, *, site: Site) -> None:
    entry = loading.file.entry("clinic")
    loading.progress("clinic")
    if not loading.is_sound(entry.path):
        return
    row = ClinicSettings.objects.filter(site=site).first() or ClinicSettings(site=site)
    values: dict[str, object] = {
        "name": entry.text("name"),
        "time_zone": entry.text("time_zone"),
        "phone": entry.text("phone"),
        "email": entry.text("email"),
        "welcome": entry.text("welcome"),
        "languages": entry.texts("languages", DEFAULT_LANGUAGES),
    }
    save_changes(loading, row=row, entry=entry, values=values, noun="clinic", name=entry.text("name"))


def save_changes(
    loading: Loading,
    *,
    row: models.Model,
    entry: Entry,
    values: dict[str, object],
    noun: str,
    name: str,
    names: dict[str, str] | None = None,
) -> bool:
    """Create or update a row that is no page. Return whether it could be saved."""
    is_new = row.pk is None
    changed = assign(row, values)
    if not (is_new or changed):
        return True
    if not loading.save(row, entry, names=names, update_fields=None if is_new else changed):
        return False
    loading.record(action="created" if is_new else "updated", noun=noun, name=name)
    return True


def load_categories(loading: Loading) -> None:
    present = {category.slug: category for category in ProcedureCategory.objects.all()}
    for entry in loading.sound_entries("categories"):
        slug = entry.text("slug")
        row = present.get(slug) or ProcedureCategory(slug=slug)
        values: dict[str, object] = {"name": entry.text("name") or name_of(slug)}
        if save_changes(loading, row=row, entry=entry, values=values, noun="category", name=slug):
            loading.categories[slug] = row


def load_partners(loading: Loading) -> None:
    present = {partner.slug: partner for partner in Partner.objects.all()}
    for entry in loading.sound_entries("partners"):
        slug = entry.text("slug")
        row = present.get(slug) or Partner(slug=slug)
        values: dict[str, object] = {
            "name": entry.text("name"),
            "allowed_origins": entry.texts("allowed_origins"),
        }
        save_changes(loading, row=row, entry=entry, values=values, noun="partner", name=slug)


def name_of(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ").capitalize()


def load_locations(loading: Loading) -> None:
    present = {location.slug: location for location in Location.objects.all()}
    clinic_zone = loading.file.entry("clinic").text("time_zone")
    for entry in loading.sound_entries("locations"):
        slug = entry.text("slug")
        row = present.get(slug) or Location(slug=slug)
        values = location_values(entry, clinic_zone=clinic_zone)
        if save_changes(
            loading, row=row, entry=entry, values=values, noun="location", name=slug, names=ADDRESS_NAMES
        ):
            loading.locations[slug] = row
            load_rooms(loading, location=row, entry=entry)
            load_closures(loading, location=row, entry=entry)


def location_values(entry: Entry, *, clinic_zone: str) -> dict[str, object]:
    address = entry.entry("address")
    postal_number = address.number("postal_code")
    return {
        "name": entry.text("name"),
        "time_zone": entry.text("time_zone") or clinic_zone,
        "street": address.text("street"),
        "city": address.text("city"),
        "region": address.text("region"),
        "postal_code": address.text("postal_code") if postal_number is None else str(postal_number),
        "country": address.text("country"),
        "phone": entry.text("phone"),
        "latitude": decimal_degrees(entry, "latitude"),
        "longitude": decimal_degrees(entry, "longitude"),
    }


def load_rooms(loading: Loading, *, location: Location, entry: Entry) -> None:
    present = {room.slug: room for room in Room.objects.filter(location=location)}
    for room in entry.entries("rooms"):
        slug = room.text("slug")
        row = present.get(slug) or Room(location=location, slug=slug)
        values: dict[str, object] = {
            "name": room.text("name") or name_of(slug),
            "kind": room.text("kind") or "treatment",
            "is_active": True,
        }
        save_changes(loading, row=row, entry=room, values=values, noun="room", name=f"{location.slug}/{slug}")


def retire_unnamed_rooms(loading: Loading) -> None:
    """Take rooms that the file does not name out of use; visits may still refer to them."""
    for entry in loading.sound_entries("locations"):
        slug = entry.text("slug")
        named = [room.text("slug") for room in entry.entries("rooms")]
        for room in Room.objects.filter(location__slug=slug, is_active=True).exclude(slug__in=named):
            room.is_active = False
            room.save(update_fields=["is_active"])
            loading.record(action="updated", noun="room", name=f"{slug}/{room.slug}")


def load_closures(loading: Loading, *, location: Location, entry: Entry) -> None:
    left = list(Closure.objects.filter(location=location))
    is_changed = False
    for closure in entry.entries("closures"):
        values = dated_hours_values(closure)
        same = next((row for row in left if has_values(row, values)), None)
        if same:
            left.remove(same)
            continue
        row = Closure(location=location, from_file=True, **values)
        is_changed = loading.save(row, closure, names=DATED_HOURS_NAMES) or is_changed
    if delete_of_file(left) or is_changed:
        loading.record(action="updated", noun="closures of", name=location.slug)


def delete_of_file(rows: Iterable[DatedHours]) -> bool:
    """Delete those rows that an earlier file made, and say whether there were any."""
    made = [row for row in rows if row.from_file]
    for row in made:
        row.delete()
    return bool(made)


def dated_hours_values(entry: Entry) -> dict[str, object]:
    return {
        "starts_on": entry.day("from"),
        "ends_on": entry.day("until") or entry.day("from"),
        "start_time": entry.time("start_time"),
        "end_time": entry.time("end_time"),
        "label": entry.text("label"),
    }
