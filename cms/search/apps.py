from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_save


class SearchConfig(AppConfig):
    name = "cms.search"
    label = "search"

    def ready(self) -> None:
        operations = import_module("cms.search.operations")
        queries = import_module("cms.search.queries")
        for sender in operations.SENDERS:
            post_save.connect(operations.index_saved_page, sender=sender)
        post_save.connect(operations.index_saved_locale, sender="wagtailcore.Locale")
        connection_created.connect(queries.set_typo_tolerance)
