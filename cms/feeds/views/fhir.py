"""FHIR R4 for integrations: schedules, slots and appointments, to be read with a bearer token.

No cookie is read. Every refusal is an OperationOutcome, and no log line has anything of a patient.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from cms.core.queries import clinic_of
from cms.feeds.core import fhir
from cms.feeds.core.fhir import Resource, bundle, operation_outcome
from cms.feeds.core.fhir_capability import capability_statement
from cms.feeds.core.fhir_search import ID, Refused, Search, read_search, write_cursor
from cms.feeds.queries import fhir as queries
from cms.feeds.queries.fhir import Found, Reader
from cms.feeds.views.answers import AWAY, COME_BACK, NO_BROWSING, RATE_LIMITS, base_url, served_site
from cms.graphql.errors import RequestRefused
from cms.graphql.rate_limits import ARRIVAL_POINTS, client_of, user_client_of
from cms.graphql.tokens import Viewer, viewer_of

ROOT = "/fhir/R4"
FHIR_JSON = "application/fhir+json"
ACCEPTED = [FHIR_JSON, "application/json", "text/json"]
FORMATS = {"", "json", *ACCEPTED}
VIEW_VISITS = "schedules.view_appointment"
VIEW_PATIENTS = "schedules.view_patientdetails"
ISSUES = {401: "login", 403: "forbidden", 429: "throttled"}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one resource is found, and what is made of its rows."""

    find: Callable[[Search, Reader], Found]
    make: Callable[[Any, Reader], Resource]


KINDS: Mapping[str, Kind] = {
    "Appointment": Kind(queries.find_appointments, lambda row, reader: fhir.appointment(row)),
    "HealthcareService": Kind(queries.find_services, lambda row, reader: fhir.healthcare_service(row)),
    "Location": Kind(queries.find_locations, lambda row, reader: fhir.location(row[0], changed_at=row[1])),
    "Practitioner": Kind(queries.find_practitioners, lambda row, reader: fhir.practitioner(row)),
    "Schedule": Kind(queries.find_schedules, lambda row, reader: fhir.schedule(row)),
    "Slot": Kind(queries.find_slots, lambda row, reader: fhir.slot(row, now=reader.now)),
}


