"""The demo clinic is a clinic file like any other. What README and examples rely on is checked here."""

from datetime import date
from pathlib import Path

import pytest
from recurrence import serialize
from wagtail.models import Revision

from cms.clinic_file.consistency import consistency_problems
from cms.clinic_file.entries import whole_file
from cms.clinic_file.format_problems import format_problems
from cms.clinic_file.load import LoadOptions, load_clinic
from cms.clinic_file.reading import ClinicDocument, read_clinic_file
from cms.core.models import ClinicImage
from cms.demo import draw_images, images
from providers.models import Offering, ProviderPage
from schedules.models import Appointment, AvailabilityRule, BookingPolicy, Location
from services.models import ProcedurePage
from tests.cms.clinic_file.worlds import NOW, ignore

DEMO_FILE = Path(images.__file__).parent / "clinic.yaml"


def demo_document() -> ClinicDocument:
    return read_clinic_file(DEMO_FILE)


def load_demo() -> int:
    return len(load_clinic(document=demo_document(), options=LoadOptions(), now=NOW, progress=ignore))


def test_the_demo_file_has_no_problems() -> None:
    document = demo_document()

    assert document.problems == ()
    assert list(format_problems(document.tree)) == []
    assert list(consistency_problems(document.tree)) == []


@pytest.mark.django_db
def test_the_demo_clinic_has_what_its_readers_rely_on() -> None:
    load_demo()

    page = ProcedurePage.objects.get(slug="micro-needling")
    assert (page.title, page.also_known_as, page.live) == (
        "Medical Micro Needling",
        ["collagen induction therapy"],
        True,
    )
    assert [block.value["title"] for block in page.benefits] == [
        "Skin texture",
        "Radiance",
        "Pore size",
        "Skin tone",
        "All skin types",
        "Minimal downtime",
        "Lasting results",
    ]
    assert [block.value["title"] for block in page.risks] == [
        "Redness and swelling",
        "Sensitivity",
        "Infection",
        "Scarring",
    ]
    assert [block.value["phase"] for block in page.what_to_expect] == ["before", "during", "after"]
    assert (page.duration_minutes_min, page.duration_minutes_max) == (30, 60)

    policy = BookingPolicy.objects.get(page=page)
    assert (policy.requires_confirmation, policy.max_per_provider_per_day) == (False, None)
    assert (
        max(policy.min_notice_minutes, policy.cancel_cutoff_minutes, policy.reschedule_cutoff_minutes) <= 1440
    )

    offering = Offering.objects.select_related("page").get(procedure=page)
    rule = AvailabilityRule.objects.select_related("location").get(page=offering.page)
    assert (offering.page.title, rule.location.slug, rule.start_time, rule.end_time) == (
        "Dr. Sarah White",
        "denver",
        "09:00",
        "17:00",
    )
    assert rule.valid_from == date(2026, 1, 6)
    assert serialize(rule.recurrence) == "RRULE:FREQ=WEEKLY;BYDAY=TU"


@pytest.mark.django_db
def test_the_demo_clinic_is_large_enough_to_look_real() -> None:
    load_demo()

    assert ProcedurePage.objects.live().count() >= 8
    assert ProcedurePage.objects.not_live().exists()
    assert ProviderPage.objects.live().count() >= 4
    assert ProviderPage.objects.not_live().exists()
    assert len(set(Location.objects.values_list("time_zone", flat=True))) == 2
    assert {"booked", "fulfilled", "no_show", "cancelled", "requested"} == set(
        Appointment.objects.values_list("status", flat=True)
    )


@pytest.mark.django_db
def test_the_demo_clinic_loads_twice_with_pictures_in_between() -> None:
    load_demo()
    assert images.attach_demo_images() == len(images.HEROES) + len(images.PORTRAITS)
    revisions = Revision.objects.count()

    assert images.attach_demo_images() == 0
    assert load_demo() == 0
    assert Revision.objects.count() == revisions
    assert not ProcedurePage.objects.live().filter(hero_image=None).exists()
    assert not ProviderPage.objects.live().filter(photo=None).exists()
    assert not ClinicImage.objects.filter(description="").exists()


@pytest.mark.django_db
def test_a_picture_that_an_editor_chose_stays() -> None:
    load_demo()
    chosen = images.demo_image(slug="cupping-therapy", description="Chosen by an editor")
    page = ProcedurePage.objects.get(slug="micro-needling")
    page.hero_image = chosen
    page.save_revision().publish()

    images.attach_demo_images()

    assert ProcedurePage.objects.get(slug="micro-needling").hero_image == chosen


def test_every_page_of_the_demo_has_a_small_picture() -> None:
    file = whole_file(demo_document().tree)
    procedures = {entry.text("slug") for entry in file.entries("procedures")}
    providers = {entry.text("slug") for entry in file.entries("providers")}

    assert (procedures, providers) == (set(images.HEROES), set(images.PORTRAITS))
    assert set(draw_images.HEROES) == set(images.HEROES)
    assert {sitter.slug for sitter in draw_images.SITTERS} == set(images.PORTRAITS)
    sizes = {file.stem: file.stat().st_size for file in images.FOLDER.glob("*.jpg")}
    assert set(sizes) == procedures | providers
    assert max(sizes.values()) <= 60_000
