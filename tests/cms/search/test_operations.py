"""Entries follow their pages."""

import pytest
from django.core.management import call_command
from wagtail.models import Page, ReferenceIndex

from cms.search.models import Entry
from services.models import ProcedureIndexPage, ProcedurePage
from tests.cms.search.searching import found
from tests.factories import make_procedure, make_provider, make_site

pytestmark = pytest.mark.django_db


def entry(page: Page) -> Entry:
    return Entry.objects.get(page_id=page.pk)


def test_words_of_a_page_follow_its_publication() -> None:
    page = make_procedure(title="Laser", summary="Light.")
    assert (found("light"), found("infrared")) == (["Laser"], [])

    page.summary = "Infrared."
    revision = page.save_revision()
    assert (found("light"), found("infrared")) == (["Laser"], [])

    revision.publish()
    assert (found("light"), found("infrared")) == ([], ["Laser"])

    page.unpublish()
    assert found("infrared") == []
    assert not Entry.objects.filter(page_id=page.pk).exists()

    ProcedurePage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert found("infrared") == ["Laser"]

    ProcedurePage.objects.get(pk=page.pk).delete()
    assert found("infrared") == []


def test_draft_of_a_live_page_never_enters() -> None:
    page = make_procedure(title="Laser", summary="Light.")
    before = Entry.objects.filter(page_id=page.pk).values().get()

    page.title, page.summary = "Secret laser", "Secret."
    page.save_revision()
    # What saves some other field of the row finds the draft in its memory.
    page.save(update_fields=["locked"], clean=False)

    assert Entry.objects.filter(page_id=page.pk).values().get() == before


def test_page_never_published_has_no_entry() -> None:
    page = make_procedure(title="Laser", live=False)

    assert not Entry.objects.filter(page_id=page.pk).exists()


def test_page_saved_as_an_instance_of_page_is_followed() -> None:
    page = Page.objects.get(pk=make_procedure(title="Laser").pk)

    page.title = "Maser"
    page.save()

    assert entry(page).title == "maser"


def test_copy_and_move_keep_both_findable() -> None:
    page = make_procedure(title="Laser", bookable=False)
    copy = page.copy(update_attrs={"title": "Laser two", "slug": "laser-two"})
    copy.move(ProcedureIndexPage.objects.get(), pos="first-child")

    assert sorted(found("laser")) == ["Laser", "Laser two"]


def test_entry_holds_plain_text() -> None:
    page = make_provider(name="Zoë O'Hara", specialties=["Back pain"], biography="<p>She <b>runs</b>.</p>")

    kept = entry(page)

    assert (kept.language, kept.title, kept.names, kept.text) == (
        "en",
        "dr. zoe o'hara",
        "\ndr. zoe o'hara\nzoe o'hara\nback pain\n",
        "Dr. Zoë O'Hara · Back pain · She runs.",
    )


@pytest.mark.parametrize(
    "text", ["é𝒳 " * 300_000, "x" * 1_500_000, "ab" * 10 + "\ue000 "], ids=["words", "word", "private"]
)
def test_enormous_texts_can_be_published(text: str) -> None:
    page = make_procedure(title="Laser", introduction=f"<p>{text}</p>")

    assert found("laser") == ["Laser"]
    assert len(entry(page).text) < 60_000


def test_rebuild_writes_what_is_missing_and_deletes_what_is_not_published() -> None:
    make_site()
    page = make_procedure(title="Laser")
    hidden = make_procedure(title="Hidden", live=False)
    kept = dict(Entry.objects.values_list("pk", "vector"))
    Entry.objects.all().delete()
    Entry.objects.create(page_id=hidden.pk, language="en", title="x", names="x", text="x", vector="x")

    call_command("rebuild_search", verbosity=0)

    assert dict(Entry.objects.values_list("pk", "vector")) == kept
    assert page.pk in kept


def test_page_is_not_in_use_by_its_own_entry() -> None:
    page = make_procedure(title="Laser")

    assert not ReferenceIndex.get_references_to(page).exists()
