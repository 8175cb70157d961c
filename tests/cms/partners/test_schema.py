"""`embed(partner:)` on procedures."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.partners.models import Partner
from tests import factories, translating
from tests.api import ask
from tests.cms.partners.worlds import ARTICLE, KEY, NOW, make_partner, tree

pytestmark = pytest.mark.django_db
ONE = """query ($partner: String!, $locale: String) {
  procedure(slug: "micro-needling", locale: $locale) { embed(partner: $partner) { url html } }
}"""
LIST = '{ procedures { nodes { slug embed(partner: "gym") { url } } } }'


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def embed(partner: str = KEY, **variables: Any) -> Any:
    return ask(ONE, partner=partner, **variables)["procedure"]["embed"]


def test_embed_is_the_frame_of_the_article() -> None:
    factories.make_procedure(title='Needling "<>', slug="micro-needling")
    make_partner()
    found = embed()
    frame = tree(found["html"]).iframe

    assert found["url"] == f"http://localhost{ARTICLE}?locale=en"
    assert (frame["src"], frame["title"]) == (found["url"], 'Needling "<>')


def test_each_locale_has_its_own() -> None:
    translating.translate(factories.make_procedure())
    make_partner()
    assert embed(locale="es")["url"].endswith("?locale=es")
    Partner.objects.update(locales=["en"])

    assert (embed(locale="es"), embed()["url"]) == (None, f"http://localhost{ARTICLE}?locale=en")


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"expires_on": "2027-02-28"}, {"content": "chosen"}, {"slug": "other"}]
)
def test_partner_that_may_not_show_it_has_none(change: dict[str, Any]) -> None:
    factories.make_procedure()
    make_partner()
    assert embed()
    Partner.objects.update(**change)

    assert embed() is None


@pytest.mark.parametrize("key", ["", "unknown", "ñ", "x" * 500])
def test_odd_keys_have_none(key: str) -> None:
    factories.make_procedure()
    make_partner()

    assert embed(key) is None


def test_list_shows_what_is_chosen_in_as_many_statements_for_any_number() -> None:
    skin = factories.make_category()
    chosen = factories.make_procedure(title="Chosen")
    make_partner(content="chosen", categories=[skin], procedures=[chosen])
    counts, found = [], []
    for number in range(3):
        factories.make_procedure(title=f"Skin {number}", category=skin)
        factories.make_procedure(title=f"Other {number}")
        with CaptureQueriesContext(connection) as asked:
            found = ask(LIST)["procedures"]["nodes"]
        counts.append(len(asked))

    shown = [each["slug"] for each in found if each["embed"]]
    assert shown == ["chosen", "skin-0", "skin-1", "skin-2"]
    assert len(set(counts)) == 1
