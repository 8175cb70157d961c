"""Drafts through the API: what a token shows, to whom, for how long, and that nothing of it stays."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from wagtail.models import Page

from cms.core.models import HomePage, User
from cms.graphql.ids import encode_id
from cms.graphql.types import PAGE_KIND
from cms.previews.models import Preview
from cms.previews.operations import delete_expired_previews, open_preview, revoke_previews
from cms.previews.tokens import hash_of
from providers.models import Offering, ProviderIndexPage, ProviderPage
from services.models import ProcedureIndexPage, ProcedurePage
from tests.api import ask, post, refusal
from tests.factories import make_procedure, make_provider, make_staff
from tests.hiding import move_to_another_site, restrict, restrict_parent

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 9, 12, tzinfo=UTC)
UNKNOWN = ("BAD_INPUT", "This preview is unknown or over. Open it again in the editor.")
ANY_PAGE = "query Draft($token: String!) { page(previewToken: $token) { __typename title } }"
PROCEDURE = "query Draft($token: String!) { procedure(previewToken: $token) { title } }"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def editor() -> User:
    return make_staff(username="editor")


def preview_of(page: Page, editor: User, **changes: Any) -> str:
    """Return the token of a draft of `page` with `changes`, which are not stored with the page."""
    draft = type(page).objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(draft, name, value)
    return open_preview(page=draft, user=editor, in_panel=False, now=NOW)


def test_token_shows_the_draft_and_nobody_else_sees_it(editor: User) -> None:
    page = make_procedure(title="Micro needling", summary="Published.")
    token = preview_of(page, editor, title="Needling", summary="Drafted.")

    answer = post(
        "query Draft($token: String!) { procedure(previewToken: $token) { id title summary slug path } }",
        token=token,
    )

    assert answer.json() == {
        "data": {
            "procedure": {
                "id": encode_id(PAGE_KIND, page.pk),
                "title": "Needling",
                "summary": "Drafted.",
                "slug": "micro-needling",
                "path": "/procedures/micro-needling/",
            }
        },
        "extensions": {
            "preview": {
                "page": encode_id(PAGE_KIND, page.pk),
                "expiresAt": "2027-03-09T13:00:00Z",
                "placeholders": [],
            }
        },
    }
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    published = ask('{ procedure(slug: "micro-needling") { title summary } }')
    assert published == {"procedure": {"title": "Micro needling", "summary": "Published."}}


def test_draft_is_seen_with_its_own_children_and_published_relations(editor: User) -> None:
    shown = make_procedure(title="Cupping")
    hidden = make_procedure(title="Dry needling", live=False)
    page = make_provider(offers=[])
    draft = ProviderPage.objects.get(pk=page.pk)
    draft.offerings = [Offering(procedure=shown), Offering(procedure=hidden)]
    token = open_preview(page=draft, user=editor, in_panel=False, now=NOW)

    answer = post(
        "query Draft($token: String!) { provider(previewToken: $token) { procedures { nodes { title } } } }",
        token=token,
    ).json()

    assert answer["data"] == {"provider": {"procedures": {"nodes": [{"title": "Cupping"}]}}}
    assert list(Offering.objects.all()) == []


@pytest.mark.parametrize("of_page", ["home", "procedures", "providers", "procedure", "provider"])
def test_page_serves_previews_of_every_type(editor: User, of_page: str) -> None:
    make_procedure()
    make_provider()
    pages = {
        "home": HomePage,
        "procedures": ProcedureIndexPage,
        "providers": ProviderIndexPage,
        "procedure": ProcedurePage,
        "provider": ProviderPage,
    }
    model = pages[of_page]
    token = preview_of(model.objects.get(), editor, title="Drafted")

    answer = post(ANY_PAGE, token=token).json()

    assert answer["data"] == {"page": {"__typename": model.__name__, "title": "Drafted"}}


def test_page_that_is_not_published_or_not_created_yet_is_shown(editor: User) -> None:
    unpublished = make_procedure(title="Cupping", live=False)
    parent = unpublished.get_parent()
    new = ProcedurePage(title="Taping", slug="taping", summary="New.", depth=parent.depth + 1)
    new.path = parent.get_last_child()._inc_path()
    new_token = open_preview(page=new, user=editor, in_panel=True, now=NOW)
    query = "query Draft($token: String!) { page(previewToken: $token) { title path } }"

    shown = post(query, token=preview_of(unpublished, editor)).json()
    shown_new = post(query, token=new_token).json()

    assert shown["data"] == {"page": {"title": "Cupping", "path": "/procedures/cupping/"}}
    assert shown_new["data"] == {"page": {"title": "Taping", "path": "/procedures/taping/"}}
    assert shown_new["extensions"]["preview"]["page"] is None
    assert ask("{ procedures { nodes { title } } }") == {"procedures": {"nodes": []}}
    assert Page.objects.filter(slug="taping").count() == 0


# Refused ------------------------------------------------------------------------------------------


def expire(token: str) -> str:
    Preview.objects.update(created_at=NOW - timedelta(hours=1), expires_at=NOW)
    return token


def revoke(token: str) -> str:
    revoke_previews(Preview.objects.all(), now=NOW)
    return token


def deactivate_editor(token: str) -> str:
    User.objects.filter(username="editor").update(is_active=False)
    return token


WRONG = {
    "unknown": lambda token: "unknown",
    "empty": lambda token: "",
    "altered": lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    "its hash": hash_of,
    "expired": expire,
    "revoked": revoke,
    "of somebody who left": deactivate_editor,
}


@pytest.mark.parametrize("way", WRONG)
def test_wrong_tokens_are_refused_alike(editor: User, way: str) -> None:
    token = preview_of(make_procedure(), editor, title="Needling")
    assert post(PROCEDURE, token=token).json()["data"] == {"procedure": {"title": "Needling"}}

    wrong = WRONG[way](token)

    [error] = post(PROCEDURE, token=wrong).json()["errors"]
    assert (error["extensions"]["code"], error["message"]) == UNKNOWN
    assert error["extensions"]["field"] == "previewToken"


@pytest.mark.parametrize(
    "query",
    [
        "query Draft($token: String!) { provider(previewToken: $token) { title } }",
        'query Draft($token: String!) { procedure(slug: "other", previewToken: $token) { title } }',
        'query Draft($token: String!) { page(urlPath: "/procedures/other/", previewToken: $token) { id } }',
        "query Draft($token: String!, $other: ID) { procedure(id: $other, previewToken: $token) { id } }",
    ],
)
def test_token_of_another_page_is_refused_alike(editor: User, query: str) -> None:
    other = make_procedure(title="Other", slug="other")
    token = preview_of(make_procedure(), editor)
    variables = {"other": encode_id(PAGE_KIND, other.pk)} if "$other" in query else {}

    assert refusal(query, token=token, **variables) == UNKNOWN


def test_token_is_dead_after_an_hour(editor: User) -> None:
    token = preview_of(make_procedure(), editor)

    with time_machine.travel(NOW + timedelta(minutes=59, seconds=59), tick=False):
        assert "errors" not in post(PROCEDURE, token=token).json()
    for later in (timedelta(hours=1), timedelta(days=400)):
        with time_machine.travel(NOW + later, tick=False):
            assert refusal(PROCEDURE, token=token) == UNKNOWN


@pytest.mark.parametrize("hide", [restrict, restrict_parent, move_to_another_site])
def test_page_that_is_kept_from_the_public_is_not_previewed(
    editor: User, hide: Callable[[Page], None]
) -> None:
    page = make_procedure()
    token = preview_of(page, editor)
    hide(page)

    assert refusal(PROCEDURE, token=token) == (
        "BAD_INPUT",
        "The page is not for the public: it or a page above it is restricted, or it is of another site.",
    )


def test_other_drafts_stay_hidden_beside_a_preview(editor: User) -> None:
    make_procedure(title="Secret", slug="secret", live=False)
    token = preview_of(make_procedure(), editor, title="Drafted")

    answer = post(
        "query Draft($token: String!) { procedure(previewToken: $token) { title } "
        'secret: procedure(slug: "secret") { title } procedures { nodes { title } } }',
        token=token,
    ).json()

    assert answer["data"] == {
        "procedure": {"title": "Drafted"},
        "secret": None,
        "procedures": {"nodes": [{"title": "Drafted"}]},
    }


def test_request_shows_one_preview(editor: User) -> None:
    first, second = make_procedure(), make_procedure(title="Cupping")
    query = (
        "query Two($a: String!, $b: String!) "
        "{ a: procedure(previewToken: $a) { title } b: procedure(previewToken: $b) { title } }"
    )
    token = preview_of(first, editor)

    same = post(query, a=token, b=token).json()
    two = refusal(query, a=token, b=preview_of(second, editor))

    assert same["data"] == {"a": {"title": "Micro needling"}, "b": {"title": "Micro needling"}}
    assert two == ("BAD_INPUT", "A request shows one preview. Ask for the other one in a request of its own.")


def test_token_is_stored_as_a_hash_only(editor: User) -> None:
    token = preview_of(make_procedure(), editor)

    [row] = Preview.objects.values()

    assert len(token) == 43
    assert row["token_hash"] == hash_of(token)
    assert token not in str(row)


def test_panel_replaces_its_own_previews_only(editor: User) -> None:
    page, other = make_procedure(), make_procedure(title="Cupping")
    colleague = make_staff(username="colleague")

    def opened(*, page: Page = page, user: User = editor, in_panel: bool = True) -> str:
        return open_preview(page=page, user=user, in_panel=in_panel, now=NOW)

    replaced = opened()
    kept = [opened(in_panel=False), opened(user=colleague), opened(page=other), opened()]

    found = set(Preview.objects.values_list("token_hash", flat=True))
    assert found == {hash_of(token) for token in kept}
    assert hash_of(replaced) not in found


def test_expired_previews_are_deleted(editor: User) -> None:
    preview_of(make_procedure(), editor)
    assert delete_expired_previews(NOW + timedelta(minutes=59)) == 0
    assert delete_expired_previews(NOW + timedelta(hours=1)) == 1
    assert Preview.objects.count() == 0
