"""The front page of the demo clinic says more than its name."""

import pytest
from wagtail.models import Revision

from cms.core.models import HomePage
from cms.demo.front_page import HEADLINE, greet_on_front_page
from tests.factories import make_site


def front_page(*, headline: str) -> HomePage:
    page = make_site().root_page.specific
    assert isinstance(page, HomePage)
    page.headline = headline
    page.save_revision().publish()
    return page


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["", "the title"])
def test_headline_stands_in_for_the_name(before: str) -> None:
    page = front_page(headline="")
    front_page(headline=page.title if before else "")

    greet_on_front_page()
    assert HomePage.objects.get(pk=page.pk).headline == HEADLINE
    revisions = Revision.objects.count()
    greet_on_front_page()
    assert Revision.objects.count() == revisions


@pytest.mark.django_db
def test_headline_of_an_editor_stays() -> None:
    page = front_page(headline="Walk out taller")

    greet_on_front_page()
    assert HomePage.objects.get(pk=page.pk).headline == "Walk out taller"