@csrf_exempt
def respond(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer `metadata`, `<type>` and `<type>/<id>`."""
    client = client_of(request)
    try:
        RATE_LIMITS.charge(client, ARRIVAL_POINTS)
        _check_method(request)
        _check_format(request)
        return _answered(request, path.strip("/").split("/"))
    except Refused as refusal:
        return _refusal(refusal.status, refusal.issue, str(refusal))
    except RequestRefused as refusal:
        issue = ISSUES.get(refusal.status, "invalid")
        return _refusal(refusal.status, issue, str(refusal), headers=refusal.headers)
    except Http404:
        return _refusal(404, "not-found", "There is no clinic at this host.")
    except (OperationalError, InterfaceError):
        return _refusal(503, "transient", AWAY, headers=COME_BACK)


def _answered(request: HttpRequest, path: list[str]) -> HttpResponseBase:
    if path == ["metadata"]:
        return _response(capability_statement(f"{base_url(request)}{ROOT}"))
    if path[0] not in KINDS or len(path) > 2:
        message = f"This address is not supported. Try {', '.join(sorted(KINDS))} or metadata."
        raise Refused(message, status=404, issue="not-supported")
    viewer = _viewer(request)
    reader = _reader(request, viewer.user, path[0])
    began = timezone.now()
    try:
        return (
            _search(request, path[0], reader) if len(path) == 1 else _read(request, path[0], path[1], reader)
        )
    finally:
        milliseconds = (timezone.now() - began).total_seconds() * 1000
        client = user_client_of(viewer.user.pk)
        RATE_LIMITS.note_time(client, milliseconds=milliseconds, charged=ARRIVAL_POINTS)


def _viewer(request: HttpRequest) -> Viewer:
    """Return whose token was sent. Raises Refused and RequestRefused."""
    viewer = viewer_of(request)
    if viewer is None or viewer.is_developer:
        message = "Send the token of an integration, as `Authorization: Bearer …`."
        raise Refused(message, status=401, issue="login")
    RATE_LIMITS.charge(user_client_of(viewer.user.pk), ARRIVAL_POINTS)
    return viewer


def _reader(request: HttpRequest, user: Any, resource: str) -> Reader:
    """Return who reads. Raises Refused for whoever may not read the resource, Http404 without a site."""
    sees_visits = user.has_perm(VIEW_VISITS)
    if resource == "Appointment" and not sees_visits:
        message = "Appointments need the permission to view appointments."
        raise Refused(message, status=403, issue="forbidden")
    site = served_site(request)
    return Reader(
        site=site,
        now=timezone.now(),
        time_zone=clinic_of(site).time_zone,
        sees_visits=sees_visits,
        sees_patients=sees_visits and user.has_perm(VIEW_PATIENTS),
    )


# Answers ------------------------------------------------------------------------------------------


def _search(request: HttpRequest, resource: str, reader: Reader) -> HttpResponse:
    search = read_search(
        resource,
        [(name, value) for name, values in request.GET.lists() for value in values],
        is_strict="handling=strict" in request.headers.get("Prefer", "").replace(" ", ""),
        time_zone=reader.time_zone,
    )
    found = KINDS[resource].find(search, reader)
    base = f"{base_url(request)}{ROOT}"
    address = partial(_address, f"{base}/{resource}", search)
    links = [("self", address())]
    if found.following:
        links.append(("next", address(_cursor=write_cursor(found.following, resource=resource))))
    resources = [KINDS[resource].make(row, reader) for row in found.rows]
    return _response(bundle(resources, base=base, links=links))


def _address(base: str, search: Search, **more: str) -> str:
    """Return the address of a search with the parameters that were understood."""
    asked = [(name, value) for name, values in search.values.items() for value in values]
    return f"{base}?{urlencode([*asked, ('_count', search.count), *more.items()])}"


def _read(request: HttpRequest, resource: str, key: str, reader: Reader) -> HttpResponse:
    made = KINDS[resource].make(_row(resource, key, reader), reader)
    etag = f'W/"{made["meta"]["versionId"]}"'
    if etag in {tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")}:
        response = _response(None, status=304)
    else:
        response = _response(made)
    response["ETag"] = etag
    return response


def _row(resource: str, key: str, reader: Reader) -> Any:
    if not ID.fullmatch(key):
        raise queries.unknown(resource)
    if resource == "Slot":
        return queries.read_slot(key, reader)
    search = Search(resource, {"_id": (key,)}, count=1, after=None, time_zone=reader.time_zone)
    found = KINDS[resource].find(search, reader).rows
    if not found:
        raise queries.unknown(resource)
    return found[0]


def _check_method(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Refused("Nothing can be changed here: send GET.", status=405, issue="not-supported")


def _check_format(request: HttpRequest) -> None:
    asked = request.GET.get("_format", "")
    # A plus sign that was not encoded arrives as a space.
    fits = asked.replace(" ", "+") in FORMATS if asked else request.get_preferred_type(ACCEPTED)
    if not fits:
        raise Refused(f"Only JSON is spoken here: accept {FHIR_JSON}.", status=406, issue="not-supported")


def _refusal(
    status: int, issue: str, message: str, *, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    response = _response(operation_outcome(issue, message), status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 405:
        response["Allow"] = "GET, HEAD"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _response(resource: Resource | None, *, status: int = 200) -> HttpResponse:
    body = orjson.dumps(resource) if resource else b""
    response = HttpResponse(body, status=status, content_type=f"{FHIR_JSON}; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = NO_BROWSING
    response["X-Robots-Tag"] = "noindex"
    response["Vary"] = "Accept, Authorization"
    return response
