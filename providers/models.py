"""Who performs procedures: profiles, the procedures each provider offers, and medical reviews."""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from cms.core.blocks import ARTICLE_FEATURES
from cms.core.fields import LinesField, within
from cms.core.models import ClinicImage, ContentPage, require_source, tabbed_editor
from cms.core.source_rows import SourceRowsPanel
from services.models import ProcedurePage

# The shortest and longest visit that can be booked.
VISIT_MINUTES = (5, 720)


class ProviderIndexPage(ContentPage):
    introduction = RichTextField(blank=True, features=ARTICLE_FEATURES)

    parent_page_types = ["core.HomePage"]
    subpage_types = ["providers.ProviderPage"]
    max_count_per_parent = 1
    edit_handler = tabbed_editor(content=[*Page.content_panels, "introduction"])
    search_fields = [*Page.search_fields, index.SearchField("introduction")]


class ProviderPage(ContentPage):
    """The profile of one provider. The title is always the honorific and the name."""

    honorific = models.CharField(max_length=20, blank=True, help_text="Such as Dr. or Prof.")
    name = models.CharField(max_length=120, help_text="First and last name, without the honorific.")
    credentials = LinesField(help_text="Degrees and licences, one per line.")
    specialties = LinesField(help_text="One per line.")
    languages = LinesField(
        max_items=20, max_line_length=12, help_text="Language codes, one per line, such as en or es."
    )
    biography = RichTextField(blank=True, features=ARTICLE_FEATURES)
    photo = models.ForeignKey(ClinicImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    accepting_new_patients = models.BooleanField(default=True)

    parent_page_types = ["providers.ProviderIndexPage"]
    subpage_types: list[str] = []
    edit_handler = tabbed_editor(
        content=[
            # A draft needs its name too: the title is made of it.
            FieldRowPanel(["honorific", FieldPanel("name", required_on_save=True)]),
            "photo",
            "biography",
            MultiFieldPanel(["credentials", "specialties", "languages"], heading="Qualifications"),
            "accepting_new_patients",
            SourceRowsPanel("offerings", heading="Procedures offered", label="Procedure"),
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("name", boost=3),
        index.AutocompleteField("name"),
        index.SearchField("credentials"),
        index.SearchField("specialties", boost=2),
        index.SearchField("biography"),
        index.FilterField("accepting_new_patients"),
    ]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.title = self.display_name
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        """Check what even a draft needs; Wagtail calls it in place of full_clean."""
        self.title = self.display_name
        super().minimal_clean()

    @property
    def display_name(self) -> str:
        return f"{self.honorific} {self.name}".strip()


class Offering(Orderable):
    """A procedure that a provider performs. Drafted and published with the provider's page."""

    page = ParentalKey(ProviderPage, on_delete=models.CASCADE, related_name="offerings")
    procedure = models.ForeignKey(ProcedurePage, on_delete=models.CASCADE, related_name="offerings")
    duration_minutes = models.PositiveIntegerField(
        "own duration (minutes)",
        null=True,
        blank=True,
        validators=within(VISIT_MINUTES),
        help_text="Only where this provider takes longer or shorter than the procedure says.",
    )

    panels = [PageChooserPanel("procedure"), FieldPanel("duration_minutes")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["page", "procedure"],
                name="providers_offering_one_per_procedure",
                violation_error_message="This procedure is listed twice.",
            ),
            models.CheckConstraint(
                condition=models.Q(duration_minutes__range=VISIT_MINUTES),
                name="providers_offering_duration_range",
            ),
        ]

    def __str__(self) -> str:
        return f"procedure {self.procedure_id}"

    def clean(self) -> None:
        super().clean()
        require_source(self, field="procedure")


class MedicalReview(models.Model):
    """Who checked a procedure article, and when. Published with the article."""

    page = ParentalKey(ProcedurePage, on_delete=models.CASCADE, related_name="medical_reviews")
    reviewed_on = models.DateField(help_text="The day on which the article was last checked.")
    reviewed_by = models.ForeignKey(
        ProviderPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels = [FieldPanel("reviewed_on"), PageChooserPanel("reviewed_by")]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page"], name="providers_medicalreview_one_per_page")]

    def __str__(self) -> str:
        return f"reviewed on {self.reviewed_on}"

    def clean(self) -> None:
        super().clean()
        require_source(self, field="reviewed_by")
