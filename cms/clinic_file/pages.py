"""Pages of a clinic file: which version to compare with, and how to publish what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from wagtail.models import Page

from cms.clinic_file.entries import Entry
from cms.clinic_file.session import Loading, assign, has_values
from cms.core.models import ContentPage

AnyPage = TypeVar("AnyPage", bound=ContentPage)
Row = TypeVar("Row", bound=models.Model)


def open_page(
    loading: Loading, *, parent: Page, model: type[AnyPage], entry: Entry, values: Mapping[str, object]
) -> AnyPage | None:
    """Return the page to compare the file with, made as a bare draft if it is new; None if it cannot be made.

    A live page is compared as readers see it, and a draft as editors see it."""
    slug = entry.text("slug")
    present: AnyPage | None = model.objects.child_of(parent).filter(slug=slug).first()
    if present is None:
        return add_draft(
            loading, parent=parent, page=model(slug=slug, live=False), entry=entry, values=values
        )
    return present if present.live else present.get_latest_revision_as_object()


def add_draft(
    loading: Loading, *, parent: Page, page: AnyPage, entry: Entry, values: Mapping[str, object]
) -> AnyPage | None:
    """Both kinds of pages refer to each other, so all of them exist before any is filled in."""
    assign(page, values)
    before = len(loading.problems)
    with loading.reporting(entry):
        parent.add_child(instance=page)
    return page if len(loading.problems) == before else None


def finish_page(
    loading: Loading, *, page: ContentPage, entry: Entry, noun: str, changed: Iterable[str]
) -> None:
    """Publish the page, or keep it as a draft, if the file differs from what is there."""
    is_new, wants_live = page.latest_revision_id is None, entry.text("status", "live") != "draft"
    if not (is_new or list(changed) or page.live != wants_live):
        return
    if not loading.is_sound(entry.path):
        return
    action = "created" if is_new else "unpublished" if page.live and not wants_live else "updated"
    with loading.reporting(entry):
        hides_draft = page.live and page.has_unpublished_changes and not is_new
        publish(page, wants_live=wants_live)
        loading.record(action=action, noun=noun, name=page.slug)
        if hides_draft:
            loading.record(action="put in front of an editor's draft:", noun=noun, name=page.slug)


def publish(page: ContentPage, *, wants_live: bool) -> None:
    if wants_live and not page.live:
        # The file says live, so a date on which it was to appear or to vanish has no say any more.
        page.go_live_at = page.expire_at = None
    revision = page.save_revision(log_action=True)
    if wants_live:
        revision.publish()
    elif page.live:
        type(page).objects.get(pk=page.pk).unpublish()


def replace_rows(
    page: models.Model,
    *,
    relation: str,
    values: list[dict[str, Any]],
    model: type[Row],
    identity: Collection[str] = (),
) -> list[Row]:
    """Give the page the rows of `values`, in order, and return them.

    A row that agrees in `identity` keeps its id; without an identity, the row at the same place."""
    present: list[Row] = list(getattr(page, relation).all())
    rows = []
    for value in values:
        known = {name: value[name] for name in identity}
        row = next((row for row in present if has_values(row, known)), None)
        if row:
            present.remove(row)
        rows.append(row or model())
        assign(rows[-1], value)
    setattr(page, relation, rows)
    return rows
