"""The admin lists and forms of what is no page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_site, make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "model",
    [
        "core_navigationmenu",
        "services_procedurecategory",
        "schedules_location",
        "schedules_closure",
        "schedules_providerexception",
    ],
)
def test_list_and_form_open(model: str) -> None:
    make_site()
    client = Client()
    client.force_login(make_staff())

    for view in ("list", "add"):
        assert client.get(reverse(f"wagtailsnippets_{model}:{view}")).status_code == 200


def test_editor_loads_the_script_that_labels_rich_text() -> None:
    client = Client()
    client.force_login(make_staff())
    home = make_site().root_page

    html = client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).content.decode()
    assert '<script src="/static/core/rich_text_labels.js"></script>' in html
