"""From the editor to the front end: what is stored, where the browser is led, and who may revoke it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.core.models import HomePage, User
from cms.graphql.ids import encode_id
from cms.graphql.types import PAGE_KIND
from cms.previews.models import Preview
from cms.previews.operations import open_preview
from services.models import ProcedurePage
from tests.api import post
from tests.factories import make_procedure, make_site, make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 9, 12, tzinfo=UTC)
TITLE = "query Draft($token: String!) { page(previewToken: $token) { title } }"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def editor(client: Client) -> User:
    user = make_staff(username="editor")
    client.force_login(user)
    return user


def fragment_of(response: HttpResponseBase) -> dict[str, str]:
    parts = parse_qs(urlsplit(response["Location"]).fragment, keep_blank_values=True)
    return {name: value for name, [value] in parts.items()}


def test_preview_leads_to_the_front_end_with_the_token_behind_the_hash(
    client: Client, editor: User, settings: Settings
) -> None:
    settings.FRONTEND_PREVIEW_URL = "https://www.clinic.example/preview"
    page = make_procedure(title="Micro needling")
    page.title = "Drafted"
    page.save_revision()

    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))

    fragment = fragment_of(response)
    token = fragment.pop("token")
    assert response.status_code == 302
    assert response["Location"].startswith("https://www.clinic.example/preview#token=")
    assert "no-store" in response["Cache-Control"]
    assert fragment == {
        "type": "ProcedurePage",
        "id": encode_id(PAGE_KIND, page.pk),
        "path": "/procedures/micro-needling/",
    }
    assert post(TITLE, token=token).json()["data"] == {"page": {"title": "Drafted"}}
    stored = Preview.objects.values("user", "page", "parent", "in_panel", "expires_at").get()
    assert stored == {
        "user": editor.pk,
        "page": page.pk,
        "parent": None,
        "in_panel": False,
        "expires_at": datetime(2027, 3, 9, 13, tzinfo=UTC),
    }


def test_preview_of_a_page_that_is_not_created_yet_names_its_parent(client: Client, editor: User) -> None:
    parent = make_procedure().get_parent()
    address = reverse("wagtailadmin_pages:preview_on_add", args=["services", "procedurepage", parent.pk])

    streams = ("what_to_expect", "benefits", "risks", "faqs", "body")
    texts = ("introduction", "how_it_works", "aftercare")
    form = {
        **{name: streamfield([]) for name in streams},
        **{name: rich_text("") for name in texts},
        **{name: inline_formset([]) for name in ("booking_policies", "medical_reviews", "comments")},
        "title": "",
        "slug": "",
    }

    posted = client.post(address, nested_form_data(form)).json()
    response = client.get(address, {"in_preview_panel": "true"})

    assert posted == {"is_valid": True, "is_available": True}

    fragment = fragment_of(response)
    assert (fragment["type"], fragment["id"]) == ("ProcedurePage", "")
    stored = Preview.objects.values("page", "parent", "in_panel").get()
    assert stored == {"page": None, "parent": parent.pk, "in_panel": True}
    assert post(TITLE, token=fragment["token"]).json()["data"] == {"page": {"title": "Placeholder title"}}


def test_comments_of_editors_are_not_stored_with_a_draft(editor: User) -> None:
    page = make_procedure()
    page.wagtail_admin_comments.add(page.wagtail_admin_comments.model(user=editor, text="Between us"))

    open_preview(page=page, user=editor, in_panel=False, now=NOW)

    assert "Between us" not in str(Preview.objects.values())


def test_stranger_cannot_open_a_preview(client: Client) -> None:
    page = make_procedure()

    response = client.get(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]))

    assert response["Location"].startswith(reverse("wagtailadmin_login"))
    assert Preview.objects.count() == 0


def test_there_are_no_previews_without_a_front_end_for_them(settings: Settings) -> None:
    make_site()
    assert HomePage.objects.get().is_previewable()

    settings.FRONTEND_PREVIEW_URL = ""

    assert not HomePage.objects.get().is_previewable()


def test_page_of_the_demo_may_be_framed_by_the_admin_alone(client: Client) -> None:
    response = client.get(reverse("demo_preview"))

    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert dict(response.cookies) == {}


# Revoking -----------------------------------------------------------------------------------------


def opened(page: ProcedurePage, user: User) -> int:
    open_preview(page=page, user=user, in_panel=False, now=NOW)
    return Preview.objects.latest("pk").pk


def revoked() -> set[int]:
    return set(Preview.objects.filter(revoked_at=NOW).values_list("pk", flat=True))


@pytest.mark.parametrize("whole_page", [False, True])
def test_revoking_ends_one_preview_or_all_of_its_page(client: Client, editor: User, whole_page: bool) -> None:
    page = make_procedure()
    first, second = opened(page, editor), opened(page, make_staff(username="colleague"))
    opened(make_procedure(title="Cupping"), editor)

    response = client.post(reverse("previews:revoke", args=[first]), {"whole_page": ""} if whole_page else {})

    assert response["Location"] == reverse("previews:index")
    assert revoked() == ({first, second} if whole_page else {first})


@pytest.mark.parametrize(
    ("permissions", "statuses"),
    [([], (302, 302)), (["view_preview"], (200, 302)), (["view_preview", "change_preview"], (200, 302))],
)
def test_list_and_revoking_need_permissions(
    client: Client, permissions: list[str], statuses: tuple[int, int]
) -> None:
    preview = opened(make_procedure(), make_staff(username="editor"))
    helper = make_staff(username="helper", is_superuser=False)
    wanted = Permission.objects.filter(codename__in=["access_admin", *permissions])
    helper.user_permissions.set(wanted)
    client.force_login(helper)

    listed = client.get(reverse("previews:index"))
    ended = client.post(reverse("previews:revoke", args=[preview]))

    assert (listed.status_code, ended.status_code) == statuses
    assert revoked() == ({preview} if "change_preview" in permissions else set())
