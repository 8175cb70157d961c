"""Production refuses to start on unsafe settings. Each case is a process with no other variables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k3y-of-these-tests-with-more-than-fifty-characters-2f8a61c09b",
    "DATABASE_URL": "postgres://clinic:secret@db.invalid:5432/clinic",
    "ALLOWED_HOSTS": "clinic.example",
}
SHOW = (
    "from django.conf import settings as s; s.INSTALLED_APPS; d = s.DATABASES['default'];"
    "print(s.ENVIRONMENT, s.DEBUG, d['ENGINE'], d['HOST'], s.ALLOWED_HOSTS[0], s.SESSION_COOKIE_SECURE)"
)


def load_settings(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "cms.settings", **variables}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_safe_values() -> None:
    result = load_settings(**SAFE)

    assert result.stderr == ""
    assert result.stdout.split() == [
        "production",
        "False",
        "django.db.backends.postgresql",
        "db.invalid",
        "clinic.example",
        "True",
    ]


def test_development_starts_with_nothing_set(tmp_path: Path) -> None:
    result = load_settings(DEMO_DATA=str(tmp_path))

    assert result.stderr == ""
    assert result.stdout.split() == [
        "development",
        "False",
        "django.db.backends.postgresql",
        str(tmp_path / "postgres"),
        "localhost",
        "False",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS"])
def test_production_refuses_a_missing_value_and_names_it(missing: str) -> None:
    result = load_settings(**{name: value for name, value in SAFE.items() if name != missing})

    last_line = result.stderr.splitlines()[-1]
    assert result.returncode == 1
    assert last_line.startswith(
        f"django.core.exceptions.ImproperlyConfigured: {missing} is not set: production needs"
    )


@pytest.mark.parametrize(
    ("unsafe", "cause", "remedy"),
    [
        ({"DEBUG": "true"}, "DEBUG is on", "unset it"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", "name the host names"),
        ({"ALLOWED_HOSTS": "clinic.example,*"}, "ALLOWED_HOSTS", "name the host names"),
        ({"ALLOWED_HOSTS": "clinic.example, *"}, "ALLOWED_HOSTS", "name the host names"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak", "50 or more random characters"),
        ({"CDN": "other"}, "CDN is 'other'", "'cloudflare' or 'fastly'"),
        ({"CDN": "fastly", "CDN_ZONE": "zone"}, "CDN is 'fastly' without", "set both"),
        ({"CONTENT_LANGUAGES": "en, tlh"}, "CONTENT_LANGUAGES names tlh", "codes of Django's languages"),
        ({"CONTENT_LANGUAGES": ""}, "CONTENT_LANGUAGES is empty", "at least one language"),
        ({"RATE_LIMIT_ENABLED": "maybe"}, "RATE_LIMIT_ENABLED is 'maybe'", "true or false"),
        ({"ANSWER_CACHE_MB": "-5"}, "ANSWER_CACHE_MB is '-5'", "a whole number, 0 or more"),
        ({"RATE_LIMIT_PER_MINUTE": "0"}, "RATE_LIMIT_PER_MINUTE is '0'", "1 or more"),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL is 'nonsense'", "redis://"),
        ({"FRONTEND_BASE_URL": "clinic.example"}, "FRONTEND_BASE_URL is", "https://"),
        ({"BOOKING_URL": "clinic.example/book"}, "BOOKING_URL is", "https://"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD'", "WARNING"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT is 'prod'", "'development' or 'production'"),
    ],
)
def test_unsafe_value_is_refused_with_a_remedy(unsafe: dict[str, str], cause: str, remedy: str) -> None:
    result = load_settings(**SAFE | unsafe)

    last_line = result.stderr.splitlines()[-1]
    assert result.returncode == 1
    assert last_line.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert cause in last_line
    assert remedy in last_line


def test_manage_py_says_a_refusal_in_one_line() -> None:
    environment = {"PATH": os.defpath, "ENVIRONMENT": "production"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith("manage.py: SECRET_KEY is not set: production needs it")
