"""How the editor opens a preview, and how an administrator ends one."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from wagtail.models import Page

from cms.graphql.ids import encode_id
from cms.graphql.paths import page_path
from cms.graphql.sites import site_of
from cms.graphql.types import PAGE_KIND
from cms.previews.operations import open_preview


def preview_modes() -> list[tuple[str, str]]:
    """Return Wagtail's one preview mode, or none where no front end shows previews."""
    return [("", "Front end")] if settings.FRONTEND_PREVIEW_URL else []


def show_in_front_end(page: Page, request: HttpRequest) -> HttpResponse:
    """Store the draft in `page` and lead to the front end, which asks the API for it by its token.

    The token stands in the fragment: browsers send that to no server, so no log and no Referer has it."""
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    token = open_preview(
        page=page,
        user=request.user,
        in_panel=getattr(request, "in_preview_panel", False),
        now=timezone.now(),
    )
    fragment = {
        "token": token,
        "type": type(page).__name__,
        "id": encode_id(PAGE_KIND, page.pk) if page.pk else "",
        "path": page_path(page.url_path, site=site_of(request)),
    }
    response = redirect(f"{settings.FRONTEND_PREVIEW_URL}#{urlencode(fragment)}")
    patch_cache_control(response, private=True, no_store=True)
    return response
