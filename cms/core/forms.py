"""Forms of the admin that do more than Wagtail's own."""

from typing import Any

from wagtail.images.forms import BaseImageForm

from cms.graphql.image_presets import create_preset_renditions


class ClinicImageForm(BaseImageForm):
    """Makes the renditions of an image once it is stored, so that the API finds them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].label = "Alternative text"
        self.fields["description"].help_text = "What the picture shows, for people who cannot see it."

    def save(self, commit: bool = True) -> Any:
        image = super().save(commit=commit)
        if commit:
            create_preset_renditions(image)
        return image
