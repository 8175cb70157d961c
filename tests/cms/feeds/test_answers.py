"""What all feeds share."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from wagtail.models import APIToken

from cms.feeds.views.answers import FirstSeen
from tests.cms.feeds.definitions import problems

NOW = datetime(2027, 3, 9, 8, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_without_its_address() -> None:
    address = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    token = {"authorization": f"Bearer {APIToken.generate_token()}"}
    try:
        answers = [
            Client().get(path, headers=token)
            for path in (
                "/smart-scheduling-links/$bulk-publish",
                "/calendars/providers/abc.ics",
                "/sitemap.xml",
                "/fhir/R4/Location",
            )
        ]
    finally:
        connection.close()
        connection.settings_dict.update(address)

    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "127.0.0.1" not in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert problems(answers[-1].json()) == []
    assert answers[-1].json()["issue"][0]["code"] == "transient"


def test_what_was_first_seen_when() -> None:
    seen = FirstSeen()
    later = NOW + timedelta(minutes=1)

    assert seen.since("/a", '"1"', now=NOW) == NOW
    assert seen.since("/a", '"1"', now=later) == NOW
    assert seen.since("/b", '"1"', now=later) == later
    assert seen.since("/a", '"2"', now=later) == later
    assert seen.since("/a", '"1"', now=later + timedelta(minutes=1)) == later + timedelta(minutes=1)


def test_only_so_many_addresses_are_remembered() -> None:
    seen = FirstSeen()
    later = NOW + timedelta(minutes=1)
    for number in range(FirstSeen.KEPT + 1):
        seen.since(f"/{number}", '"1"', now=NOW)

    assert seen.since("/1", '"1"', now=later) == NOW
    assert seen.since("/0", '"1"', now=later) == later
