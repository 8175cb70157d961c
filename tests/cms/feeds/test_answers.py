"""What all feeds share."""

import pytest
from django.db import connection
from django.test import Client
from wagtail.models import APIToken

from tests.cms.feeds.definitions import problems


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    address = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    token = {"authorization": f"Bearer {APIToken.generate_token()}"}
    try:
        answers = [
            Client().get(path, headers=token)
            for path in (
                "/smart-scheduling-links/$bulk-publish",
                "/calendars/providers/secret.ics",
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
    # Django logs the address of what failed.
    assert "Service Unavailable: /calendars/providers/…" in caplog.messages
    assert "Service Unavailable: /sitemap.xml" in caplog.messages
    assert "secret" not in caplog.text
