from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page

from cms.graphql.errors import BadInput
from cms.graphql.pagination import Connection, Order, make_cursor, paginate, paginate_rows
from tests.cms.graphql.small_schema import PLANETS
from tests.cms.graphql.world import add_page, context, info_of

TITLE = [Order("title")]
NEWEST = [Order("first_published_at", descending=True)]


def page_of(
    order: list[Order], *, first: int | None = None, after: str | None = None, **options: Any
) -> Connection:
    queryset = options.pop("queryset", None)
    if queryset is None:
        queryset = Page.objects.filter(depth__gt=2)
    return paginate(
        queryset, info=info_of(context()), scope="pages", order=order, first=first, after=after, **options
    )


def walk(order: list[Order], *, first: int) -> list[str]:
    titles: list[str] = []
    after = None
    while True:
        connection = page_of(order, first=first, after=after)
        titles += [page.title for page in connection.nodes]
        if not connection.page_info.has_next_page:
            return titles
        after = connection.page_info.end_cursor


@pytest.mark.django_db
@pytest.mark.parametrize("first", [1, 2, 3, 100])
@pytest.mark.parametrize("order", [TITLE, [Order("title", descending=True)], NEWEST])
def test_pages_follow_each_other_without_gap_or_repeat(order: list[Order], first: int) -> None:
    for number, title in enumerate(["B", "A", "B", "C", "B", "D"]):
        published = datetime(2027, 1, number % 3 + 1, tzinfo=UTC) if number != 1 else None
        add_page(title, first_published_at=published)

    assert walk(order, first=first) == [page.title for page in page_of(order).nodes]
    assert len(walk(order, first=first)) == 6


@pytest.mark.django_db
def test_newest_first_puts_the_undated_last() -> None:
    add_page("Undated")
    add_page("Old", first_published_at=datetime(2026, 1, 1, tzinfo=UTC))
    add_page("New", first_published_at=datetime(2027, 1, 1, tzinfo=UTC))

    assert walk(NEWEST, first=1) == ["New", "Old", "Undated"]


@pytest.mark.django_db
def test_page_goes_on_where_it_stood_when_rows_come_and_go() -> None:
    for title in "ABCD":
        add_page(title)
    after = page_of(TITLE, first=2).page_info.end_cursor
    Page.objects.get(title="B").delete()
    add_page("AA")

    assert [page.title for page in page_of(TITLE, after=after).nodes] == ["C", "D"]


@pytest.mark.django_db
def test_rows_of_values_and_total_in_one_query_each(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for title in "ABC":
        add_page(title)

    connection = page_of(
        TITLE,
        first=2,
        queryset=Page.objects.filter(depth__gt=2).values("pk", "title"),
        to_row=lambda values: values["title"].lower(),
    )
    with django_assert_num_queries(1):
        found = (connection.nodes, connection.page_info.has_next_page, connection.page_info.has_previous_page)
    with django_assert_num_queries(1):
        total = connection.total_count

    assert (found, total) == ((["a", "b"], True, False), 3)


@pytest.mark.parametrize("first", [0, -1, 101])
def test_first_out_of_range_is_refused(first: int) -> None:
    with pytest.raises(BadInput) as refusal:
        paginate_rows(PLANETS, info=info_of(context()), scope="planets", first=first, after=None)
    assert refusal.value.field == "first"


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "ü",
        "A" * 5000,
        make_cursor([1, 2], scope="moons"),
        make_cursor([1], scope="planets"),
        make_cursor([1, 2], scope="planets")[:-2] + "AA",
    ],
)
def test_foreign_cursor_is_refused(after: str) -> None:
    with pytest.raises(BadInput) as refusal:
        paginate_rows(PLANETS, info=info_of(context()), scope="planets", first=None, after=after)
    assert refusal.value.field == "after"


@pytest.mark.django_db
def test_cursor_of_another_order_is_refused() -> None:
    add_page("A")
    after = page_of(TITLE).page_info.end_cursor
    with pytest.raises(BadInput):
        page_of(NEWEST, after=after)


def test_loaded_rows_are_paged_in_their_order() -> None:
    pages: list[Connection] = []
    for _ in range(3):
        after = pages[-1].page_info.end_cursor if pages else None
        pages.append(paginate_rows(PLANETS, info=info_of(context()), scope="planets", first=12, after=after))
    assert [planet.pk for page in pages for planet in page.nodes] == list(range(1, 31))
    assert [(page.page_info.has_next_page, page.total_count) for page in pages] == [
        (True, 30),
        (True, 30),
        (False, 30),
    ]


def test_loaded_rows_go_on_from_the_place_of_one_that_is_gone() -> None:
    info = info_of(context())
    after = paginate_rows(PLANETS, info=info, scope="planets", first=3, after=None).page_info.end_cursor
    fewer = [planet for planet in PLANETS if planet.pk != 3]
    page = paginate_rows(fewer, info=info, scope="planets", first=1, after=after)
    assert [planet.pk for planet in page.nodes] == [4]
