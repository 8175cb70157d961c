"""The demo clinic speaks Spanish: what a visitor of its other language finds, and what editors keep."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, Revision, Site

from cms.clinic_file.consistency import consistency_problems
from cms.clinic_file.format_problems import format_problems
from cms.clinic_file.reading import read_clinic_file
from cms.clinic_file.rich_text import read_rich_text
from cms.core.blocks import ARTICLE_FEATURES
from cms.core.models import HomePage, NavigationMenu
from cms.demo import spanish
from cms.demo.images import HEROES, attach
from cms.demo.spanish import CLINIC, add_spanish_pages
from services.models import ProcedurePage
from tests.api import ask
from tests.factories import make_procedure, make_site
from tests.translating import translate

Tree = dict[str, Any]

ENGLISH_FILE = Path(spanish.__file__).parent / "clinic.yaml"
# What a translation has of its source.
OF_SOURCE = {
    "category",
    "duration_minutes_min",
    "duration_minutes_max",
    "last_reviewed_on",
    "reviewed_by",
    "booking",
}
NO_WORDS = {"phase", "severity", "likelihood"}

FOUND = """{
  pages(locale: "es") { nodes { path translations { path } } }
  navigation(handle: "main-es") { title page { path } }
  procedure(slug: "microagujas", locale: "es") {
    heroImage { alt } category { slug } booking { durationMinutes } benefits { title }
    offeredOn { provider { path } } reviewedBy { title }
  }
}"""


def tree_of(file: Path) -> Any:
    document = read_clinic_file(file)
    assert document.problems == ()
    return document.tree


def in_other_words(section: str) -> list[Tree]:
    """Return the English entries that are translated, with the Spanish words in place of theirs."""
    english = {entry["slug"]: entry for entry in tree_of(ENGLISH_FILE)[section]}
    words = [dict(entry) for entry in tree_of(spanish.FILE)[section]]
    return [english[entry.pop("translation_of")] | entry for entry in words]


def test_spanish_words_pass_the_checks_of_a_clinic_file() -> None:
    file = tree_of(ENGLISH_FILE)
    translated = {provider["slug"]: provider for provider in in_other_words("providers")}
    file["procedures"] += in_other_words("procedures")
    file["providers"] = [translated.get(entry["slug"], entry) for entry in file["providers"]]

    assert list(format_problems(file)) == []
    assert list(consistency_problems(file)) == []
    home = tree_of(spanish.FILE)["home"]
    texts = [read_rich_text(home[key], features=ARTICLE_FEATURES) for key in ("introduction", "body")]
    assert [text.refusals for text in texts] == [(), ()]


def test_spanish_articles_say_all_that_the_english_ones_say() -> None:
    english = {entry["slug"]: entry for entry in tree_of(ENGLISH_FILE)["procedures"]}

    for words in tree_of(spanish.FILE)["procedures"]:
        source = english[words["translation_of"]]
        assert words.keys() - {"translation_of"} == source.keys() - OF_SOURCE
        for name in ("what_to_expect", "benefits", "risks", "faqs"):
            assert [shape(item) for item in words[name]] == [shape(item) for item in source[name]]


def shape(item: Tree) -> Tree:
    """Return the item without its words, in which translations differ."""
    return {key: value if key in NO_WORDS else "" for key, value in item.items()}


@pytest.mark.django_db
def test_demo_has_spanish_pages_and_makes_them_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    call_command("load_clinic", str(ENGLISH_FILE), verbosity=0)
    attach(model=ProcedurePage, field="hero_image", descriptions={"micro-needling": HEROES["micro-needling"]})

    # Wagtail makes redirects after the commit.
    with django_capture_on_commit_callbacks(execute=True):
        assert add_spanish_pages() == 10
    made = (Page.objects.count(), Revision.objects.count())
    assert add_spanish_pages() == 0

    assert (Page.objects.count(), Revision.objects.count(), Redirect.objects.count()) == (*made, 0)
    found = ask(FOUND)
    assert {page["path"]: page["translations"][0]["path"] for page in found["pages"]["nodes"]} == {
        "/es/": "/",
        "/es/tratamientos/": "/procedures/",
        "/es/tratamientos/microagujas/": "/procedures/micro-needling/",
        "/es/tratamientos/consulta-inicial/": "/procedures/initial-consultation/",
        "/es/tratamientos/ajuste-quiropractico/": "/procedures/chiropractic-adjustment/",
        "/es/tratamientos/masaje-deportivo/": "/procedures/sports-massage/",
        "/es/equipo/": "/providers/",
        "/es/equipo/sarah-white/": "/providers/sarah-white/",
        "/es/equipo/james-okafor/": "/providers/james-okafor/",
        "/es/equipo/maria-delgado/": "/providers/maria-delgado/",
    }
    assert found["navigation"] == [
        {"title": "Tratamientos", "page": {"path": "/es/tratamientos/"}},
        {"title": "Equipo", "page": {"path": "/es/equipo/"}},
    ]
    # Words of its own; the picture, the category, booking and the review of its source.
    assert found["procedure"] == {
        "heroImage": {"alt": HEROES["micro-needling"]},
        "category": {"slug": "skin-treatments"},
        "booking": {"durationMinutes": 45},
        "benefits": [
            {"title": "Textura de la piel"},
            {"title": "Luminosidad"},
            {"title": "Tamaño de los poros"},
            {"title": "Tono de la piel"},
            {"title": "Todo tipo de piel"},
            {"title": "Recuperación rápida"},
            {"title": "Resultados duraderos"},
        ],
        "offeredOn": [{"provider": {"path": "/es/equipo/sarah-white/"}}],
        "reviewedBy": {"title": "Dra. Sarah White"},
    }


@pytest.mark.django_db
def test_what_editors_made_of_the_translations_stays() -> None:
    make_site(name=CLINIC)
    make_procedure(slug="micro-needling")
    make_procedure(slug="sports-massage")
    assert add_spanish_pages() == 5
    ProcedurePage.objects.get(slug="masaje-deportivo").delete()
    page = ProcedurePage.objects.get(slug="microagujas")
    page.title = "Agujas"
    page.save_revision().publish()
    NavigationMenu.objects.all().delete()

    assert add_spanish_pages() == 0
    assert list(ProcedurePage.objects.filter(locale__language_code="es").values_list("title")) == [
        ("Agujas",)
    ]
    assert not NavigationMenu.objects.exists()


@pytest.mark.django_db
def test_spanish_pages_that_an_editor_deleted_stay_away() -> None:
    make_site(name=CLINIC)
    make_procedure(slug="micro-needling")
    add_spanish_pages()
    HomePage.objects.get(locale__language_code="es").delete()

    assert add_spanish_pages() == 0
    assert not ProcedurePage.objects.filter(locale__language_code="es").exists()


@pytest.mark.django_db
def test_front_page_that_an_editor_translated_stays_alone() -> None:
    home = make_site(name=CLINIC).root_page.specific
    make_procedure(slug="micro-needling")
    translate(home, headline="Camine erguido", live=False)

    assert add_spanish_pages() == 0
    assert HomePage.objects.filter(locale__language_code="es").count() == 1
    assert ProcedurePage.objects.count() == 1


@pytest.mark.django_db
def test_procedure_that_readers_do_not_see_is_not_translated() -> None:
    make_site(name=CLINIC)
    make_procedure(slug="micro-needling", live=False)

    assert add_spanish_pages() == 3
    assert ProcedurePage.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("clinic", "languages"), [("Mile High Chiropractic", ["en", "es"]), (CLINIC, ["en", "fr"])]
)
def test_other_clinics_and_those_without_spanish_get_none(
    clinic: str, languages: list[str], settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = languages
    make_site(name=clinic)
    make_procedure(slug="micro-needling")

    assert add_spanish_pages() == 0
    assert not Locale.objects.filter(language_code="es").exists()


@pytest.mark.django_db
def test_clinic_without_a_public_front_page_starts_all_the_same() -> None:
    site = make_site(name=CLINIC)
    site.root_page.specific.unpublish()

    assert add_spanish_pages() == 0
    Site.objects.update(is_default_site=False)
    assert add_spanish_pages() == 0
    assert HomePage.objects.count() == 1
