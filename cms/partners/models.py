"""Sites of others that show what the clinic offers."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel

from cms.core.fields import LinesField

# Scheme, host and perhaps a port: what browsers send as Origin. Plain http is for a developer's own machine.
ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?"
)


def validate_origins(origins: list[str]) -> None:
    """Raise ValidationError that names the first entry which is no origin."""
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValidationError(
                f"“{origin}” is not an origin: write scheme and host only, such as https://www.example.com."
            )


class Partner(models.Model):
    """A site that may embed our content."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, help_text="The key under which the partner embeds content.")
    allowed_origins = LinesField(
        max_items=100,
        max_line_length=255,
        validators=[validate_origins],
        help_text="Where the partner's pages live, one per line, such as https://www.example.com.",
    )

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("allowed_origins")]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="partners_partner_slug")]

    def __str__(self) -> str:
        return self.name
