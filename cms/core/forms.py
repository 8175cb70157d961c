"""Forms of the admin that do more than Wagtail's own."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class ReadableImageField(WagtailImageField):
    """Refuses a file whose picture ends too early; Wagtail's own raises what its library raises."""

    def check_image_pixel_size(self, f: Any) -> None:
        try:
            super().check_image_pixel_size(f)
        except (OSError, SyntaxError) as error:
            message = (
                "The file is damaged: it holds a part of a picture only. Upload it again from its source."
            )
            raise ValidationError(message, code="damaged") from error


class ClinicImageForm(BaseImageForm):
    """Says what the description is for, and what is wrong with a file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self.fields["description"].label = "Alternative text"
            self.fields["description"].help_text = "What the picture shows, for people who cannot see it."
        if file := self.fields.get("file"):
            self.fields["file"] = ReadableImageField(
                label=file.label, required=file.required, widget=file.widget, help_text=file.help_text
            )

    def save(self, commit: bool = True) -> Any:
        if "file" in self.changed_data:
            # It is made anew with the renditions, which Wagtail deletes here.
            self.instance.placeholder = ""
        return super().save(commit=commit)
