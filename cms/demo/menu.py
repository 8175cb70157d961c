"""Give the demo clinic a menu. The clinic file has no key for menus."""

from collections.abc import Mapping

from wagtail.models import Page, Site

from cms.core.models import NavigationMenu
from providers.models import ProviderPage
from services.models import ProcedurePage


def make_demo_menu() -> None:
    """Make the menu `main` with the front page and the two lists, unless there is one."""
    site = Site.objects.get(is_default_site=True)
    pages = {
        "Home": site.root_page,
        "Treatments": index_above(ProcedurePage),
        "Our team": index_above(ProviderPage),
    }
    make_menu(site=site, handle="main", pages=pages)


def index_above(model: type[Page]) -> Page:
    return model.objects.first().get_parent()


def make_menu(*, site: Site, handle: str, pages: Mapping[str, Page]) -> None:
    """Make a menu of links to `pages`, by title, unless there is one with this handle."""
    items = [("item", link(title=title, page=page)) for title, page in pages.items()]
    NavigationMenu.objects.get_or_create(site=site, handle=handle, defaults={"items": items})


def link(*, title: str, page: Page) -> dict[str, object]:
    return {"title": title, "page": page, "url": "", "children": []}
