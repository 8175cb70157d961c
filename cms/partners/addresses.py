"""The addresses of the embeds, and the HTML that puts one into a page."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

HEIGHT = 720
# Scripts of ours, in our own origin; links open without these limits. Nothing may move the page around it.
SANDBOX = (
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads"
)


def article_url(base_url: str, *, key: str, slug: str, locale: str = "") -> str:
    """Return the page of an article for frames, in the default locale where none is given."""
    query = f"?{urlencode({'locale': locale})}" if locale else ""
    return base_url + reverse("embed_article", kwargs={"key": key, "slug": slug}) + query


def booking_url(base_url: str, *, key: str, **chosen: str) -> str:
    """Return the booking page; `chosen` are a locale, and slugs of a procedure, provider or location."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return base_url + reverse("embed_booking", kwargs={"key": key}) + (f"?{query}" if query else "")


def oembed_url(base_url: str, *, url: str, form: str) -> str:
    return f"{base_url}{reverse('oembed')}?{urlencode({'url': url, 'format': form})}"


def frame_html(url: str, *, title: str, width: int | str = "100%", height: int = HEIGHT) -> str:
    """Return the frame. WordPress keeps its first five attributes."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" frameborder="0" loading="lazy" sandbox="{}">'
        "</iframe>",
        url,
        title,
        width,
        height,
        SANDBOX,
    )
