import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from cms.core.health import healthz, readyz


@pytest.mark.django_db
def test_process_is_healthy_without_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = healthz(RequestFactory().get("/healthz"))
    assert (response.status_code, response.content, response.cookies) == (200, b'{"status": "ok"}', {})


@pytest.mark.django_db
def test_ready_with_every_migration() -> None:
    response = readyz(RequestFactory().get("/readyz"))
    assert (response.status_code, response.content, response.cookies) == (200, b'{"status": "ok"}', {})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing() -> None:
    MigrationRecorder.Migration.objects.filter(app="core").delete()
    response = readyz(RequestFactory().get("/readyz"))
    assert (response.status_code, response.content) == (
        503,
        b'{"status": "unavailable", "reason": "migrations"}',
    )


@pytest.mark.django_db(transaction=True)
def test_not_ready_while_the_database_is_away() -> None:
    address = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        response = readyz(RequestFactory().get("/readyz"))
    finally:
        connection.close()
        connection.settings_dict.update(address)
    assert (response.status_code, response.content) == (
        503,
        b'{"status": "unavailable", "reason": "database"}',
    )
