"""What one client may cost at the addresses of the embeds."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cms.partners.views.base import limited
from tests.cms.partners.worlds import ARTICLE, BOOKING, CONTENT, NOW, ORIGIN, make_clinic, make_partner

pytestmark = pytest.mark.django_db
OEMBED = f"/oembed?url=http://localhost{ARTICLE}"


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Iterator[Any]:
    settings.RATE_LIMIT_ENABLED, settings.RATE_LIMIT_PER_MINUTE = True, 2
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def ask(path: str, *, client: str) -> Any:
    return Client().get(path, headers={"host": "localhost", "origin": ORIGIN}, REMOTE_ADDR=client)


@pytest.mark.parametrize(
    ("path", "address"),
    [(ARTICLE, "192.0.2.1"), (CONTENT, "192.0.2.2"), (BOOKING, "192.0.2.3"), (OEMBED, "192.0.2.4")],
)
def test_floods_are_refused_without_a_statement(path: str, address: str) -> None:
    make_clinic()
    make_partner()
    assert [ask(path, client=address).status_code for _ in range(2)] == [200, 200]
    with CaptureQueriesContext(connection) as statements:
        refused = ask(path, client=address)

    assert (refused.status_code, refused["Cache-Control"]) == (429, "private, no-store")
    assert 1 <= int(refused["Retry-After"]) <= 120
    assert len(statements) == 0
    assert ask(path, client=f"{address}9").status_code == 200


def test_work_that_takes_long_costs_its_milliseconds(settings: Settings, clock: Any) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 1_000
    make_clinic()
    make_partner()
    with limited(RequestFactory().get("/", REMOTE_ADDR="192.0.2.5")):
        clock.shift(1)

    assert ask(ARTICLE, client="192.0.2.5").status_code == 429
