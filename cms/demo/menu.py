"""Give the demo clinic a menu. The clinic file has no key for menus."""

from wagtail.models import Page, Site

from cms.core.models import NavigationMenu
from providers.models import ProviderPage
from services.models import ProcedurePage


def make_demo_menu() -> None:
    """Make the menu `main` with the front page and the two lists, unless there is one."""
    site = Site.objects.get(is_default_site=True)
    items = [
        ("item", link(title="Home", page=site.root_page)),
        ("item", link(title="Treatments", page=index_above(ProcedurePage))),
        ("item", link(title="Our team", page=index_above(ProviderPage))),
    ]
    NavigationMenu.objects.get_or_create(site=site, handle="main", defaults={"items": items})


def index_above(model: type[Page]) -> Page:
    return model.objects.first().get_parent()


def link(*, title: str, page: Page) -> dict[str, object]:
    return {"title": title, "page": page, "url": "", "children": []}
