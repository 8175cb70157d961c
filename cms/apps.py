from django.apps import AppConfig


class CmsConfig(AppConfig):
    """The roof: management commands and composition, no models."""

    name = "cms"
