"""The code of docs/embedding.md runs as it stands there: on a page, in Wagtail and against the API."""

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, expect
from wagtail.embeds.finders import oembed

from cms.partners.assets import newest
from schedules.models import Appointment
from tests.api import ask
from tests.browser.partner_sites import KEY, Clinic, visitor
from tests.browser.test_embeds import book_in, clinic, risks, site

# Fixtures are found by their names in the module.
__all__ = ["clinic", "site"]

GUIDE = (Path(settings.BASE_DIR) / "docs" / "embedding.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
WRITTEN_ORIGIN = "https://clinic.example.com"
PAGE, PINNED, LISTENING = (code for language, code in BLOCKS if language == "html")
[STYLE] = (code for language, code in BLOCKS if language == "css")
[DOCUMENT] = (code for language, code in BLOCKS if language == "graphql")
[FINDERS] = (code for language, code in BLOCKS if language == "python")
[CONTENT] = (code for language, code in BLOCKS if language == "json")


def here(code: str, clinic: Clinic) -> str:
    return code.replace(WRITTEN_ORIGIN, clinic.api)


def test_page_shows_the_article_and_books_in_the_look_of_the_guide(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    address = clinic.site.add(here(PAGE, clinic), head=f"<style>{STYLE}</style>{LISTENING}")
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        expect(risks(page)).to_contain_text("Redness")
        expect(page.locator("clinic-procedure [part=title]")).to_have_css("font-size", "32px")
        expect(page.locator("clinic-procedure [part~=faqs]")).to_be_hidden()
        with page.expect_console_message() as heard:
            book_in(page.frame_locator("clinic-booking iframe"))

    [visit] = Appointment.objects.all()
    assert heard.value.text == f"micro-needling {visit.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def test_pinned_version_is_loaded_by_its_checksum(
    browser: Browser, clinic: Clinic, complaints: list[str]
) -> None:
    release = newest()
    pinned = here(PINNED, clinic).replace("1.0.0", release.version)
    head = pinned.replace("sha384-…", release.checksums["clinic-elements.js"])
    address = clinic.site.add(clinic.article(), head=head)
    with visitor(browser, complaints=complaints) as window:
        page = window.new_page()
        page.goto(address)
        expect(risks(page)).to_contain_text("Redness")


def test_wagtail_is_set_up_as_in_the_guide(clinic: Clinic) -> None:
    values: dict[str, Any] = {}
    exec(here(FINDERS, clinic).replace(re.escape(WRITTEN_ORIGIN), re.escape(clinic.api)), values)
    [finder] = values["WAGTAILEMBEDS_FINDERS"]
    assert finder["class"] == oembed.__name__
    url = f"{clinic.api}/embed/{KEY}/procedures/micro-needling/"

    found = oembed.OEmbedFinder(providers=finder["providers"])

    assert found.accept(url)
    assert found.find_embed(url)["title"] == "Micro needling"


def test_document_gives_the_frame(clinic: Clinic) -> None:
    answer = ask(DOCUMENT.replace('"gym"', f'"{KEY}"'))

    assert f"/embed/{KEY}/procedures/micro-needling/" in answer["procedure"]["embed"]["html"]


def test_content_has_the_members_of_the_guide(browser: Browser, clinic: Clinic) -> None:
    page = browser.new_page()
    address = clinic.site.add("")
    page.goto(address)
    content = page.evaluate(
        "(url) => fetch(url).then((answer) => answer.json())",
        f"{clinic.api}/embed/{KEY}/procedures/micro-needling/content.json",
    )
    page.close()

    assert list(content) == list(json.loads(CONTENT))
    assert list(content["theme"]) == list(json.loads(CONTENT)["theme"])
