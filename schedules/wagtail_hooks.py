"""Where Wagtail finds the admin of the schedule."""

from collections.abc import Sequence

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from schedules.models import Location
from schedules.queries import has_visits, visited_locations
from schedules.views.affected import lead_to_affected, show_before_deletion
from schedules.views.hours import hours_impact, hours_in_words
from schedules.viewsets import AppointmentViewSet, LocationViewSet, ScheduleGroup, appointment_permissions

register_snippet(ScheduleGroup)
hooks.register("register_admin_viewset", AppointmentViewSet)
hooks.register("register_permissions", appointment_permissions)
hooks.register("before_delete_snippet", show_before_deletion)
hooks.register("after_delete_snippet", lead_to_affected)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("hours-in-words/", hours_in_words, name="schedules_hours_in_words"),
        path("hours-impact/<int:pk>/", hours_impact, name="schedules_hours_impact"),
    ]


# What was booked stays, since visits are never deleted. Without these the database would refuse, rudely.


@hooks.register("before_delete_page")
def keep_booked_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    if not has_visits(Page.objects.filter(pk=page.pk)):
        return None
    messages.error(request, f"“{page.title}” has appointments, or a page below it has: unpublish it instead.")
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_booked_pages(
    request: HttpRequest, action_type: str, objects: Sequence[Model], action: object
) -> HttpResponse | None:
    keys = [each.pk for each in objects if isinstance(each, Page)]
    if action_type != "delete" or not keys or not has_visits(Page.objects.filter(pk__in=keys)):
        return None
    messages.error(request, "Some of these pages have appointments: unpublish them instead.")
    return redirect("wagtailadmin_explore_root")


@hooks.register("before_delete_snippet")
def keep_visited_locations(request: HttpRequest, instances: Sequence[Model]) -> HttpResponse | None:
    keys = [each.pk for each in instances if isinstance(each, Location)]
    if not keys or not visited_locations(keys):
        return None
    messages.error(request, "A location with appointments cannot be deleted: end its hours instead.")
    return redirect(LocationViewSet().get_url_name("list"))
