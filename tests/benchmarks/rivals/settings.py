"""Settings of the rivals, each in a process of its own, with the cheapest database: SQLite in memory."""

SECRET_KEY = "of-a-benchmark"
USE_TZ = True
TIME_ZONE = "America/Denver"
LANGUAGE_CODE = "en-us"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "appointment",
    "recurrence",
    "schedule",
]
STATIC_URL = "/static/"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
APPOINTMENT_WEBSITE_NAME = "Clinic"
