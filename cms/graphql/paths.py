"""Where a page stands on the front end."""

from wagtail.models import Site


def page_path(url_path: str, *, site: Site | None) -> str:
    """Return the path below the site's root page, `/` for the root page itself. Runs no queries."""
    root = site.root_page.url_path if site else "/"
    return "/" + url_path.removeprefix(root)


def stored_url_path(path: str, *, site: Site) -> str:
    """Return Wagtail's `url_path` for a path of the front end, with or without a slash at its end."""
    inner = path.strip("/")
    return site.root_page.url_path + (f"{inner}/" if inner else "")
