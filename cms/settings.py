"""All settings, read from the environment. `.env.example` lists every variable.

`ENVIRONMENT` is `development` (the default: demo, tests) or `production`, which refuses unsafe values.
"""

import zoneinfo
from pathlib import Path

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

from cms import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env("ENVIRONMENT", default="development")
if ENVIRONMENT not in ("development", "production"):
    raise ImproperlyConfigured(f"ENVIRONMENT is {ENVIRONMENT!r}: set it to 'development' or 'production'.")
IS_PRODUCTION = ENVIRONMENT == "production"


def production_value(name: str, development: str) -> str:
    """Return the variable `name`, or `development` outside production. Raises ImproperlyConfigured."""
    value = env(name, default="" if IS_PRODUCTION else development)
    if IS_PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} is not set: production needs it, see .env.example.")
    return value


def switch(name: str, *, default: bool) -> bool:
    """Return the variable `name` as yes or no. Raises ImproperlyConfigured: no slip may turn a guard off."""
    value = env(name, default="").strip().lower()
    if value in ("", "true", "yes", "on", "1"):
        return bool(value) or default
    if value in ("false", "no", "off", "0"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: set it to true or false.")


def whole_number(name: str, *, default: int, at_least: int = 0) -> int:
    """Return the variable `name` as a number. Raises ImproperlyConfigured."""
    value = env(name, default="").strip()
    number = int(value) if value.isascii() and value.isdigit() else None
    if value and (number is None or number < at_least):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number, {at_least} or more.")
    return default if number is None else number


def address(name: str, *, default: str = "", schemes: tuple[str, ...] = ("https://", "http://")) -> str:
    """Return the variable `name` without a slash at its end; it may be empty. Raises ImproperlyConfigured."""
    value = env(name, default=default).strip()
    if value and not value.startswith(schemes):
        raise ImproperlyConfigured(f"{name} is {value!r}: it has to begin with {' or '.join(schemes)}.")
    return value if value == default else value.rstrip("/")


# Safety -------------------------------------------------------------------------------------------

DEBUG = switch("DEBUG", default=False)
SECRET_KEY = production_value("SECRET_KEY", development="development-only-key-that-production-refuses-to-use")
# Former keys, while what they signed still circulates.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [
    host.strip()
    for host in production_value("ALLOWED_HOSTS", development="localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]

if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is empty: name the host names that this site answers to.")
if IS_PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is on in production: unset it, it shows settings and data to visitors.")
if IS_PRODUCTION and any(host.startswith("*") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS contains '*': name the host names that this site answers to.")
if IS_PRODUCTION and (
    len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("development-")
):
    raise ImproperlyConfigured(
        "SECRET_KEY is too weak: use 50 or more random characters, "
        'for example from `python -c "import secrets; print(secrets.token_urlsafe(60))"`.'
    )

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_SSL_REDIRECT = switch("SECURE_SSL_REDIRECT", default=IS_PRODUCTION)
# Probes speak plain HTTP from inside the cluster.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = switch("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# How many proxies of ours append to X-Forwarded-For; what stands left of theirs anyone can write.
TRUSTED_PROXIES = whole_number("TRUSTED_PROXIES", default=1 if BEHIND_PROXY else 0)
SECURE_HSTS_SECONDS = whole_number("SECURE_HSTS_SECONDS", default=31_536_000 if IS_PRODUCTION else 0)
# Off unless asked for: both reach beyond this host, for as long as browsers remember.
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = switch("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"

# Applications -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cms",
    "cms.core",
    "cms.delivery",
    "cms.feeds",
    "cms.previews",
    "cms.partners",
    "cms.search",
    "services",
    "providers",
    "schedules",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.locales",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    # grapple finds the snippet interface only after wagtail.snippets.
    "grapple",
    "graphene_django",
    "recurrence",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

COOKIELESS_PATHS = {"/graphql/", "/healthz", "/readyz", "/robots.txt"}
COOKIELESS_PREFIXES = (
    "/embed/",
    "/oembed",
    "/smart-scheduling-links/",
    "/calendars/",
    "/fhir/",
    "/demo/",
    "/sitemap",
)
MIDDLEWARE = [
    "cms.graphql.cookies.CookielessPaths",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.graphql.cookies.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cms.graphql.cookies.Users",
    "cms.graphql.cookies.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.graphql.cookies.Redirects",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# Data ---------------------------------------------------------------------------------------------

# Everything that the demo writes lies below this folder, so that two demos can run side by side.
DEMO_DATA = (BASE_DIR / env("DEMO_DATA", default=".data")).resolve()

if DATABASE_URL := env("DATABASE_URL", default=""):
    if not DATABASE_URL.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL is no PostgreSQL address: write it like postgres://user:password@host:5432/name."
        )
    DATABASES = {"default": env.db("DATABASE_URL", engine="django.db.backends.postgresql")}
elif IS_PRODUCTION:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set: production needs a PostgreSQL server, postgres://user:password@host:5432/name."
    )
else:
    DATABASES = {"default": embedded_postgres.database_config(DEMO_DATA / "postgres")}
DATABASES["default"]["CONN_MAX_AGE"] = whole_number("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = env("MEDIA_ROOT", default=str(DEMO_DATA / "media"))
MEDIA_URL = "/media/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "static"))
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Outside production no collectstatic is needed: whitenoise serves straight from the packages.
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Language and time --------------------------------------------------------------------------------

# Content can be written in these; one becomes a locale when an administrator adds it under Settings, Locales.
LANGUAGE_NAMES = dict(global_settings.LANGUAGES)
CONTENT_LANGUAGES = [code.strip().lower() for code in env.list("CONTENT_LANGUAGES", default=["en", "es"])]
if unknown_languages := [code for code in CONTENT_LANGUAGES if code not in LANGUAGE_NAMES]:
    raise ImproperlyConfigured(
        f"CONTENT_LANGUAGES names {', '.join(unknown_languages)}: use codes of Django's languages."
    )
if not CONTENT_LANGUAGES:
    raise ImproperlyConfigured("CONTENT_LANGUAGES is empty: name at least one language, such as en.")
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in CONTENT_LANGUAGES]
LANGUAGE_CODE = CONTENT_LANGUAGES[0]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
# Instants are UTC everywhere; the zone that patients see belongs to each location.
TIME_ZONE = "UTC"
USE_TZ = True
# The zones of the locked tzdata package, not those that the machine happens to have.
zoneinfo.reset_tzpath(to=[])

# Staff --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"

# Wagtail ------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Clinic CMS"
WAGTAILADMIN_BASE_URL = env(
    "WAGTAILADMIN_BASE_URL", default=f"http://localhost:{env('PORT', default='8000')}"
)
WAGTAILIMAGES_IMAGE_MODEL = "core.ClinicImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.core.forms.ClinicImageForm"
WAGTAILDOCS_DOCUMENT_MODEL = "core.ClinicDocument"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
# Renditions of presets are made once and read often: the smallest files without visible loss.
WAGTAILIMAGES_AVIF_QUALITY = 50
WAGTAILIMAGES_WEBP_QUALITY = 75
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# These three call hosts outside the clinic's network.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# The address of the front end that shows the pages; "View live" leads there. Development has the demo's.
FRONTEND_BASE_URL = address(
    "FRONTEND_BASE_URL",
    default="" if IS_PRODUCTION else f"http://localhost:{env('PORT', default='8000')}/demo",
)
# Where it shows drafts; without one there are no previews.
FRONTEND_PREVIEW_URL = address(
    "FRONTEND_PREVIEW_URL",
    default="" if IS_PRODUCTION else "/demo/preview/",
    schemes=("https://", "http://", "/"),
)

# Where it books visits, as feeds and structured data tell others: an address, or a path of the front end.
# {procedure}, {provider} and {location} stand for slugs, {day} and {start} for the time. Unset: the page.
BOOKING_URL = env(
    "BOOKING_URL",
    default="" if IS_PRODUCTION else "/book/{procedure}/?provider={provider}&location={location}&day={day}",
).strip()
if BOOKING_URL and not BOOKING_URL.startswith(("https://", "http://", "/")):
    raise ImproperlyConfigured(f"BOOKING_URL is {BOOKING_URL!r}: it has to begin with https:// or /.")

# GraphQL ------------------------------------------------------------------------------------------

# grapple serves nothing by itself: it is the registry that types StreamField blocks (docs/adr/0002).
GRAPPLE: dict[str, list[str]] = {"APPS": []}
# Strangers may look at the schema in development and the demo; in production staff only.
GRAPHQL_INTROSPECTION = switch("GRAPHQL_INTROSPECTION", default=not IS_PRODUCTION)
# Origins of browsers that may call the API; never with credentials. The demo: any.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[] if IS_PRODUCTION else ["*"])

# Once the front ends' documents are loaded: refuse all others, except with a bearer token.
GRAPHQL_STORED_DOCUMENTS_ONLY = switch("GRAPHQL_STORED_DOCUMENTS_ONLY", default=False)
# Points of one client in a minute: a request costs one, and the cost of its document.
RATE_LIMIT_ENABLED = switch("RATE_LIMIT_ENABLED", default=True)
RATE_LIMIT_PER_MINUTE = whole_number("RATE_LIMIT_PER_MINUTE", default=60_000, at_least=1)
# Shares rate limits and kept answers between processes; nothing is lost where it is unset or away.
REDIS_URL = address("REDIS_URL", schemes=("redis://", "rediss://", "unix://"))
# Memory of one process for answers that everybody may see; 0 keeps none.
ANSWER_CACHE_MB = whole_number("ANSWER_CACHE_MB", default=64)

# CDN ----------------------------------------------------------------------------------------------

# The jobs process tells it what changed (cms/delivery/cdn.py). Without one, answers are kept only here.
CDN = env("CDN", default="")
CDN_ZONE = env("CDN_ZONE", default="")
CDN_TOKEN = env("CDN_TOKEN", default="")
CDN_API_URL = address("CDN_API_URL")
if CDN not in ("", "cloudflare", "fastly"):
    raise ImproperlyConfigured(f"CDN is {CDN!r}: set it to 'cloudflare' or 'fastly', or unset it.")
if CDN and not (CDN_ZONE and CDN_TOKEN):
    raise ImproperlyConfigured(f"CDN is {CDN!r} without CDN_ZONE and CDN_TOKEN: set both, see .env.example.")
# Seconds for which a CDN may answer by itself: longer where it is told what changes.
CDN_MAX_AGE = whole_number("CDN_MAX_AGE", default=600 if CDN else 5)

# Booking ------------------------------------------------------------------------------------------

# How long a time is held for a patient who fills in the form, and for one on the waitlist.
HOLD_SECONDS = whole_number("HOLD_SECONDS", default=300, at_least=1)
WAITLIST_OFFER_MINUTES = whole_number("WAITLIST_OFFER_MINUTES", default=120, at_least=1)
# How many times may be held at once from one address, and from one site.
HOLDS_PER_CLIENT = whole_number("HOLDS_PER_CLIENT", default=5, at_least=1)
HOLDS_PER_SOURCE = whole_number("HOLDS_PER_SOURCE", default=200, at_least=1)
# How many places on the waitlist one address may have at once.
WAITLIST_PER_CLIENT = whole_number("WAITLIST_PER_CLIENT", default=10, at_least=1)

# How many days ahead the public feed of free times reaches (cms/feeds).
SCHEDULING_LINKS_DAYS = whole_number("SCHEDULING_LINKS_DAYS", default=14, at_least=1)

# Logging ------------------------------------------------------------------------------------------

LOG_LEVEL = env("LOG_LEVEL", default="WARNING").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}: set it to DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"calendars": {"()": "cms.feeds.core.log_lines.WithoutCalendarTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "loggers": {
        # Any scanner can send unknown host names; each would log a traceback.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # A refused request would log a line, so that a flood of requests were a flood of lines.
        "django.request": {"level": "ERROR", "filters": ["calendars"]},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
