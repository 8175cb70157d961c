"""All settings, read from the environment. `.env.example` lists every variable.

`ENVIRONMENT` is `development` (the default: demo, tests) or `production`, which refuses unsafe values.
"""

import zoneinfo
from pathlib import Path

import environ
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


# Safety -------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
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
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IS_PRODUCTION)
# Probes speak plain HTTP from inside the cluster.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if IS_PRODUCTION else 0)
# Off unless asked for: both reach beyond this host, for as long as browsers remember.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"

# Applications -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cms",
    "cms.core",
    "cms.partners",
    "services",
    "providers",
    "schedules",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
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

COOKIELESS_PATHS = {"/graphql/", "/healthz", "/readyz"}
MIDDLEWARE = [
    "cms.graphql.cookies.CookielessPaths",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
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
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
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

LANGUAGE_CODE = "en-us"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]
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
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# These three call hosts outside the clinic's network.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# The address of the front end that shows the pages; "View live" leads there.
FRONTEND_BASE_URL = env("FRONTEND_BASE_URL", default="").rstrip("/")

# GraphQL ------------------------------------------------------------------------------------------

# grapple serves nothing by itself: it is the registry that types StreamField blocks (docs/adr/0002).
GRAPPLE: dict[str, list[str]] = {"APPS": []}
# Strangers may look at the schema in development and the demo; in production staff only.
GRAPHQL_INTROSPECTION = env.bool("GRAPHQL_INTROSPECTION", default=not IS_PRODUCTION)
# Origins of browsers that may call the API; never with credentials. The demo: any.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[] if IS_PRODUCTION else ["*"])

# Logging ------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    # Any scanner can send unknown host names; each would log a traceback.
    "loggers": {"django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
