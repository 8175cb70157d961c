"""Admin of the partners: their list with its status, their form, and the way to code and report."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet

from cms.partners.forms import PartnerForm
from cms.partners.models import Partner
from cms.partners.queries import clinic_zone, with_activity
from cms.partners.views.admin import PartnerCodeView, PartnerPreviewView, PartnerReportView
from cms.partners.widgets import ColourInput

ANY_PERMISSION = {"add", "change", "delete", "view"}
RECENT_DAYS = timedelta(days=30)
ACTIVE, EXPIRED, OFF = "Active", "Expired", "Off"


def status_of(partner: Any) -> str:
    """Return the status of a partner that was read `with_activity`."""
    if not partner.is_active:
        return OFF
    return EXPIRED if partner.expires_on and partner.expires_on < partner.today else ACTIVE


class PartnerIndexView(IndexView):
    code_url_name = ""

    def get_list_more_buttons(self, instance: Partner) -> list[Any]:
        code = Button(
            "Code for their pages",
            url=reverse(self.code_url_name, args=[instance.pk]),
            icon_name="code",
            priority=5,
        )
        return [*super().get_list_more_buttons(instance), code]


class PartnerEditView(EditView):
    code_url_name = ""
    report_url_name = ""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        report = f"{reverse(self.report_url_name)}?partner={self.object.pk}"
        return [
            *super().header_more_buttons,
            Button(
                "Code for their pages",
                url=reverse(self.code_url_name, args=[self.object.pk]),
                icon_name="code",
                priority=5,
            ),
            Button("Views and bookings", url=report, icon_name="clipboard-list", priority=6),
        ]


class PartnerViewSet(SnippetViewSet):
    model = Partner
    icon = "globe"
    menu_label = "Partners"
    menu_order = 230
    add_to_admin_menu = True
    index_view_class = PartnerIndexView
    edit_view_class = PartnerEditView
    search_fields = ["name", "slug"]
    search_backend_name = None
    list_filter = ["is_active", "content"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("slug"),
                    FieldPanel("allowed_origins"),
                    FieldRowPanel(["contact_name", "contact_email"]),
                ],
                heading="Who",
            ),
            MultiFieldPanel(
                [FieldRowPanel(["is_active", "expires_on"]), "daily_quota"], heading="Whether and how long"
            ),
            MultiFieldPanel(
                [
                    HelpPanel(
                        "<p>Drafts and restricted pages are never shown. A partner shows whole articles: "
                        "risks cannot be left out.</p>"
                    ),
                    "content",
                    FieldRowPanel(
                        [
                            FieldPanel("categories", widget=forms.CheckboxSelectMultiple),
                            FieldPanel("procedures", widget=forms.CheckboxSelectMultiple),
                        ]
                    ),
                    "locales",
                ],
                heading="What",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("accent", widget=ColourInput), "radius_px"]),
                    FieldRowPanel(["font", "scheme"]),
                ],
                heading="Look",
            ),
        ],
        base_form_class=PartnerForm,
    )

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("slug", label="Key", sort_key="slug"),
            StatusTagColumn(
                "status",
                accessor=status_of,
                label="Status",
                primary=lambda partner: status_of(partner) == ACTIVE,
            ),
            Column("expires_on", label="Last day", sort_key="expires_on"),
            Column(
                "recent_views", accessor=lambda partner: partner.recent_views or 0, label="Views, 30 days"
            ),
            Column("last_seen_on", label="Last seen"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        today = timezone.now().astimezone(clinic_zone()).date()
        return with_activity(Partner.objects.all(), today=today, since=today - RECENT_DAYS)

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(code_url_name=self.get_url_name("code"), **kwargs)

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(
            code_url_name=self.get_url_name("code"), report_url_name=self.get_url_name("report"), **kwargs
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        names = {
            "index_url_name": self.get_url_name("list"),
            "edit_url_name": self.get_url_name("edit"),
            "code_url_name": self.get_url_name("code"),
            "preview_url_name": self.get_url_name("code_preview"),
        }
        return [
            *super().get_urlpatterns(),
            path("code/<int:pk>/", PartnerCodeView.as_view(**names), name="code"),
            path("code/<int:pk>/preview/", PartnerPreviewView.as_view(**names), name="code_preview"),
            path("report/", PartnerReportView.as_view(**names), name="report"),
        ]


class PartnerReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Partner)
        return policy.user_has_any_permission(request.user, ANY_PERMISSION)


def report_menu_item() -> MenuItem:
    url = reverse(PartnerViewSet().get_url_name("report"))
    return PartnerReportMenuItem("Partners", url, name="partner-report", icon_name="globe", order=1200)
