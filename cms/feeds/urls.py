"""Addresses of the feeds, at the root of the site."""

from django.urls import URLPattern, path, re_path

from cms.feeds.views import calendars, fhir, links, sitemap

LINKS = "smart-scheduling-links/"

urlpatterns: list[URLPattern] = [
    path(f"{LINKS}$bulk-publish", links.bulk_manifest, name="scheduling_manifest"),
    path(f"{LINKS}locations.ndjson", links.location_file, name="scheduling_locations"),
    path(f"{LINKS}schedules.ndjson", links.schedule_file, name="scheduling_schedules"),
    path(f"{LINKS}slots/<slug:location>.ndjson", links.slot_file, name="scheduling_slots"),
    re_path(
        r"^calendars/providers/(?P<token>[\w-]{1,100})\.ics$",
        calendars.provider_calendar,
        name="provider_calendar",
    ),
    path("calendars/<path:rest>", calendars.no_calendar),
    path("fhir/R4/", fhir.respond, {"path": ""}),
    path("fhir/R4/<path:path>", fhir.respond, name="fhir"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", sitemap.sitemap, name="sitemap_part"),
    path("robots.txt", sitemap.robots, name="robots"),
]
