"""Give the demo clinic its Spanish pages and menu. The clinic file has no key for translations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Locale, Site

from cms.clinic_file.entries import Entry, whole_file
from cms.clinic_file.procedures import article, stream_values
from cms.clinic_file.reading import read_clinic_file
from cms.clinic_file.session import assign
from cms.core.models import ClinicSettings, ContentPage, HomePage, NavigationMenu
from cms.demo.menu import make_menu
from providers.models import ProviderIndexPage, ProviderPage
from services.models import ProcedureIndexPage, ProcedurePage

SPANISH = "es"
FILE = Path(__file__).parent / "spanish.yaml"
# As clinic.yaml names it. Who loaded a clinic of their own in its place does not want these pages.
CLINIC = "Larkspur Chiropractic"

Values = Mapping[str, object]
AnyPage = TypeVar("AnyPage", bound=ContentPage)


@transaction.atomic
def add_spanish_pages() -> int:
    """Publish the Spanish pages and make their menu, once; return how many pages were made.

    A Spanish menu or front page is taken to mean that editors look after the rest, whatever they deleted."""
    site = demo_site()
    home = HomePage.objects.live().filter(pk=site.root_page_id).first() if site else None
    if site is None or home is None or SPANISH not in settings.CONTENT_LANGUAGES:
        return 0
    locale, _ = Locale.objects.get_or_create(language_code=SPANISH)
    menu = f"main-{SPANISH}"
    if home.has_translation(locale) or NavigationMenu.objects.filter(site=site, handle=menu).exists():
        return 0
    pages = [
        publish_translation(page, locale=locale, values=values) for page, values in translated_pages(home)
    ]
    indexes = {page.title: page for page in pages if isinstance(page, ProcedureIndexPage | ProviderIndexPage)}
    make_menu(site=site, handle=menu, pages=indexes)
    return len(pages)


def demo_site() -> Site | None:
    """Return the default site if it is the demo clinic's."""
    clinics = ClinicSettings.objects.filter(name=CLINIC).values("site")
    return Site.objects.filter(is_default_site=True, pk__in=clinics).first()


def translated_pages(home: HomePage) -> Iterator[tuple[ContentPage, Values]]:
    """Yield each page that readers see and the file translates, with its words; parents come first."""
    file = whole_file(read_clinic_file(FILE).tree)
    yield home, home_values(home, file.entry("home"))
    for procedures in ProcedureIndexPage.objects.child_of(home).live():
        yield procedures, index_values(file.entry("procedure_index"))
        for procedure, entry in named(ProcedurePage.objects.child_of(procedures), file.entries("procedures")):
            yield procedure, procedure_values(procedure, entry)
    for providers in ProviderIndexPage.objects.child_of(home).live():
        yield providers, index_values(file.entry("provider_index"))
        for provider, entry in named(ProviderPage.objects.child_of(providers), file.entries("providers")):
            yield provider, provider_values(entry)


def named(pages: QuerySet[AnyPage], entries: list[Entry]) -> Iterator[tuple[AnyPage, Entry]]:
    """Yield what is there of the pages that the entries translate: editors may have taken one away."""
    by_slug = {page.slug: page for page in pages.filter(live=True)}
    for entry in entries:
        if page := by_slug.get(entry.text("translation_of")):
            yield page, entry


def home_values(home: HomePage, entry: Entry) -> Values:
    body = [{"type": "paragraph", "value": {"content": article(entry, "body")}}]
    return {
        "headline": entry.text("headline"),
        "introduction": article(entry, "introduction"),
        "body": home._meta.get_field("body").to_python(body),
    }


def index_values(entry: Entry) -> Values:
    return {"slug": entry.text("slug"), "title": entry.text("title")}


def procedure_values(procedure: ProcedurePage, entry: Entry) -> Values:
    return {
        "slug": entry.text("slug"),
        "title": entry.text("title"),
        "summary": entry.text("summary"),
        "also_known_as": entry.texts("also_known_as"),
        "introduction": article(entry, "introduction"),
        "how_it_works": article(entry, "how_it_works"),
        "aftercare": article(entry, "aftercare"),
        "downtime": entry.text("downtime"),
        **stream_values(procedure, entry),
    }


def provider_values(entry: Entry) -> Values:
    return {
        "honorific": entry.text("honorific"),
        "credentials": entry.texts("credentials"),
        "specialties": entry.texts("specialties"),
        "biography": article(entry, "biography"),
    }


def publish_translation(page: ContentPage, *, locale: Locale, values: Values) -> ContentPage:
    """Publish a copy, as Wagtail's “Translate” makes it, in which `values` stand for those of the page."""
    # Before it is copied, and not saved: each slug that a copy ever had would leave a redirect.
    assign(page, values)
    made: ContentPage = page.copy_for_translation(locale)
    made.get_latest_revision().publish()
    return made
