"""Probes for whoever runs the process. No cookies, no content."""

from functools import cache

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of the database, so that an outage there restarts no process."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; 503 otherwise. Runs two queries."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "unavailable", "reason": "database"}, status=503)
    if any(migration not in applied for migration in latest_migrations()):
        return JsonResponse({"status": "unavailable", "reason": "migrations"}, status=503)
    return JsonResponse({"status": "ok"})


@cache
def latest_migrations() -> list[tuple[str, str]]:
    """Return the last migration of each app; they do not change while the process runs."""
    return MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()
