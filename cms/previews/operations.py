"""Previews: opened, revoked, deleted, and written for the time of one request."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError, connection, models, transaction
from django.db.models import ForeignObjectRel
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Page

from cms.previews.models import Preview
from cms.previews.placeholders import Gaps, Unfillable, filled_field, place_of
from cms.previews.queries import current_previews
from cms.previews.tokens import hash_of, new_token

LIFETIME = timedelta(hours=1)
# Below PostgreSQL's deadlock_timeout of a second, so that the preview is always the one to give way.
LOCK_TIMEOUT_MS = 500
# What a draft changes of the fields of all pages. The address stays: those of the pages below hang on it.
DRAFTED_FIELDS = frozenset({"title", "slug", "seo_title", "search_description"})
PUBLISHED = {"live": True, "expired": False, "expire_at": None}
LOCK_NOT_AVAILABLE = "55P03"
# Places among siblings that no page of a site reaches.
LAST_PLACES = range(36**Page.steplen - 100_000, 36**Page.steplen)


class PageIsBusy(Exception):
    """Somebody else is saving the page at this moment."""


class CannotBeShown(Exception):
    """The draft lacks something that nothing can stand in for."""


def open_preview(*, page: Page, user: AbstractBaseUser, in_panel: bool, now: datetime) -> str:
    """Store the draft in `page` with its child rows and return the token that shows it.

    A preview for the editor's panel replaces the one before of the same user and page."""
    content = page.serializable_data()
    content.pop(COMMENTS_RELATION_NAME, None)
    parent = None if page.pk else page.get_parent()
    of_page = {
        "content_type": ContentType.objects.get_for_model(type(page)),
        "page_id": page.pk,
        "parent_id": parent.pk if parent else None,
        "user": user,
        "in_panel": in_panel,
    }
    token = new_token()
    with transaction.atomic():
        if in_panel:
            Preview.objects.filter(**of_page).delete()
        Preview.objects.create(
            **of_page,
            token_hash=hash_of(token),
            content=content,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    return token


def revoke_previews(previews: models.QuerySet[Preview], *, now: datetime) -> int:
    """End those of `previews` that can still be shown, and return how many those were."""
    return current_previews(now=now).filter(pk__in=previews.values("pk")).update(revoked_at=now)


def delete_expired_previews(now: datetime) -> int:
    """Delete what can no longer be shown because its hour is over. Returns how many."""
    return Preview.objects.filter(expires_at__lte=now).delete()[0]


# Writing a draft for one request ------------------------------------------------------------------


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that is never committed, however it ends."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class WrittenDraft:
    """The key of the page, a passing one where it is not created yet, and the places that were filled."""

    page_id: int
    placeholders: tuple[str, ...]


def write_draft(preview: Preview) -> WrittenDraft:
    """Write the draft into its page as if it were published. Only inside `rolled_back`.

    Written by statements, past `save`, so that no index, file or cache outside the transaction can learn of
    it; a new page sends the signals of a raw save, which receivers leave alone. Triggers and foreign keys
    that wait for the commit never run. Raises PageIsBusy and CannotBeShown."""
    model, gaps = preview.content_type.model_class(), Gaps()
    if model is None or not issubclass(model, Page):
        raise CannotBeShown
    try:
        with transaction.atomic():
            _limit_waiting()
            values = _page_values(model, preview.content, gaps)
            if preview.page:
                page_id = _update_page(model, key=preview.page.pk, values=values)
            else:
                page_id = _insert_page(model, parent=preview.parent, values=values)
            for relation in get_all_child_relations(model):
                rows = preview.content.get(relation.get_accessor_name())
                _insert_children(relation, rows or [], page_id=page_id, gaps=gaps)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        raise PageIsBusy from error
    except (DataError, IntegrityError, Unfillable) as error:
        raise CannotBeShown from error
    return WrittenDraft(page_id=page_id, placeholders=tuple(gaps.places))


def _limit_waiting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT_MS}ms"])


def _page_values(model: type[Page], content: dict[str, Any], gaps: Gaps) -> dict[str, Any]:
    shared = {shared_field.name for shared_field in Page._meta.fields}
    values = {
        each.attname: filled_field(each, content.get(each.name), place=place_of(each.name), gaps=gaps)
        for each in model._meta.concrete_fields
        if not each.primary_key and (each.name not in shared or each.name in DRAFTED_FIELDS)
    }
    for name in _contradicting(model, values):
        gaps.add(place_of(name))
        values[name] = None
    return values


def _contradicting(model: type[Page], values: dict[str, Any]) -> list[str]:
    """Return the fields whose values the database would refuse together, such as a range upside down."""
    found: list[str] = []
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and isinstance(constraint.condition, models.Q):
            try:
                constraint.validate(model, model(**values))
            except ValidationError:
                found += sorted(constraint.condition.referenced_base_fields)
    return found


def _update_page(model: type[Page], *, key: int, values: dict[str, Any]) -> int:
    """Overwrite the page and take away its child rows; comments of editors are none of them."""
    # The page comes first, as where it is published: this is the one place where the two wait for each other.
    list(Page.objects.select_for_update(no_key=True).filter(pk=key).values("pk"))
    model._base_manager.filter(pk=key).update(**values, **PUBLISHED)
    for relation in get_all_child_relations(model):
        if relation.get_accessor_name() != COMMENTS_RELATION_NAME:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: key})
            rows._raw_delete(rows.db)
    return key


def _insert_page(model: type[Page], *, parent: Any, values: dict[str, Any]) -> int:
    """Add the page below `parent` at a place of its own: the next one is for whoever creates a page."""
    path = Page._get_path(parent.path, parent.depth + 1, secrets.choice(LAST_PLACES))
    page = model(
        **values,
        **PUBLISHED,
        content_type=ContentType.objects.get_for_model(model),
        locale_id=parent.locale_id,
        path=path,
        depth=parent.depth + 1,
        url_path=f"{parent.url_path}{values['slug']}/",
        draft_title=values["title"],
    )
    shared = {each.attname: getattr(page, each.attname) for each in Page._meta.concrete_fields}
    [made] = Page.objects.bulk_create([Page(**shared)])
    page.pk = page.page_ptr_id = made.pk
    # `raw` writes the row of this model alone.
    page.save_base(raw=True, force_insert=True)
    return made.pk


def _insert_children(
    relation: ForeignObjectRel, rows: list[dict[str, Any]], *, page_id: int, gaps: Gaps
) -> None:
    """Write the child rows; one with a gap that nothing can fill, or that breaks a rule, is left out."""
    place, shown = place_of(str(relation.get_accessor_name())), 0
    for row in rows:
        inside = Gaps()
        try:
            with transaction.atomic():
                _insert_child(relation, row, page_id=page_id, place=f"{place}.{shown}", gaps=inside)
        except (DataError, IntegrityError, Unfillable):
            gaps.add(place)
        else:
            shown += 1
            gaps.places += inside.places


def _insert_child(
    relation: ForeignObjectRel, row: dict[str, Any], *, page_id: int, place: str, gaps: Gaps
) -> None:
    model = relation.related_model
    values = {
        each.attname: filled_field(
            each, row.get(each.name), place=place_of(each.name, below=place), gaps=gaps
        )
        for each in model._meta.concrete_fields
        if not each.primary_key and not isinstance(each, ParentalKey)
    }
    parent = {relation.field.attname: page_id}
    model._base_manager.bulk_create([model(pk=row.get("pk"), **values, **parent)])
