"""Admin of the previews: which drafts can be seen from outside, by whose doing and until when."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry

from cms.previews.models import Preview
from cms.previews.operations import revoke_previews
from cms.previews.queries import current_previews


def _title(preview: Preview) -> str:
    return preview.content.get("title") or "Untitled"


class RevokeColumn(BaseColumn):
    """Two buttons: one ends this preview, one all previews of its page."""

    cell_template_name = "previews/revoke_cell.html"

    def __init__(self, name: str, *, url_name: str) -> None:
        super().__init__(name, label="Actions")
        self.url_name = url_name

    def get_cell_context_data(self, instance: Preview, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {
            "csrf_token": get_token(parent_context["request"]),
            "title": _title(instance),
            "revoke_url": reverse(self.url_name, args=[instance.pk]),
        }


class PreviewIndexView(PermissionCheckedMixin, BaseListingView):
    model = Preview
    any_permission_required = ["view", "change"]
    page_title = "Previews"
    header_icon = "view"
    verbose_name_plural = "previews"
    paginate_by = 50
    template_name = "wagtailadmin/generic/listing.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    revoke_url_name = ""

    @cached_property
    def columns(self) -> list[BaseColumn]:
        columns: list[BaseColumn] = [
            Column("page", accessor=_title, label="Page"),
            Column("type", accessor="content_type.name", label="Type"),
            Column("user", label="Opened by"),
            DateColumn("created_at", label="Opened"),
            Column("expires_at", accessor=lambda preview: f"{preview.expires_at:%H:%M} UTC", label="Ends at"),
        ]
        if self.user_has_permission("change"):
            columns.append(RevokeColumn("revoke", url_name=self.revoke_url_name))
        return columns

    def get_base_queryset(self) -> QuerySet[Preview]:
        return current_previews(now=timezone.now()).select_related("content_type", "user")


class RevokeView(PermissionCheckedMixin, View):
    """End one preview, or all of its page, by POST."""

    model = Preview
    permission_required = "change"
    http_method_names = ["post"]
    index_url_name = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        preview = get_object_or_404(Preview, pk=pk)
        previews = Preview.objects.filter(pk=pk)
        if "whole_page" in request.POST:
            previews = Preview.objects.filter(
                page=preview.page_id, parent=preview.parent_id, content_type=preview.content_type_id
            )
        ended = revoke_previews(previews, now=timezone.now())
        messages.success(request, f"{ended} preview{'' if ended == 1 else 's'} of “{_title(preview)}” ended.")
        return redirect(self.index_url_name)


class PreviewsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Preview)
        return policy.user_has_any_permission(request.user, {"view", "change"})


class PreviewViewSet(ViewSet):
    name = "previews"
    icon = "view"
    menu_label = "Previews"
    menu_item_class = PreviewsMenuItem
    add_to_settings_menu = True

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
            "revoke_url_name": self.get_url_name("revoke"),
        }
        return super().get_common_view_kwargs(**names, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(PreviewIndexView, results_only=True)
        return [
            path("", self.construct_view(PreviewIndexView), name="index"),
            path("results/", results, name="index_results"),
            path("<int:pk>/revoke/", self.construct_view(RevokeView), name="revoke"),
        ]


def preview_permissions() -> QuerySet[Permission]:
    """What groups can be given: to see the previews of all, and to end them."""
    return Permission.objects.filter(
        content_type__app_label="previews", codename__in=["view_preview", "change_preview"]
    )
