"""Hours that are limited to procedures stay limited when these are deleted."""

import pytest
from wagtail.models import ReferenceIndex

from providers.models import ProviderPage
from schedules.models import AvailabilityRule
from services.models import ProcedurePage
from tests import factories
from tests.api import ask
from tests.schedules.worlds import BookingWorld, make_served_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def massage() -> ProcedurePage:
    return factories.make_procedure(title="Massage")


@pytest.fixture
def world(massage: ProcedurePage) -> BookingWorld:
    """Dr. Sarah White offers two procedures; on Tuesdays only massage."""
    site, location = make_served_site(), factories.make_location()
    procedure = factories.make_procedure()
    provider = factories.make_provider(offers=[procedure, massage])
    factories.make_rule(provider=provider, location=location, procedures=[massage])
    return BookingWorld(site=site, location=location, procedure=procedure, provider=provider)


def shown(world: BookingWorld) -> list[str]:
    """Return the procedures that the lists show as offered at the location."""
    location = ask("{ locations { id } }")["locations"][0]["id"]
    query = """query ($id: ID!) { procedures(location: $id) { nodes { title } }
      procedure(slug: "micro-needling") { offeredOn { summary } } }"""
    answer = ask(query, id=location)
    assert answer["procedure"] == {"offeredOn": []}
    return [node["title"] for node in answer["procedures"]["nodes"]]


def test_hours_are_open_for_the_procedures_they_name(world: BookingWorld, massage: ProcedurePage) -> None:
    named = BookingWorld(site=world.site, location=world.location, procedure=massage, provider=world.provider)

    assert (world.starts(), len(named.starts()), shown(world)) == ([], 30, ["Massage"])


def test_hours_of_a_deleted_procedure_open_nothing(world: BookingWorld, massage: ProcedurePage) -> None:
    massage.delete()

    assert (world.starts(), shown(world)) == ([], [])


def test_published_old_draft_that_names_a_deleted_procedure_opens_nothing(
    world: BookingWorld, massage: ProcedurePage
) -> None:
    draft = ProviderPage.objects.get().save_revision()
    AvailabilityRule.objects.all().delete()
    key = massage.pk
    massage.delete()

    draft.publish()

    assert list(AvailabilityRule.objects.values_list("procedures", flat=True)) == [[key]]
    assert (world.starts(), shown(world)) == ([], [])


def test_hours_count_as_a_use_of_the_procedures_they_name(
    world: BookingWorld, massage: ProcedurePage
) -> None:
    uses = ReferenceIndex.get_references_to(massage).values_list("object_id", "model_path")

    assert (str(world.provider.pk), "availability_rules.item.procedures.") in list(uses)
