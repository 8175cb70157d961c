"""Showing a draft leaves nothing behind, whatever happens in the request, and holds up nobody for long."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test import Client, RequestFactory
from pytest_django import Settings
from wagtail.models import Page

from cms.graphql.timeouts import DeadlinePassed
from cms.graphql.versions import content_version
from cms.graphql.view import graphql_view
from cms.previews.models import Preview
from cms.previews.operations import open_preview, rolled_back, write_draft
from cms.previews.queries import find_preview
from cms.schema import schema
from providers.models import Offering, ProviderPage
from services.models import ProcedurePage
from tests.api import post
from tests.factories import make_location, make_procedure, make_provider, make_rule, make_staff

NOW = datetime(2027, 3, 9, 12, tzinfo=UTC)
TITLE = "query Draft($token: String!) { page(previewToken: $token) { title } }"
LABELS = (
    "core",
    "services",
    "providers",
    "schedules",
    "wagtailcore",
    "wagtailsearch",
    "delivery",
    "previews",
)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def everything() -> dict[str, Any]:
    """Return every row of every table that content or booking is in, and the version of the content."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in LABELS and model._meta.managed
    ]
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT r::text FROM "{table}" r ORDER BY 1')
            rows[table] = cursor.fetchall()
    return {"rows": rows, "version": content_version()}


def provider_draft() -> str:
    """Return the token of a draft that changes every table of a provider's page."""
    page = make_provider(offers=[make_procedure()])
    make_rule(provider=page, location=make_location())
    draft = ProviderPage.objects.get(pk=page.pk)
    draft.title = draft.name = "Drafted"
    draft.offerings = [Offering(procedure=make_procedure(title="Cupping"))]
    draft.availability_rules = []
    return open_preview(page=draft, user=make_staff(), in_panel=False, now=NOW)


def new_page_draft() -> str:
    parent = make_procedure().get_parent()
    page = ProcedurePage(title="Drafted", slug="drafted", summary="New.", depth=parent.depth + 1)
    page.path = parent.get_last_child()._inc_path()
    return open_preview(page=page, user=make_staff(), in_panel=False, now=NOW)


def preview_of(token: str) -> Preview:
    found = find_preview(token, now=NOW)
    assert found is not None
    return found


def limits_of_connection() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        return cursor.fetchone()


def in_thread(work: Callable[[], None]) -> None:
    """Do `work` on a connection of its own, within a few seconds."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.parametrize("drafted", [provider_draft, new_page_draft])
def test_nothing_of_a_preview_stays(drafted: Callable[[], str]) -> None:
    token = drafted()
    before = everything()

    answer = post(TITLE, token=token).json()

    assert answer["data"] == {"page": {"title": "Drafted"}}
    assert everything() == before
    assert (connection.in_atomic_block, connection.get_autocommit()) == (False, True)


def test_nothing_stays_after_an_error() -> None:
    token = provider_draft()
    before = everything()

    answer = post(f"{TITLE[:-1]} procedures(first: 500) {{ totalCount }} }}", token=token).json()

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_INPUT"]
    assert everything() == before


@pytest.mark.parametrize("failure", [DeadlinePassed, KeyboardInterrupt, RuntimeError])
def test_nothing_stays_after_a_failure_of_any_kind(failure: type[BaseException]) -> None:
    preview = preview_of(provider_draft())
    before = everything()

    with pytest.raises(failure):
        fail_with(failure, preview=preview, before=before)

    assert everything() == before


def fail_with(failure: type[BaseException], *, preview: Preview, before: dict[str, Any]) -> None:
    """Fail in a request that has written a draft."""
    with ExitStack() as stack:
        stack.enter_context(rolled_back())
        write_draft(preview)
        assert everything() != before
        raise failure


def test_hooks_of_a_commit_never_run() -> None:
    preview, ran = preview_of(provider_draft()), []

    with rolled_back():
        transaction.on_commit(lambda: ran.append("commit"))
        write_draft(preview)

    assert ran == []


def test_no_signal_tells_of_a_draft() -> None:
    """Signals reach indexes, files and caches that no transaction takes back."""
    preview, heard = preview_of(new_page_draft()), []

    def hear(sender: Any, *, raw: bool = False, **_: Any) -> None:
        heard.append((sender, raw))

    post_save.connect(hear)
    try:
        with rolled_back():
            write_draft(preview)
    finally:
        post_save.disconnect(hear)

    # Receivers leave a raw save alone, as they do where fixtures are loaded.
    assert heard == [(ProcedurePage, True)]


def test_statement_that_takes_too_long_ends_the_preview(settings: Settings) -> None:
    token = provider_draft()
    before = everything()
    settings.GRAPHQL_STATEMENT_TIMEOUT_MS = 100
    view = graphql_view(schema)
    body = json.dumps({"query": TITLE, "variables": {"token": token}})
    request = RequestFactory().post("/graphql/", body, content_type="application/json")
    answers = []

    def ask() -> None:
        answers.append(json.loads(view(request).content))
        answers.append(limits_of_connection())
        connection.close()

    with transaction.atomic():
        Page.objects.filter(title="Dr. Sarah White").update(title="Being published")
        in_thread(ask)
        transaction.set_rollback(True)

    refused, left = answers
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["TIMEOUT"]
    assert left == ("0", "0")
    assert everything() == before


def test_limits_of_the_connection_are_taken_back() -> None:
    post(TITLE, token=provider_draft())

    assert limits_of_connection() == ("0", "0")


def test_page_that_is_being_saved_is_not_waited_for_long() -> None:
    token = provider_draft()
    page = Page.objects.get(title="Dr. Sarah White")
    answers = []

    def ask() -> None:
        answers.append(post(TITLE, token=token).json())
        connection.close()

    with transaction.atomic():
        Page.objects.filter(pk=page.pk).update(title="Being published")
        in_thread(ask)
        transaction.set_rollback(True)

    [answer] = answers
    [error] = answer["errors"]
    assert (error["extensions"]["code"], error["message"]) == (
        "BAD_INPUT",
        "The page is being saved at this moment. Ask again.",
    )
    assert post(TITLE, token=token).json()["data"] == {"page": {"title": "Drafted"}}


def test_previews_at_the_same_time_are_all_served() -> None:
    tokens = [provider_draft()]
    draft = ProviderPage.objects.get()
    draft.title = "Other draft"
    editor = Preview.objects.get().user
    tokens.append(open_preview(page=draft, user=editor, in_panel=False, now=NOW))
    answers: list[str] = []

    def ask(token: str) -> None:
        client = Client()
        for _ in range(5):
            body = {"query": TITLE, "variables": {"token": token}}
            answer = client.post("/graphql/", body, content_type="application/json")
            answers.append(answer.json()["data"]["page"]["title"])
        connection.close()

    threads = [threading.Thread(target=ask, args=[token]) for token in tokens * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["Drafted"] * 10 + ["Other draft"] * 10
    assert ProviderPage.objects.get().title == "Dr. Sarah White"
