"""The database of the tests: migrated once into a template, cloned for each run, worker and committing test.

Without DATABASE_URL it lies on an embedded server of its own beside the demo's: neither disturbs the other.
The template is kept and named after the migrations, so that a changed schema builds a new one.
"""

import hashlib
import os
import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2.extensions
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from cms.embedded_postgres import database_config, ensure_running, is_alive

TEMPLATE_PREFIX = "test_clinic_"
IS_CI = os.environ.get("CI", "").lower() in ("1", "true")

# The same examples on every machine: a failure is there for everyone, and a pass means the same.
hypothesis_settings.register_profile("clinic", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("clinic")


@dataclass(frozen=True, slots=True)
class Clone:
    template: str
    name: str


CLONE = pytest.StashKey[Clone]()
HAS_COMMITS = pytest.StashKey[bool]()


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep uploads out of the demo's media, signing in quick, and answers, budgets and time limits apart.

    The content version moves at a commit, which most tests never reach: nothing is kept unless asked."""
    media = str(tmp_path_factory.mktemp("media"))
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Each test client would look through all static files; live servers serve them without whitenoise.
    with override_settings(
        MEDIA_ROOT=media,
        PASSWORD_HASHERS=hashers,
        FRONTEND_BASE_URL="",
        BOOKING_URL="",
        WHITENOISE_USE_FINDERS=False,
        ANSWER_CACHE_MB=0,
        RATE_LIMIT_ENABLED=False,
        # A busy machine takes longer over the largest documents; tests of the limit set their own.
        GRAPHQL_STATEMENT_TIMEOUT_MS=20_000,
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Stand in for pytest-django's fixture of this name, which would migrate for every worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    template = f"{TEMPLATE_PREFIX}{migrations_digest()}"
    clone = Clone(template=template, name=f"{template}_{worker}_{os.getpid()}")
    # What is measured writes to the disk, as it does for a clinic.
    durable = request.config.getoption("markexpr") == "benchmark"
    with django_db_blocker.unblock(), running_server(durable=durable):
        with one_at_a_time():
            ensure_template(template, create_anew=request.config.getoption("create_db"))
            make_clone(clone)
        connection.settings_dict["NAME"] = clone.name
        request.config.stash[CLONE] = clone
        # Django would empty every table after a test that commits, but the next test gets a new clone.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: None)
            yield
        connection.close()
        drop_database(clone.name)


@contextmanager
def running_server(*, durable: bool) -> Iterator[None]:
    if not settings.DATABASES["default"].get("EMBEDDED_IN"):
        yield
        return
    data_dir = settings.DEMO_DATA / ("bench-postgres" if durable else "test-postgres")
    server = ensure_running(data_dir, durable=durable)
    try:
        connection.settings_dict.update(database_config(data_dir))
        with one_at_a_time():
            drop_leftovers()
        yield
    finally:
        connection.close()
        server.stop()


def migrations_digest() -> str:
    folders = [Path(app.path, "migrations") for app in apps.get_app_configs()]
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


@contextmanager
def maintenance_cursor() -> Iterator[psycopg2.extensions.cursor]:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    with closing(psycopg2.connect(**parameters)) as maintenance:
        maintenance.autocommit = True
        yield maintenance.cursor()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep workers and other runs on this server from dropping what this one is about to use."""
    with maintenance_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE_PREFIX])
        yield


def run(statement: str, *names: str) -> None:
    with maintenance_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def existing_databases() -> set[str]:
    with maintenance_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATE_PREFIX])
        return {name for (name,) in cursor.fetchall()}


def ensure_template(template: str, *, create_anew: bool) -> None:
    if template in existing_databases() and not create_anew:
        return
    # Built under another name: a killed run leaves no half-migrated template.
    connection.settings_dict["TEST"]["NAME"] = draft = f"{template}_draft"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    drop_database(template)
    run("ALTER DATABASE {} RENAME TO {}", draft, template)


def make_clone(clone: Clone) -> None:
    drop_database(clone.name)
    run("CREATE DATABASE {} TEMPLATE {}", clone.name, clone.template)


def drop_database(name: str) -> None:
    run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def drop_leftovers() -> None:
    """Drop the clones of killed runs, and templates of other migrations that no run is using.

    Only on the embedded server: on another one the process numbers may be those of another machine."""
    databases = existing_databases()
    pattern = re.compile(rf"({TEMPLATE_PREFIX}[0-9a-f]+)_\w+_(\d+)")
    clones = {name: match for name in databases if (match := pattern.fullmatch(name))}
    alive = {name for name, match in clones.items() if is_alive(int(match[2]))}
    kept = alive | {clones[name][1] for name in alive} | {f"{TEMPLATE_PREFIX}{migrations_digest()}"}
    for name in databases - kept:
        drop_database(name)


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        fixtures & {"transactional_db", "live_server"}
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start every test from the migrated database: what a committing test wrote is still there."""
    if item.config.stash.get(HAS_COMMITS, False) and CLONE in item.config.stash:
        connection.close()
        with one_at_a_time():
            make_clone(item.config.stash[CLONE])
        item.config.stash[HAS_COMMITS] = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    try:
        yield
    finally:
        if commits(item):
            item.config.stash[HAS_COMMITS] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IS_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped. Under CI every test has to run."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IS_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped. Under CI every test has to run."
    return report
