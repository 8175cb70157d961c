"""Sites of others that show what the clinic offers, and how often they do."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from cms.core.fields import LinesField, within
from cms.partners.core import (
    COLOUR,
    DARK_BACKGROUND,
    FONTS,
    LEAST_CONTRAST,
    ORIGIN,
    Theme,
    full_colour,
    hidden_on,
    origin_of,
)
from services.models import ProcedureCategory, ProcedurePage

RADIUS_PX = (0, 32)


def validate_origins(origins: list[str]) -> None:
    """Raise ValidationError that names the first entry which is no origin."""
    for origin in origins:
        written = origin_of(origin)
        if not ORIGIN.fullmatch(written):
            raise ValidationError(
                f"“{origin}” is not an origin: write scheme and host only, in ASCII, such as "
                "https://www.example.com."
            )
        if origin != written:
            raise ValidationError(f"“{origin}” is not how browsers write it: write {written}.")


def validate_accent(accent: str) -> None:
    """Raise ValidationError for a colour that readers could not see on one of the backgrounds."""
    if not COLOUR.fullmatch(accent):
        raise ValidationError(f"“{accent}” is not a colour: write it like #0f766e.")
    if faults := hidden_on(accent):
        raise ValidationError(
            f"{accent} is hard to see: {' and '.join(faults)}. Choose a colour with at least "
            f"{LEAST_CONTRAST:g} to 1 on white and on {DARK_BACKGROUND}: neither very light nor very dark."
        )


def validate_locales(codes: list[str]) -> None:
    """Raise ValidationError that names the first code in which no content can be written."""
    known = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
    for code in codes:
        if code not in known:
            raise ValidationError(f"“{code}” is no locale of this clinic. It has {', '.join(known)}.")


class Partner(models.Model):
    """A site that may embed our content. The key is public: it says who shows, and is no secret."""

    class Content(models.TextChoices):
        ALL = "all", "Everything that is public"
        CHOSEN = "chosen", "Only what is chosen below"

    class Scheme(models.TextChoices):
        AUTO = "auto", "As the reader's device is set"
        LIGHT = "light", "Always light"
        DARK = "dark", "Always dark"

    class Font(models.TextChoices):
        SYSTEM = "system", "The device's own"
        SERIF = "serif", "With serifs"
        ROUNDED = "rounded", "Rounded"
        MONO = "mono", "Monospaced"

    name = models.CharField(max_length=120, help_text="Who runs the site.")
    slug = models.SlugField(
        "key",
        max_length=80,
        help_text="Stands in the partner's snippets and in the addresses of embeds, so it stays as it is. "
        "It is not a secret.",
    )
    is_active = models.BooleanField(
        "is active",
        default=True,
        db_default=True,
        help_text="Off: every embed of this partner goes blank within seconds.",
    )
    expires_on = models.DateField(
        null=True,
        blank=True,
        help_text="The last day on which embeds are shown, in the clinic's time zone. Empty: no end.",
    )
    allowed_origins = LinesField(
        max_items=100,
        max_line_length=255,
        validators=[validate_origins],
        help_text="Where the partner's pages live, one per line, such as https://www.example.com. "
        "Browsers show embeds nowhere else.",
    )
    content = models.CharField(
        max_length=10, choices=Content, default=Content.ALL, db_default=Content.ALL.value
    )
    categories = models.ManyToManyField(
        ProcedureCategory, blank=True, related_name="+", help_text="Every procedure of these."
    )
    procedures = models.ManyToManyField(
        ProcedurePage, blank=True, related_name="+", help_text="And each of these, in all locales."
    )
    locales = LinesField(
        max_items=20,
        max_line_length=12,
        validators=[validate_locales],
        # What the release before knows nothing of.
        db_default=[],
        help_text="None ticked: all of them.",
    )
    daily_quota = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Views of articles in a day. Past it, embeds say until midnight that they are not "
        "available; booking goes on. Empty: no limit.",
    )
    accent = models.CharField(
        "accent colour",
        max_length=7,
        default="#0f766e",
        db_default="#0f766e",
        validators=[validate_accent],
        help_text="Of buttons and lines. It has to be seen on white and on a dark background.",
    )
    radius_px = models.PositiveSmallIntegerField(
        "corner radius (pixels)",
        default=8,
        db_default=8,
        validators=within(RADIUS_PX),
        help_text="0 for square corners, at most 32.",
    )
    font = models.CharField(max_length=10, choices=Font, default=Font.SYSTEM, db_default=Font.SYSTEM.value)
    scheme = models.CharField(
        "light or dark", max_length=10, choices=Scheme, default=Scheme.AUTO, db_default=Scheme.AUTO.value
    )
    contact_name = models.CharField(
        max_length=120, blank=True, db_default="", help_text="Whom to ask about the site."
    )
    contact_email = models.EmailField("contact e-mail", blank=True, db_default="")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="partners_partner_slug"),
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[-a-zA-Z0-9_]+$"),
                name="partners_partner_key_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(accent__regex=r"^#[0-9a-f]{6}$"),
                name="partners_partner_accent_colour",
            ),
            models.CheckConstraint(
                condition=models.Q(radius_px__range=RADIUS_PX), name="partners_partner_radius_range"
            ),
            models.CheckConstraint(
                condition=models.Q(daily_quota__gte=1), name="partners_partner_quota_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    content__in=["all", "chosen"],
                    scheme__in=["auto", "light", "dark"],
                    font__in=["system", "serif", "rounded", "mono"],
                ),
                name="partners_partner_known_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if COLOUR.fullmatch(self.accent):
            self.accent = full_colour(self.accent)

    @property
    def theme(self) -> Theme:
        return Theme(accent=self.accent, radius_px=self.radius_px, font=FONTS[self.font], scheme=self.scheme)


class PartnerViews(models.Model):
    """How often a partner's readers saw one thing on one day, in the clinic's time zone. Nothing of them.

    `origin` is one of the partner's own, empty where the browser did not say it."""

    class Kind(models.TextChoices):
        ARTICLE = "article", "Article in a frame"
        ELEMENT = "element", "Article as an element"
        BOOKING = "booking", "Booking page"

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    # Not a key: what was counted stays when the page goes.
    procedure = models.CharField(max_length=255, blank=True)
    origin = models.CharField(max_length=255, blank=True)
    views = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "partner views"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "day", "kind", "procedure", "origin"],
                name="partners_partnerviews_one_row_each",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["article", "element", "booking"]),
                name="partners_partnerviews_known_kind",
            ),
            models.CheckConstraint(condition=models.Q(views__gte=1), name="partners_partnerviews_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.views}"
