"""Sites in two languages: pages translated as editors do it, with Wagtail's own copies."""

from typing import Any, TypeVar

from wagtail.models import Locale, Page, Site

from cms.core.models import ContentPage, HomePage
from providers.models import ProviderIndexPage
from services.models import ProcedureIndexPage

AnyPage = TypeVar("AnyPage", bound=ContentPage)


def make_locale(code: str = "es") -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def translate(page: AnyPage, *, code: str = "es", live: bool = True, **fields: Any) -> AnyPage:
    """Return the page's translation with `fields` changed, below translated parents, published if `live`."""
    parent = page.get_parent().specific
    if not parent.is_root() and not parent.has_translation(make_locale(code)):
        translate(parent, code=code)
    made = type(page).objects.get(pk=page.pk).copy_for_translation(make_locale(code))
    for name, value in fields.items():
        setattr(made, name, value)
    revision = made.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=made.pk)


def make_second_site(*, hostname: str = "127.0.0.1") -> Site:
    """Return a site with the same slugs as the first one, and none of its pages."""
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="Second clinic", slug="second"))
    home.add_child(instance=ProcedureIndexPage(title="Second procedures", slug="procedures"))
    home.add_child(instance=ProviderIndexPage(title="Second providers", slug="providers"))
    return Site.objects.create(hostname=hostname, root_page=home, site_name="Second clinic")
