"""The form of the provider's page."""

from typing import Any

from django.utils.text import slugify

from cms.core.source_rows import ContentPageForm


class ProviderPageForm(ContentPageForm):
    """Makes the slug of a new profile from the name: there is no title field to take it from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.data.get("name", ""))
