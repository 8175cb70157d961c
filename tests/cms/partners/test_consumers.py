"""Real consumers of oEmbed over HTTP: Wagtail's own, and one that does what WordPress does."""

import re
from typing import Any
from urllib.parse import urljoin

import nh3
import pytest
import requests
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders.oembed import OEmbedFinder

from cms.partners.models import Partner
from tests.cms.partners.worlds import ARTICLE, KEY, make_clinic, make_partner, tree

# What WordPress leaves of the answer of a site that is not on its list.
KEPT_TAGS = {"a", "blockquote", "iframe"}
KEPT_ATTRIBUTES = {
    "a": {"href"},
    "iframe": {
        *("src", "width", "height", "frameborder", "marginwidth", "marginheight", "scrolling", "title"),
    },
}


@pytest.fixture
def url(live_server: Any) -> str:
    make_clinic()
    make_partner()
    return f"{live_server.url}{ARTICLE}"


def find(live_server: Any, url: str, **limits: int) -> dict[str, Any]:
    provider = {
        "endpoint": f"{live_server.url}/oembed",
        "urls": [rf"^{re.escape(live_server.url)}/(embed|procedures)/.+$"],
    }
    finder = OEmbedFinder(providers=[provider], options={"partner": KEY})
    assert finder.accept(url)
    return finder.find_embed(url, **limits)


def test_wagtail_embeds_an_article(live_server: Any, url: str) -> None:
    found = find(live_server, url, max_width=480)
    frame = tree(found["html"]).iframe

    assert (found["type"], found["title"], found["width"]) == ("rich", "Micro needling", 480)
    assert (found["provider_name"], found["thumbnail_url"]) == ("Mile High Chiropractic", None)
    assert frame["src"] == f"{url}?locale=en"
    assert "Redness" in requests.get(frame["src"], timeout=10).text
    assert found["cache_until"]


def test_wagtail_embeds_a_page_of_the_site_for_the_partner(live_server: Any, url: str) -> None:
    found = find(live_server, f"{live_server.url}/procedures/micro-needling/")

    assert f'src="{url}?locale=en"' in found["html"]


def test_wagtail_finds_nothing_for_a_dead_key(live_server: Any, url: str) -> None:
    Partner.objects.update(is_active=False)

    with pytest.raises(EmbedNotFoundException):
        find(live_server, url)


def discovered(url: str) -> dict[str, Any] | None:
    """Return the answer that the page names, asked for as WordPress asks."""
    page = requests.get(url, timeout=10)
    [link] = tree(page.text).select('link[type="application/json+oembed"][href]')
    answer = requests.get(
        urljoin(url, str(link["href"])), {"maxwidth": 500, "maxheight": 750, "dnt": 1}, timeout=10
    )
    return answer.json() if answer.ok else None


def sanitised(answer: dict[str, Any]) -> str:
    """Return the HTML that WordPress puts into its page; nothing without a frame."""
    assert answer["type"] == "rich"
    html = nh3.clean(answer["html"], tags=KEPT_TAGS, attributes=KEPT_ATTRIBUTES, link_rel=None)
    frames = re.search(r"<iframe.*?</iframe>", html, re.DOTALL)
    # A quotation before the frame would hide it until the frame has said a secret.
    assert "<blockquote" not in html
    frame = frames[0] if frames else ""
    return frame.replace("<iframe", '<iframe sandbox="allow-scripts" security="restricted"')


def test_wordpress_embeds_an_article_that_it_discovers(url: str) -> None:
    answer = discovered(url)
    assert answer
    frame = tree(sanitised(answer)).iframe

    assert frame.attrs == {
        "sandbox": ["allow-scripts"],
        "security": "restricted",
        "src": f"{url}?locale=en",
        "title": "Micro needling",
        "width": "500",
        "height": "720",
        "frameborder": "0",
    }
    page = requests.get(frame["src"], timeout=10)
    assert page.status_code == 200
    # In such a frame the page has no origin of its own: its files must be open to any.
    scripts = tree(page.text).select("script[src], link[rel=stylesheet]")
    for element in scripts:
        address = urljoin(url, str(element.get("src") or element["href"]))
        file = requests.get(address, headers={"Origin": "null"}, timeout=10)
        assert element["crossorigin"] == "anonymous"
        assert file.headers["Access-Control-Allow-Origin"] == "*"


def test_wordpress_finds_the_address_in_the_header_too(url: str) -> None:
    links = requests.get(url, timeout=10).headers["Link"]
    [address] = re.findall(r'<([^>]+)>; rel="alternate"; type="application/json\+oembed"', links)

    assert requests.get(address, timeout=10).json()["title"] == "Micro needling"
