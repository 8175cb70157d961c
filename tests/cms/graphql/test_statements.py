"""Statements that are kept give what the queryset would give, for every value that comes late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, connection
from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.graphql.cache_tags import noting_tables
from cms.graphql.statements import KEYS, NOW, PREPARED_STATEMENTS, SLUG, kept_rows
from tests.cms.graphql.world import add_page

pytestmark = pytest.mark.django_db

EXPIRES_AT = datetime(2027, 3, 9, 16, 0, tzinfo=UTC)


def unexpired() -> QuerySet[Any, dict[str, Any]]:
    return Page.objects.filter(expire_at__gt=NOW).values("slug")


def chosen(order: str) -> QuerySet[Any, dict[str, Any]]:
    return Page.objects.filter(pk__in=KEYS).order_by(order).values("slug", shown=JSONObject(title=F("title")))


def called() -> QuerySet[Any, dict[str, Any]]:
    return Page.objects.filter(slug=SLUG).values("title")


def with_path() -> QuerySet[Any, dict[str, Any]]:
    return Page.objects.filter(slug=SLUG).values("path")


def numbered(pk: int) -> QuerySet[Any, dict[str, Any]]:
    return Page.objects.filter(pk=pk).values("title")


def none() -> QuerySet[Any, dict[str, Any]]:
    return Page.objects.none().values("title")


def test_late_value_is_that_of_each_call() -> None:
    add_page("Sale", slug="sale", expire_at=EXPIRES_AT)

    before = kept_rows(unexpired, now=EXPIRES_AT - timedelta(seconds=1))
    after = kept_rows(unexpired, now=EXPIRES_AT)

    assert (before, after) == ([{"slug": "sale"}], [])


def test_late_keys_are_any_number() -> None:
    keys = [add_page(title, slug=title.lower()).pk for title in ("Mars", "Venus", "Earth")]

    found = [kept_rows(chosen, "title", keys=keys[:number]) for number in range(4)]

    mars, venus = {"slug": "mars", "shown": {"title": "Mars"}}, {"slug": "venus", "shown": {"title": "Venus"}}
    earth = {"slug": "earth", "shown": {"title": "Earth"}}
    assert found == [[], [mars], [mars, venus], [earth, mars, venus]]


def test_arguments_tell_statements_apart() -> None:
    keys = [add_page(title, slug=title.lower()).pk for title in ("Mars", "Venus")]

    found = [[row["slug"] for row in kept_rows(chosen, order, keys=keys)] for order in ("title", "-title")]

    assert found == [["mars", "venus"], ["venus", "mars"]]


@pytest.mark.parametrize("slug", ["it's", "100%", "%s", "a\\b", "“quoted”"])
def test_late_text_is_taken_as_it_is(slug: str) -> None:
    page = add_page("Odd", slug="odd")
    Page.objects.filter(pk=page.pk).update(slug=slug)

    assert kept_rows(called, slug=slug) == [{"title": "Odd"}]


def test_statement_is_one_query_and_none_where_nothing_can_be_found() -> None:
    with CaptureQueriesContext(connection) as captured:
        kept_rows(called, slug="x")
        kept_rows(called, slug="y")
        assert kept_rows(none) == []

    assert len(captured) == 2


def test_statement_is_planned_once_for_each_connection() -> None:
    with CaptureQueriesContext(connection) as captured:
        for slug in ("x", "y", "z"):
            kept_rows(with_path, slug=slug)

    first, *others = [query["sql"] for query in captured]
    assert first.startswith("PREPARE ")
    name = first.split()[1]
    assert others == [f"EXECUTE {name}('y')", f"EXECUTE {name}('z')"]


def test_tables_are_noted_each_time() -> None:
    noted = []
    for _ in range(2):
        with noting_tables() as tables:
            kept_rows(called, slug="x")
        noted.append(set(tables))

    assert noted == [{"wagtailcore_page"}] * 2


def test_connection_keeps_the_statements_used_last() -> None:
    for pk in range(PREPARED_STATEMENTS + 5):
        kept_rows(numbered, pk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept%%'", [])
        assert cursor.fetchone() == (PREPARED_STATEMENTS,)


@pytest.mark.django_db(transaction=True)
def test_new_connection_plans_anew() -> None:
    kept_rows(called, slug="odd")
    connection.close()

    assert kept_rows(called, slug="odd") == []


@pytest.mark.django_db(transaction=True)
def test_column_may_change_its_type() -> None:
    kept_rows(called, slug="odd")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wagtailcore_page ALTER COLUMN title TYPE varchar(300)")

    assert kept_rows(called, slug="odd") == []
    assert kept_rows(called, slug="odd") == []


@pytest.mark.django_db(transaction=True)
def test_statement_that_failed_at_first_works_later() -> None:
    with pytest.raises(DataError):
        kept_rows(chosen, "slug", keys=[2**64])

    assert kept_rows(chosen, "slug", keys=[-1]) == []
