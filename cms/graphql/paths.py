"""Where a page stands on the front end: `/…` in the default locale of its site, `/es/…` in others."""

from django.conf import settings

from cms.graphql.sites import LocaleRoot, ServedSite


def page_path(url_path: str, *, site: ServedSite | None) -> str:
    """Return the path below the site's root page, `/` for the root page itself. Runs no queries."""
    if site is None:
        return url_path
    root = site.root_of(url_path)
    prefix = "/" if root is site.default_root else f"/{root.locale}/"
    return prefix + url_path.removeprefix(root.url_path).lstrip("/")


def screen_url(name: str, *, root: LocaleRoot, site: ServedSite) -> str | None:
    """Return where the front end has a screen of its own, such as `visit`, None without a front end."""
    if not settings.FRONTEND_BASE_URL:
        return None
    return settings.FRONTEND_BASE_URL + page_path(f"{root.url_path}{name}/", site=site)


def stored_url_path(path: str, *, site: ServedSite) -> str:
    """Return Wagtail's `url_path` for a path of the front end, with or without a slash at its end.

    A first part that is the code of another locale always means that locale."""
    first, _, rest = path.strip("/").partition("/")
    root = next((root for root in site.roots[1:] if root.locale == first), None)
    inner = path.strip("/") if root is None else rest.strip("/")
    return (root or site.default_root).url_path + (f"{inner}/" if inner else "")
