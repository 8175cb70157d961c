"""The scripts of docs/frontend.md run as they stand there, in a browser, against a running API."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings

from schedules.models import Appointment
from tests.browser.front_end import Clinic, OpenWindow, clinic, open_window

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]

GUIDE = (Path(settings.BASE_DIR) / "docs" / "frontend.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"^```js\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def run(script: str, *, open_window: OpenWindow, api: str) -> Any:
    page = open_window()
    page.goto("")
    return page.evaluate(f"async () => {{ {script.replace('http://localhost:8000', api)} }}")


def test_guide_has_two_scripts() -> None:
    assert len(SCRIPTS) == 2


def test_stored_document_is_read(open_window: OpenWindow, clinic: Clinic, live_server: Any) -> None:
    assert run(SCRIPTS[0], open_window=open_window, api=live_server.url) == "Mile High Chiropractic"


def test_visit_is_held_booked_and_cancelled(
    open_window: OpenWindow, clinic: Clinic, live_server: Any, settings: Settings
) -> None:
    settings.GRAPHQL_STORED_DOCUMENTS_ONLY = False

    assert run(SCRIPTS[1], open_window=open_window, api=live_server.url) == ["BOOKED", "CANCELLED"]
    assert [visit.status for visit in Appointment.objects.all()] == [Appointment.Status.CANCELLED]


@pytest.mark.parametrize("command", ["generate", "build", "dev", "prerender"])
def test_commands_of_the_guide_exist(command: str) -> None:
    package = (Path(settings.BASE_DIR) / "examples" / "front-end" / "package.json").read_text(
        encoding="utf-8"
    )

    assert f"npm run {command}" in GUIDE
    assert f'"{command}": ' in package
