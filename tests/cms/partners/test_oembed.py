"""The answers of oEmbed, as https://oembed.com says."""

from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from pytest_django import Settings
from wagtail.images.models import Filter

from cms.partners.models import Partner
from cms.partners.queries.articles import THUMBNAIL_SPEC
from services.models import ProcedurePage
from tests import factories, hiding, translating
from tests.cms.partners.worlds import ARTICLE, KEY, get, make_clinic, make_partner, tree

pytestmark = pytest.mark.django_db
EMBED = f"http://localhost{ARTICLE}"
PAGE = "http://localhost/procedures/micro-needling/"


def ask(url: str, *, path: str = "/oembed", **parameters: Any) -> Any:
    return get(f"{path}?{urlencode({'url': url, **parameters})}")


def frame(answer: Any) -> Any:
    return tree(answer["html"]).iframe


def test_embed_address_becomes_a_frame() -> None:
    make_clinic()
    make_partner()
    response = ask(EMBED)
    answer = response.json()
    found = frame(answer)

    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert (found["src"], found["title"]) == (f"{EMBED}?locale=en", "Micro needling")
    assert (found["width"], found["height"]) == ("640", "720")
    del answer["html"]
    assert answer == {
        "type": "rich",
        "version": "1.0",
        "title": "Micro needling",
        "provider_name": "Mile High Chiropractic",
        "provider_url": "http://localhost/",
        "cache_age": 3600,
        "width": 640,
        "height": 720,
    }


def test_xml_says_the_same_as_json() -> None:
    make_clinic(title="Needling & <more>\x0b", slug="micro-needling")
    make_partner()
    response = ask(EMBED, format="xml")
    root = ElementTree.fromstring(response.content)
    parts = {part.tag: part.text for part in root}
    expected = {name: str(value) for name, value in ask(EMBED).json().items()}

    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert response.content.startswith(b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>')
    assert root.tag == "oembed"
    assert parts == {name: text.replace("\x0b", "") for name, text in expected.items()}
    assert parts["title"] == "Needling & <more>"


@pytest.mark.parametrize("path", ["/oembed", "/oembed/"])
def test_both_spellings_of_the_address_answer(path: str) -> None:
    make_clinic()
    make_partner()

    assert ask(EMBED, path=path).status_code == 200


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({"maxwidth": 300}, (300, 720)),
        ({"maxheight": 200}, (640, 200)),
        ({"maxwidth": 320, "maxheight": 240}, (320, 240)),
        ({"maxwidth": 5000, "maxheight": 5000}, (640, 720)),
        ({"maxwidth": "", "maxheight": ""}, (640, 720)),
    ],
)
def test_embed_fits_into_what_is_asked(limits: dict[str, Any], size: tuple[int, int]) -> None:
    make_clinic()
    make_partner()
    answer = ask(EMBED, **limits).json()
    found = frame(answer)

    assert (answer["width"], answer["height"]) == size
    assert (int(found["width"]), int(found["height"])) == size


@pytest.mark.parametrize("size", ["0", "-1", "wide", "1e3", "٣٠٠", "9999999"])
def test_sizes_that_are_none_are_refused(size: str) -> None:
    make_clinic()
    make_partner()

    assert ask(EMBED, maxwidth=size).status_code == 400


def test_page_of_the_site_becomes_a_quotation_or_the_partners_frame() -> None:
    make_clinic()
    make_partner()
    quotation, framed = ask(PAGE).json(), ask(PAGE, partner=KEY).json()
    block = tree(quotation["html"]).blockquote

    assert (block["cite"], block.a["href"], block.a.text) == (PAGE, PAGE, "Micro needling")
    assert "Reviewed on January 4, 2027 by Dr. Sarah White" in block.text
    assert "<iframe" not in quotation["html"]
    assert quotation["cache_age"] == 300
    assert frame(framed)["src"] == f"{EMBED}?locale=en"


def test_page_of_the_front_end_is_known(settings: Settings) -> None:
    settings.FRONTEND_BASE_URL = "https://www.clinic.example"
    page = make_clinic()
    translating.translate(page, title="Micropunción")
    make_partner()
    url = "https://www.clinic.example/es/procedures/micro-needling/?utm=x#risks"

    assert ask(url).json()["title"] == "Micropunción"
    assert frame(ask(url, partner=KEY).json())["src"] == f"{EMBED}?locale=es"
    assert ask("http://WWW.clinic.example/procedures/micro-needling").json()["title"] == "Micro needling"


