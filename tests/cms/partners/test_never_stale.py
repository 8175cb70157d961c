"""The very next answer shows every change, though answers are kept: nothing revoked or recalled stays."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import Page, PageViewRestriction

from cms.core.models import ClinicSettings
from cms.partners.models import Partner
from services.models import ProcedurePage
from tests import hiding
from tests.cms.partners.worlds import ARTICLE, BOOKING, CONTENT, NOW, content, get, make_clinic, make_partner

PATHS = (ARTICLE, CONTENT, f"{BOOKING}?procedure=micro-needling")


@pytest.fixture(autouse=True)
def kept(settings: Settings, transactional_db: None) -> Iterator[Any]:
    settings.ANSWER_CACHE_MB = 8
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def statuses() -> list[int]:
    return [get(path).status_code for path in PATHS]


def statements(path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        get(path, **headers)
    return len(asked)


def test_answers_are_kept() -> None:
    make_clinic()
    make_partner()
    first = [get(path).content for path in PATHS]
    etags = [get(path)["ETag"] for path in PATHS]

    # The partner and its day, and the count.
    assert [statements(path) for path in PATHS] == [2, 2, 2]
    assert [statements(path, if_none_match=etag) for path, etag in zip(PATHS, etags, strict=True)] == [
        2,
        2,
        2,
    ]
    assert [get(path).content for path in PATHS] == first


def test_kept_answers_travel_compressed() -> None:
    make_clinic()
    make_partner()

    assert get(ARTICLE, accept_encoding="br")["Content-Encoding"] == "br"
    assert get(CONTENT, accept_encoding="gzip")["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("way", hiding.WAYS_TO_HIDE)
def test_recall_shows_at_once(way: str) -> None:
    page = make_clinic()
    make_partner()
    assert statuses() == statuses() == [200] * 3
    hiding.WAYS_TO_HIDE[way](page)

    assert statuses() == [404] * 3


REVOCATIONS: dict[str, Callable[[Partner], Any]] = {
    "off": lambda partner: Partner.objects.update(is_active=False),
    "expired": lambda partner: Partner.objects.update(expires_on="2027-02-28"),
    "deleted": lambda partner: partner.delete(),
    "nothing chosen": lambda partner: Partner.objects.update(content="chosen"),
    "another locale": lambda partner: Partner.objects.update(locales=["es"]),
}


@pytest.mark.parametrize("way", REVOCATIONS)
def test_revocation_shows_at_once(way: str) -> None:
    make_clinic()
    partner = make_partner()
    assert statuses() == statuses() == [200] * 3
    REVOCATIONS[way](partner)

    assert statuses() == [404] * 3


def test_choice_that_is_taken_back_shows_at_once() -> None:
    page = make_clinic()
    partner = make_partner(content="chosen", procedures=[page])
    assert statuses() == statuses() == [200] * 3
    partner.procedures.clear()

    assert statuses() == [404] * 3


def test_midnight_of_the_last_day_counts_for_kept_answers(kept: Any) -> None:
    make_clinic()
    make_partner(expires_on="2027-03-01")
    assert statuses() == statuses() == [200] * 3
    kept.move_to(datetime.fromisoformat("2027-03-02T07:00:00Z"))

    assert statuses() == [404] * 3


def test_quota_counts_for_kept_answers() -> None:
    make_clinic()
    make_partner(daily_quota=3)

    assert [get(ARTICLE).status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_page_that_expires_is_gone_in_that_instant(kept: Any) -> None:
    page = make_clinic()
    make_partner()
    Page.objects.filter(pk=page.pk).update(expire_at="2027-03-02T01:00:03Z")
    assert statuses() == [200] * 3
    assert get(ARTICLE)["Cache-Control"] == "public, max-age=0, s-maxage=3, stale-if-error=0"
    kept.move_to(datetime.fromisoformat("2027-03-02T01:00:03Z"))

    assert statuses() == [404] * 3


def test_changes_show_at_once() -> None:
    page = make_clinic()
    make_partner()
    restriction = None
    before = content()
    ProcedurePage.objects.filter(pk=page.pk).update(summary="Recalled words.")
    assert content()["summary"] == "Recalled words." != before["summary"]
    ClinicSettings.objects.update(phone="+1 303 555 0199")
    assert content()["phone"] == "+1 303 555 0199"
    Partner.objects.update(accent="#d6336c")
    assert content()["theme"]["accent"] == "#d6336c"
    assert "#d6336c" in get(ARTICLE).content.decode()
    hiding.restrict(page)
    restriction = PageViewRestriction.objects.get()
    assert get(CONTENT).status_code == 404
    restriction.delete()
    assert get(CONTENT).status_code == 200


def test_one_partners_answer_is_not_anothers() -> None:
    make_clinic()
    make_partner(accent="#d6336c")
    make_partner(slug="spa", name="Spa", accent="#1971c2")
    accents = {
        key: content(f"/embed/{key}/procedures/micro-needling/content.json")["theme"]["accent"]
        for key in ("gym", "spa", "gym")
    }
    assert accents == {"gym": "#d6336c", "spa": "#1971c2"}


def test_database_that_is_away_is_told_in_neutral_words() -> None:
    make_clinic()
    make_partner()
    assert statuses() == [200] * 3
    known = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        replies = [get(path) for path in (*PATHS, "/oembed?url=http://localhost/procedures/micro-needling/")]
    finally:
        connection.close()
        connection.settings_dict.update(known)

    assert [(reply.status_code, reply["Retry-After"]) for reply in replies] == [(503, "5")] * 4
    assert not any(b"127.0.0.1" in reply.content for reply in replies)
