"""The sitemap of the front end, for search engines (sitemaps.org), and where they find it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.feeds.core.sitemap import in_parts, sitemap_file, sitemap_index
from cms.feeds.queries.sitemap import entries
from cms.feeds.views.answers import base_url, conditional, etag_of, limited, served_site

XML = "application/xml; charset=utf-8"
CACHE = "public, max-age=300"


@require_safe
@limited
def sitemap(request: HttpRequest, part: int | None = None) -> HttpResponseBase:
    """Answer with all pages, with the list of parts where they are too many for one, or with a part."""
    site = served_site(request)
    parts = in_parts(entries(site=site, now=timezone.now()))
    if part is None and len(parts) > 1:
        base = base_url(request)
        body = sitemap_index([base + reverse("sitemap_part", args=[n]) for n in range(1, len(parts) + 1)])
    elif part is None or 1 <= part <= len(parts):
        frontend_url = settings.FRONTEND_BASE_URL or base_url(request)
        shown = parts[(part or 1) - 1]
        body = sitemap_file(shown, frontend_url=frontend_url, default_locale=site.default_root.locale)
    else:
        raise Http404
    return conditional(
        request,
        lambda: body,
        etag=etag_of(body),
        content_type=XML,
        cache_control=CACHE,
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """Let search engines read what is for them alone; pages are listed at the front end."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /calendars/",
        "Disallow: /fhir/",
        "",
        f"Sitemap: {base_url(request)}{reverse('sitemap')}",
        "",
    ]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = CACHE
    return response
