"""The admin of partners: who may do what, the form, the code and the report."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from cms.demo.partner import allow_demo_pages
from cms.partners.models import Partner, PartnerViews
from services.models import ProcedurePage
from tests import factories, hiding, translating
from tests.cms.partners.worlds import KEY, NOW, ORIGIN, get, make_clinic, make_partner, tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen_clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False):
        yield


def address(name: str, *args: Any) -> str:
    return reverse(f"wagtailsnippets_partners_partner:{name}", args=args)


def signed_in(*codenames: str) -> Client:
    """Return the client of a member of staff: a superuser, or one with these permissions alone."""
    user = factories.make_staff(is_superuser=not codenames)
    if codenames:
        group = Group.objects.create(name="Partners")
        group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
        user.groups.add(group)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def soup(response: Any) -> Any:
    assert response.status_code == 200, response
    return tree(response.content)


FORM = {
    "name": "Spa",
    "slug": "spa",
    "allowed_origins": f"{ORIGIN}\n",
    "is_active": "on",
    "content": "all",
    "accent": "#0f766e",
    "radius_px": "8",
    "font": "system",
    "scheme": "auto",
}


def test_partner_is_made_and_its_key_stays() -> None:
    client = signed_in()
    client.post(address("add"), {**FORM, "locales": ["es"]})
    partner = Partner.objects.get()
    assert (partner.slug, partner.allowed_origins, partner.locales) == ("spa", [ORIGIN], ["es"])
    client.post(address("edit", partner.pk), {**FORM, "slug": "other", "name": "New name"})
    partner.refresh_from_db()

    assert (partner.slug, partner.name, partner.locales) == ("spa", "New name", [])


def test_colour_that_cannot_be_seen_is_refused_in_words() -> None:
    page = soup(signed_in().post(address("add"), {**FORM, "accent": "#ffeb3b"}))

    assert "#ffeb3b is hard to see" in page.text
    assert not Partner.objects.exists()


def test_choosing_nothing_is_refused() -> None:
    client = signed_in()
    page = soup(client.post(address("add"), {**FORM, "content": "chosen"}))
    assert "Choose at least one category or procedure below" in page.text
    assert not Partner.objects.exists()
    chosen = factories.make_procedure()
    client.post(address("add"), {**FORM, "content": "chosen", "procedures": [chosen.pk]})

    assert list(Partner.objects.get().procedures.all()) == [chosen]


def test_translations_are_not_offered_as_procedures() -> None:
    translating.translate(factories.make_procedure(), title="Micropunción")

    assert "Micropunción" not in soup(signed_in().get(address("add"))).text


def test_list_shows_status_and_views() -> None:
    make_partner(name="Active one")
    make_partner(slug="off", name="Switched off", is_active=False)
    make_partner(slug="past", name="Past one", expires_on="2027-02-28")
    active = Partner.objects.get(slug=KEY)
    PartnerViews.objects.create(partner=active, day="2027-03-01", kind="article", views=42)
    table = soup(signed_in().get(address("list"))).select("table.listing tbody tr")
    rows = {row.select("td")[2].text.strip(): row.get_text(" ", strip=True) for row in table}

    assert {key: "Active" in row.split(key)[1] for key, row in rows.items()} == {
        KEY: True,
        "past": False,
        "off": False,
    }
    assert ("42" in rows[KEY], "Off" in rows["off"], "Expired" in rows["past"]) == (True, True, True)


def test_code_is_there_for_every_mode() -> None:
    make_clinic()
    partner = make_partner()
    page = soup(signed_in().get(address("code", partner.pk)))
    codes = {area["id"].removeprefix("code-"): area.text.strip() for area in page.select("textarea")}
    parsed = {name: tree(f"{code}\n") for name, code in codes.items()}

    assert list(codes) == ["element", "inline", "popup", "button", "iframe", "oembed"]
    assert parsed["element"].script["src"] == "http://localhost/embed/loader.js"
    element = parsed["element"].find("clinic-procedure")
    assert (element["partner"], element["slug"], element["phone"]) == (
        KEY,
        "micro-needling",
        "+1 303 555 0142",
    )
    assert element.a["href"] == "http://localhost/embed/gym/procedures/micro-needling/?locale=en"
    assert [parsed[mode].find("clinic-booking")["mode"] for mode in ("inline", "popup", "button")] == [
        "inline",
        "popup",
        "button",
    ]
    assert parsed["iframe"].iframe["title"] == "Micro needling"
    assert codes["oembed"] == "http://localhost/embed/gym/procedures/micro-needling/?locale=en"
    assert get(codes["oembed"].removeprefix("http://localhost")).status_code == 200


def test_code_follows_what_is_chosen() -> None:
    translating.translate(make_clinic(), title="Micropunción")
    partner = make_partner()
    query = {"locale": "es", "procedure": "micro-needling", "provider": ""}
    page = soup(signed_in().get(address("code", partner.pk), query))
    element = tree(page.select_one("#code-element").text).find("clinic-procedure")

    assert (element["locale"], element.a.text) == ("es", "Micropunción")


def test_code_can_name_a_provider() -> None:
    make_clinic()
    partner = make_partner()
    query = {"locale": "en", "procedure": "micro-needling", "provider": "sarah-white"}
    page = soup(signed_in().get(address("code", partner.pk), query))
    element = tree(page.select_one("#code-popup").text).find("clinic-booking")

    assert element["provider"] == "sarah-white"
    assert "provider=sarah-white" in element.a["href"]


def test_code_offers_only_what_the_partner_may_show() -> None:
    chosen, other = make_clinic(), factories.make_procedure(title="Other")
    hiding.unpublish(factories.make_procedure(title="Hidden"))
    partner = make_partner(content="chosen", procedures=[chosen])
    page = soup(signed_in().get(address("code", partner.pk), {"procedure": other.slug}))

    assert [option["value"] for option in page.select("[name=procedure] option")] == ["micro-needling"]
    assert "embed/gym/procedures/micro-needling/" in page.select_one("#code-iframe").text


def test_code_is_offered_in_the_partners_locales_alone() -> None:
    page = make_clinic()
    partner = make_partner(locales=["es"])
    client = signed_in()
    assert "Nothing is public in this locale" in soup(client.get(address("code", partner.pk))).text
    translating.translate(page, title="Micropunción")
    shown = soup(client.get(address("code", partner.pk), {"locale": "en"}))

    assert [option["value"] for option in shown.select("[name=locale] option")] == ["es"]
    assert tree(shown.select_one("#code-element").text).find("clinic-procedure")["locale"] == "es"


def test_code_page_says_where_there_is_nothing_to_show() -> None:
    factories.make_site()
    partner = make_partner(origins=())
    page = soup(signed_in().get(address("code", partner.pk)))

    assert "Nothing is public in this locale" in page.text
    assert "no allowed origins yet" in page.text
    assert page.select("textarea") == []


def test_titles_in_the_code_are_escaped() -> None:
    title = "</textarea><script>alert(1)</script>"
    make_clinic()
    ProcedurePage.objects.update(title=title)
    partner = make_partner()
    client = signed_in()
    page = soup(client.get(address("code", partner.pk)))
    assert tree(page.select_one("#code-element").text).a.text == title
    assert "alert(1)" not in "".join(script.text for script in page.select("script"))
    query = {"mode": "element", "locale": "en", "procedure": "micro-needling", "provider": ""}
    preview = soup(client.get(address("code_preview", partner.pk), query))

    assert [script.get("src") for script in preview.select("script")] == ["http://localhost/embed/loader.js"]


def test_preview_is_framed_by_the_admin_alone() -> None:
    make_clinic()
    partner = make_partner()
    client = signed_in()
    for mode in ("element", "inline", "popup", "button", "iframe"):
        query = {"mode": mode, "locale": "en", "procedure": "micro-needling", "provider": ""}
        response = client.get(address("code_preview", partner.pk), query)
        assert (response.status_code, response["X-Frame-Options"]) == (200, "SAMEORIGIN")

    assert client.get(address("code_preview", partner.pk), {"mode": "other"}).status_code == 404


REPORT = {"first": "2027-03-01", "last": "2027-03-02"}


def test_report_shows_days_and_sums_and_exports_them() -> None:
    partner = make_partner(name="=Gym")
    for day, kind, views in ((1, "article", 3), (2, "element", 4)):
        PartnerViews.objects.create(partner=partner, day=date(2027, 3, day), kind=kind, views=views)
    client = signed_in()
    page = soup(client.get(address("report"), REPORT))
    table = [[cell.text for cell in row.select("th, td")] for row in page.select("table.listing tr")]
    exported = client.get(address("report"), {**REPORT, "export": "csv"})
    lines = list(csv.reader(exported.content.decode().splitlines()))

    assert table[1:] == [
        ["2027-03-02", "=Gym", "0", "4", "0", "0"],
        ["2027-03-01", "=Gym", "3", "0", "0", "0"],
        ["All days", "", "3", "4", "0", "0"],
    ]
    assert lines == [
        ["Day", "Partner", "Articles in frames", "Articles as elements", "Booking pages", "Visits booked"],
        ["2027-03-02", "'=Gym", "0", "4", "0", "0"],
        ["2027-03-01", "'=Gym", "3", "0", "0", "0"],
    ]
    assert exported["Content-Disposition"] == 'attachment; filename="partner-report.csv"'


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "2027-03-02", "last": "2027-03-01"}, "The last day lies before the first."),
        ({"first": "2020-01-01", "last": "2027-03-01"}, "Choose at most a year."),
        ({"first": "soon", "last": ""}, "Enter a valid date."),
    ],
)
def test_report_refuses_days_that_are_none(asked: dict[str, str], said: str) -> None:
    client = signed_in()

    assert said in soup(client.get(address("report"), asked)).text
    assert "csv" not in client.get(address("report"), {**asked, "export": "csv"})["Content-Type"]


def test_report_of_one_partner_and_of_the_usual_days() -> None:
    gym, spa = make_partner(), make_partner(slug="spa", name="Spa")
    for partner in (gym, spa):
        PartnerViews.objects.create(partner=partner, day="2027-03-01", kind="article", views=1)
    client = signed_in()
    names = [row.td.text for row in soup(client.get(address("report"))).select("table.listing tbody tr")]
    one = soup(client.get(address("report"), {**REPORT, "partner": str(spa.pk)}))

    assert names == ["Gym", "Spa"]
    assert [row.td.text for row in one.select("table.listing tbody tr")] == ["Spa"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_report_knows_the_ends_of_the_calendar(day: str) -> None:
    make_partner()
    page = soup(signed_in().get(address("report"), {"first": day, "last": day}))

    assert "No views and no bookings on these days." in page.text


def test_way_from_a_partner_to_the_report_shows_that_partner() -> None:
    gym, spa = make_partner(), make_partner(slug="spa", name="Spa")
    for partner in (gym, spa):
        PartnerViews.objects.create(partner=partner, day="2027-03-01", kind="article", views=1)
    client = signed_in()
    edit = soup(client.get(address("edit", spa.pk)))
    [link] = {a["href"] for a in edit.select("a") if "Views and bookings" in a.text}
    page = soup(client.get(link))

    assert [row.td.text for row in page.select("table.listing tbody tr")] == ["Spa"]
    assert page.select_one("[name=partner] [selected]").text == "Spa"
    assert page.select_one("[name=first]")["value"] == "2027-01-31"


def test_permissions_are_those_of_the_partners() -> None:
    partner = make_partner()
    pages = [address("list"), address("code", partner.pk), address("report")]
    viewer, stranger = signed_in("view_partner"), Client(headers={"host": "localhost"})
    assert [viewer.get(page).status_code for page in pages] == [200, 200, 200]
    assert viewer.get(address("edit", partner.pk)).status_code == 302
    assert [stranger.get(page).status_code for page in pages] == [302, 302, 302]
    clerk = Client(headers={"host": "localhost"})
    user = factories.make_staff(username="clerk", is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    clerk.force_login(user)

    assert [clerk.get(page).status_code for page in pages] == [302, 302, 302]
    assert "Partners" not in clerk.get("/admin/").content.decode()


def test_demo_allows_its_own_port() -> None:
    partner = make_partner(
        slug="demo-partner",
        origins=("https://kept.example", "http://localhost:8000", "http://127.0.0.1:8000"),
    )
    allow_demo_pages(port=8123)
    partner.refresh_from_db()

    assert partner.allowed_origins == [
        "https://kept.example",
        "http://localhost:8123",
        "http://127.0.0.1:8123",
    ]
