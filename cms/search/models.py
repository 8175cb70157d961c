"""What can be found: one entry for each published page, in the words of its language."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from wagtail.models import Page


class Entry(models.Model):
    """The words of a published page, derived from the page and its locale in the transaction that saves them.

    Whether the page may be seen is asked of the page itself."""

    # Nobody needs to hear that a page is used by its own search entry.
    wagtail_reference_index_ignore = True

    page = models.OneToOneField(
        Page, primary_key=True, on_delete=models.CASCADE, related_name="search_entry", editable=False
    )
    language = models.CharField(max_length=100, help_text="The language code of the page's locale.")
    title = models.TextField(help_text="Folded: see cms.search.core.")
    names = models.TextField(
        help_text="Title, other names and specialties, folded, each between line breaks: for typing errors."
    )
    text = models.TextField(help_text="Plain text, the weightiest first: where highlights are taken from.")
    vector = SearchVectorField()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            GinIndex(fields=["vector"], name="search_entry_vector"),
            GinIndex(OpClass("names", name="gin_trgm_ops"), name="search_entry_names"),
        ]

    def __str__(self) -> str:
        return self.title
