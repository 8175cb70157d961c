"""SMART Scheduling Links: the manifest and its files, for everybody."""

from collections.abc import Callable, Iterable, Iterator

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.feeds.core.links import (
    OutputFile,
    Resource,
    location_resource,
    manifest,
    schedule_resource,
    slot_resource,
)
from cms.feeds.queries.links import free_slots, published, published_places
from cms.feeds.views.answers import base_url, conditional, etag_of, limited, served_site
from cms.graphql.sites import ServedSite
from cms.structured_data.core.facts import Addresses

# How often clients are to ask again.
MAX_AGE = 60
NDJSON = "application/fhir+ndjson"


@require_safe
@limited
def bulk_manifest(request: HttpRequest) -> HttpResponseBase:
    now, base = timezone.now(), base_url(request)
    _, places = published_places(served_site(request))
    files = [
        OutputFile("Location", base + reverse("scheduling_locations")),
        OutputFile("Schedule", base + reverse("scheduling_schedules")),
        *(
            OutputFile("Slot", base + reverse("scheduling_slots", args=[place.slug]), place.region)
            for place in places
        ),
    ]
    found = manifest(files, url=base + request.path, now=now)
    # The time of the answer is no part of what it says.
    etag = etag_of(orjson.dumps({**found, "transactionTime": None}))
    return _answer(request, lambda: orjson.dumps(found), etag=etag, content_type="application/json")


@require_safe
@limited
def location_file(request: HttpRequest) -> HttpResponseBase:
    site = served_site(request)
    clinic, places = published_places(site)
    addresses = _addresses(request, site)
    found = (
        location_resource(place, clinic=clinic.name, phone=clinic.phone, addresses=addresses)
        for place in places
    )
    return _file(request, found)


@require_safe
@limited
def schedule_file(request: HttpRequest) -> HttpResponseBase:
    site = served_site(request)
    found = published(site=site, now=timezone.now())
    addresses = _addresses(request, site)
    resources = (
        schedule_resource(each.procedure, place, addresses=addresses)
        for each in found.offered
        for place in found.locations
        if place.pk in each.location_ids
    )
    return _file(request, resources)


@require_safe
@limited
def slot_file(request: HttpRequest, location: str) -> HttpResponseBase:
    """Answer with the free slots at one place, written while they are sent."""
    now, site = timezone.now(), served_site(request)
    found = published(site=site, now=now)
    place = next((each for each in found.locations if each.slug == location), None)
    if place is None:
        raise Http404
    slots = free_slots(place, offered=found.offered, days=settings.SCHEDULING_LINKS_DAYS, now=now)
    addresses = _addresses(request, site)

    def lines() -> Iterator[bytes]:
        for offered, free in slots:
            for slot in free:
                yield _line(
                    slot_resource(
                        slot, offered.procedure, place, phone=found.clinic.phone, addresses=addresses
                    )
                )

    # All that the lines are made of.
    facts = [
        (each.procedure.source_id, each.procedure.slug, each.procedure.url_path, free) for each, free in slots
    ]
    shared = (place.slug, place.phone or found.clinic.phone, place.time_zone, addresses)
    etag = etag_of(repr((shared, facts)).encode())
    return _answer(request, lines, etag=etag, content_type=NDJSON)


def _addresses(request: HttpRequest, site: ServedSite) -> Addresses:
    frontend_url = settings.FRONTEND_BASE_URL or base_url(request)
    return Addresses(site=site, frontend_url=frontend_url, booking=settings.BOOKING_URL)


def _line(resource: Resource) -> bytes:
    return orjson.dumps(resource, option=orjson.OPT_APPEND_NEWLINE)


def _file(request: HttpRequest, resources: Iterable[Resource]) -> HttpResponseBase:
    body = b"".join(map(_line, resources))
    return _answer(request, lambda: body, etag=etag_of(body), content_type=NDJSON)


def _answer(
    request: HttpRequest,
    content: Callable[[], bytes | Iterable[bytes]],
    *,
    etag: str,
    content_type: str,
) -> HttpResponseBase:
    response = conditional(
        request,
        content,
        etag=etag,
        content_type=content_type,
        cache_control=f"public, max-age={MAX_AGE}",
    )
    # Aggregators in browsers may read what everybody may read.
    response["Access-Control-Allow-Origin"] = "*"
    return response
