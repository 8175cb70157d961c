"""What is kept of answers, for how long, and that equal requests make one."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from pytest_django import Settings

from cms.delivery.answers import Answers, NextExpiry
from cms.delivery.shared_answers import packed, release, unpacked
from cms.graphql.answers import Answer, PublicAnswer
from cms.graphql.freshness import Freshness
from tests import factories

NOW = datetime(2027, 3, 9, 16, tzinfo=UTC)
KEY = b"key"


class Kitchen:
    """Makes answers and counts them."""

    def __init__(self, *, size: int = 10, fresh_for: float | None = None) -> None:
        self.size = size
        self.fresh_until = None if fresh_for is None else NOW + timedelta(seconds=fresh_for)
        self.count = 0
        self.lock = threading.Lock()

    def make(self) -> PublicAnswer:
        with self.lock:
            self.count += 1
        return PublicAnswer(
            body=b"x" * self.size,
            freshness=Freshness.CONTENT,
            fresh_until=self.fresh_until,
            tables=frozenset({"services_procedurepage"}),
        )


@pytest.fixture(autouse=True)
def _cache_of_a_megabyte(settings: Settings) -> None:
    settings.ANSWER_CACHE_MB = 1
    settings.REDIS_URL = ""


@pytest.mark.django_db
def test_answer_is_made_once() -> None:
    answers, kitchen = Answers(), Kitchen()
    found = [answers.get_or_make(KEY, now=NOW, make=kitchen.make) for _ in range(3)]
    assert kitchen.count == 1
    assert found[0] is found[1] is found[2]


@pytest.mark.django_db
def test_answer_is_made_again_once_time_may_have_changed_it() -> None:
    answers, kitchen = Answers(), Kitchen(fresh_for=60)
    for seconds, count in [(0, 1), (59.9, 1), (60, 2)]:
        answers.get_or_make(KEY, now=NOW + timedelta(seconds=seconds), make=kitchen.make)
        assert kitchen.count == count


@pytest.mark.django_db
def test_next_expiry_is_that_after_the_request_began() -> None:
    page = factories.make_procedure(title="Cupping")
    type(page).objects.filter(pk=page.pk).update(expire_at=NOW)
    expiry = NextExpiry()
    looks = [expiry.after(NOW + timedelta(seconds=seconds), version=7) for seconds in (-9, 1, -1, -1, 0)]

    assert looks == [NOW, None, NOW, NOW, None]


@pytest.mark.django_db(transaction=True)
def test_answer_is_made_again_after_a_commit() -> None:
    answers, kitchen = Answers(), Kitchen()
    answers.get_or_make(KEY, now=NOW, make=kitchen.make)
    factories.make_category()
    answers.get_or_make(KEY, now=NOW, make=kitchen.make)
    assert kitchen.count == 2


@pytest.mark.django_db(transaction=True)
def test_commit_while_an_answer_is_made_makes_it_old() -> None:
    answers, kitchen = Answers(), Kitchen()

    def make_slowly() -> PublicAnswer:
        made = kitchen.make()
        factories.make_category()
        return made

    answers.get_or_make(KEY, now=NOW, make=make_slowly)
    answers.get_or_make(KEY, now=NOW, make=kitchen.make)
    assert kitchen.count == 2


@pytest.mark.django_db
def test_answers_for_one_are_not_kept() -> None:
    answers = Answers()
    bodies = iter([{"data": 1}, {"data": 2}])
    found = [answers.get_or_make(KEY, now=NOW, make=lambda: Answer(next(bodies))) for _ in range(2)]
    assert found == [Answer({"data": 1}), Answer({"data": 2})]


@pytest.mark.django_db
def test_memory_is_bounded_and_the_answer_used_last_stays() -> None:
    answers, kitchen = Answers(), Kitchen(size=200_000)
    for key in (b"a", b"b", b"a", b"c"):
        answers.get_or_make(key, now=NOW, make=kitchen.make)
    made = kitchen.count
    answers.get_or_make(b"a", now=NOW, make=kitchen.make)
    assert (made, kitchen.count) == (3, 3)
    answers.get_or_make(b"b", now=NOW, make=kitchen.make)
    assert kitchen.count == 4


@pytest.mark.django_db
def test_answer_larger_than_the_memory_is_given_and_not_kept() -> None:
    answers, kitchen = Answers(), Kitchen(size=2_000_000)
    for _ in range(2):
        found = answers.get_or_make(KEY, now=NOW, make=kitchen.make)
        assert isinstance(found, PublicAnswer)
    assert kitchen.count == 2


def test_nothing_is_kept_or_looked_up_where_it_is_turned_off(settings: Settings) -> None:
    """Without a database: not even the version is read."""
    settings.ANSWER_CACHE_MB = 0
    answers, kitchen = Answers(), Kitchen()
    for _ in range(2):
        answers.get_or_make(KEY, now=NOW, make=kitchen.make)
    assert kitchen.count == 2


# At once ------------------------------------------------------------------------------------------


def in_threads(count: int, act: Callable[[], Answer | PublicAnswer]) -> list[Answer | PublicAnswer | str]:
    barrier = threading.Barrier(count)

    def run(_: int) -> Answer | PublicAnswer | str:
        try:
            barrier.wait()
            return act()
        except LookupError as error:
            return str(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_equal_requests_at_once_make_one_answer() -> None:
    answers, kitchen = Answers(), Kitchen()
    everybody_asks = threading.Event()
    threading.Timer(0.3, everybody_asks.set).start()

    def make() -> PublicAnswer:
        everybody_asks.wait()
        return kitchen.make()

    found = in_threads(8, lambda: answers.get_or_make(KEY, now=NOW, make=make))
    assert kitchen.count == 1
    assert len({id(answer) for answer in found}) == 1


@pytest.mark.django_db(transaction=True)
def test_failure_of_the_first_lets_another_try() -> None:
    answers, kitchen = Answers(), Kitchen()
    fails: Iterator[bool] = iter([True, False])

    def make() -> PublicAnswer:
        if next(fails, False):
            raise LookupError("the first one fails")
        return kitchen.make()

    found = in_threads(4, lambda: answers.get_or_make(KEY, now=NOW, make=make))
    assert found.count("the first one fails") == 1
    assert kitchen.count == 1


@pytest.mark.django_db(transaction=True)
def test_who_asked_after_a_commit_is_not_given_what_was_begun_before() -> None:
    answers, old, new = Answers(), Kitchen(size=1), Kitchen(size=2)
    is_begun, may_end = threading.Event(), threading.Event()

    def make_old() -> PublicAnswer:
        is_begun.set()
        may_end.wait()
        return old.make()

    def ask_first() -> Answer | PublicAnswer:
        try:
            return answers.get_or_make(KEY, now=NOW, make=make_old)
        finally:
            connections.close_all()

    def ask_second() -> Answer | PublicAnswer:
        try:
            return answers.get_or_make(KEY, now=NOW, make=new.make)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask_first)
        is_begun.wait()
        factories.make_category()
        second = pool.submit(ask_second)
        may_end.set()
        bodies = [future.result() for future in (first, second)]

    assert [answer.body for answer in bodies if isinstance(answer, PublicAnswer)] == [b"x", b"xx"]


# Shared -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_redis_that_is_away_is_a_miss(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answers, kitchen = Answers(), Kitchen()
    for key in (b"a", b"b", b"a"):
        answers.get_or_make(key, now=NOW, make=kitchen.make)

    assert kitchen.count == 2
    assert [record.getMessage() for record in caplog.records] == [
        "Redis is away (ConnectionError): kept answers go on without it."
    ]


@pytest.mark.parametrize("fresh_for", [None, 60])
def test_answer_survives_the_way_through_redis(fresh_for: float | None) -> None:
    made = Kitchen(fresh_for=fresh_for).make()
    found = unpacked(packed(made), version=7)
    assert (found.body, found.fresh_until, found.tables, found.freshness, found.version) == (
        made.body,
        made.fresh_until,
        made.tables,
        Freshness.CONTENT,
        7,
    )


def test_answers_of_another_release_or_database_have_other_names(settings: Settings) -> None:
    release.cache_clear()
    before = release()
    settings.FRONTEND_BASE_URL = "https://other.example"
    release.cache_clear()
    after = release()
    release.cache_clear()
    assert before != after