def test_front_end_may_stand_below_a_path_of_our_own_host(settings: Settings) -> None:
    settings.FRONTEND_BASE_URL = "http://localhost/demo"
    make_clinic()
    make_partner()
    found = {
        path: ask(f"http://localhost{path}procedures/micro-needling/") for path in ("/demo/", "/", "/demos/")
    }

    assert {path: answer.status_code for path, answer in found.items()} == {
        "/demo/": 200,
        "/": 200,
        "/demos/": 404,
    }
    block = tree(found["/demo/"].json()["html"]).blockquote
    assert block["cite"] == "http://localhost/demo/procedures/micro-needling/"


def test_address_with_a_unicode_slug_is_known() -> None:
    factories.make_procedure(slug="检查", title="检查")
    make_partner()

    for slug in ("检查", quote("检查")):
        assert ask(f"http://localhost/procedures/{slug}/").json()["title"] == "检查"
        assert ask(f"http://localhost/embed/{KEY}/procedures/{slug}/").status_code == 200


UNKNOWN = [
    "http://localhost/procedures/unknown/",
    "http://localhost/providers/sarah-white/",
    "http://localhost/",
    "http://elsewhere.example/procedures/micro-needling/",
    "http://localhost:81/procedures/micro-needling/",
    f"http://localhost/embed/{KEY}/procedures/unknown/",
    f"http://localhost/embed/{KEY}/booking/",
    f"http://localhost/embed/{KEY}/procedures/micro-needling/?locale=tlh",
    "http://localhost/embed/loader.js",
    "http://localhost/embed/",
    "ftp://localhost/procedures/micro-needling/",
    "javascript:alert(1)",
    "//localhost/procedures/micro-needling/",
    "http://[broken",
    "http://localhost/procedures/%00/",
    "nonsense",
]


@pytest.mark.parametrize("url", UNKNOWN)
def test_unknown_address_is_not_found(url: str) -> None:
    make_clinic()
    make_partner()
    response = ask(url)

    assert (response.status_code, response["Cache-Control"]) == (404, "private, no-store")


def test_wrong_format_is_not_implemented_and_a_missing_address_is_wrong() -> None:
    make_clinic()
    make_partner()

    assert ask(EMBED, format="yaml").status_code == 501
    assert get("/oembed").status_code == 400


@pytest.mark.parametrize("way", hiding.WAYS_TO_HIDE)
def test_hidden_article_is_not_embedded(way: str) -> None:
    page = make_clinic()
    make_partner()
    assert {ask(url).status_code for url in (EMBED, PAGE)} == {200}
    hiding.WAYS_TO_HIDE[way](page)
    status = 401 if "restricted" in way else 404

    assert {ask(url).status_code for url in (EMBED, PAGE)} == {status}


def test_dead_key_and_what_it_may_not_show_are_refused_alike() -> None:
    make_clinic()
    make_partner()
    unknown = ask("http://localhost/embed/none/procedures/micro-needling/")
    Partner.objects.update(content="chosen")
    not_allowed = ask(EMBED)
    Partner.objects.update(content="all", is_active=False)
    off, named = ask(EMBED), ask(PAGE, partner=KEY)

    assert {each.status_code for each in (unknown, not_allowed, off, named)} == {401}
    assert len({each.content for each in (unknown, not_allowed, off, named)}) == 1
    assert ask(PAGE).status_code == 200


def test_thumbnail_is_told_where_it_is_made_and_fits() -> None:
    image = hiding.make_image()
    make_clinic(hero_image=image)
    make_partner()
    assert "thumbnail_url" not in ask(EMBED).json()
    rendition = image.get_rendition(Filter(spec=THUMBNAIL_SPEC))
    answer = ask(EMBED).json()

    assert answer["thumbnail_url"] == f"http://localhost{rendition.url}"
    assert (answer["thumbnail_width"], answer["thumbnail_height"]) == (rendition.width, rendition.height)
    assert "thumbnail_url" not in ask(EMBED, maxwidth=rendition.width - 1).json()
    hiding.restrict_image(image)
    assert "thumbnail_url" not in ask(EMBED).json()


def test_titles_cannot_carry_markup() -> None:
    title = '"><script>alert(1)</script>'
    page = make_clinic()
    ProcedurePage.objects.filter(pk=page.pk).update(title=title, summary=title)
    make_partner()

    for url in (EMBED, PAGE):
        html = tree(ask(url).json()["html"])
        assert html.select("script") == []
    assert frame(ask(EMBED).json())["title"] == title


def test_article_page_tells_where_to_ask() -> None:
    make_clinic()
    make_partner()
    response = get(ARTICLE)
    page = tree(response.content)
    kinds = {"application/json+oembed": "application/json", "text/xml+oembed": "text/xml"}

    for kind, answered in kinds.items():
        [link] = page.select(f'link[rel=alternate][type="{kind}"]')
        reply = get(link["href"].removeprefix("http://localhost"))
        assert (reply.status_code, reply["Content-Type"].split(";")[0]) == (200, answered)
        assert f'type="{kind}"' in response["Link"]
