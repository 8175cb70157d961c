"""Admin of the private calendars: made, shown once, and revoked."""

from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.feeds.models import CalendarFeed
from cms.feeds.operations import give_token


class FeedCreateView(generic.CreateView):
    """Shows the address in the answer to the form itself: no session, message or log ever has it."""

    token = ""

    def save_instance(self) -> CalendarFeed:
        self.token = give_token(self.form.instance, user=self.request.user, now=timezone.now())
        return super().save_instance()

    def save_action(self) -> HttpResponse:
        path = reverse("provider_calendar", args=[self.token])
        context = {
            "address": self.request.build_absolute_uri(path),
            "feed": self.object,
            "index_url": reverse(self.index_url_name),
            "header_icon": self.header_icon,
            "page_title": "Calendar made",
        }
        return TemplateResponse(self.request, "feeds/calendar_made.html", context)


class FeedDeleteView(generic.DeleteView):
    page_title = "Revoke"
    confirmation_message = "The calendar stops working at once, on every device that reads it."
    success_message = "The calendar “%(object)s” is revoked."


class CalendarFeedViewSet(ModelViewSet):
    model = CalendarFeed
    name = "calendar_feeds"
    icon = "calendar-alt"
    menu_label = "Calendars"
    menu_order = 240
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = FeedCreateView
    delete_view_class = FeedDeleteView
    list_display = [
        "label",
        Column("provider", label="Provider", sort_key="provider__title"),
        DateColumn("created_at", label="Made"),
        Column("created_by", label="Made by"),
        Column("last_used_on", accessor=lambda feed: feed.last_used_on or "Never", label="Last read (UTC)"),
    ]
    list_select_related = ["provider", "created_by"]
    list_filter = ["provider"]
    search_fields = ["label", "provider__title"]
    search_backend_name = None
    # A select rather than a chooser: who makes calendars need not see the page tree.
    panels: list[Any] = [FieldPanel("provider", widget=forms.Select), FieldPanel("label")]


def patient_permissions() -> QuerySet[Permission]:
    """What a group needs besides, so that FHIR shows the names of patients."""
    return Permission.objects.filter(
        content_type__app_label="schedules", codename__in=["view_patientdetails"]
    )
