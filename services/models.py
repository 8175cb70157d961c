"""What a clinic offers: procedure articles, sorted into categories."""

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.core.blocks import ARTICLE_FEATURES, BodyBlock
from cms.core.fields import LinesField, within
from cms.core.models import ClinicImage, ContentPage, tabbed_editor
from services.blocks import BenefitBlock, ExpectationBlock, FaqBlock, RiskBlock

# What patients are told of a visit, which need not be what is booked.
TOLD_MINUTES = (1, 1440)


class ProcedureCategory(models.Model):
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, help_text="The name used in addresses and filters.")

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "procedure categories"
        constraints = [models.UniqueConstraint(fields=["slug"], name="services_procedurecategory_slug")]

    def __str__(self) -> str:
        return self.name


class ProcedureIndexPage(ContentPage):
    introduction = RichTextField(blank=True, features=ARTICLE_FEATURES)

    parent_page_types = ["core.HomePage"]
    subpage_types = ["services.ProcedurePage"]
    max_count_per_parent = 1
    edit_handler = tabbed_editor(content=[*Page.content_panels, "introduction"])
    search_fields = [*Page.search_fields, index.SearchField("introduction")]


class ProcedurePage(ContentPage):
    """The article about one procedure: what it is, what to expect, benefits and risks."""

    summary = models.TextField(max_length=400, help_text="One or two plain sentences for lists and previews.")
    also_known_as = LinesField(help_text="Other names that patients search for, one per line.")
    category = models.ForeignKey(
        ProcedureCategory, null=True, blank=True, on_delete=models.SET_NULL, related_name="procedures"
    )
    hero_image = models.ForeignKey(
        ClinicImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    introduction = RichTextField(
        blank=True, features=ARTICLE_FEATURES, help_text="What it is and who it is for."
    )
    how_it_works = RichTextField(blank=True, features=ARTICLE_FEATURES)
    what_to_expect = StreamField([("step", ExpectationBlock())], blank=True)
    aftercare = RichTextField(
        blank=True, features=ARTICLE_FEATURES, help_text="What patients do at home afterwards."
    )
    benefits = StreamField(
        [("benefit", BenefitBlock())], blank=True, help_text="In the order in which readers see them."
    )
    risks = StreamField(
        [("risk", RiskBlock())],
        blank=True,
        help_text="Every risk that patients must know of.",
    )
    faqs = StreamField([("faq", FaqBlock())], blank=True, verbose_name="frequent questions")
    body = StreamField(BodyBlock(), blank=True, help_text="Anything that has no place above.")
    duration_minutes_min = models.PositiveIntegerField(
        "shortest visit (minutes)", null=True, blank=True, validators=within(TOLD_MINUTES)
    )
    duration_minutes_max = models.PositiveIntegerField(
        "longest visit (minutes)", null=True, blank=True, validators=within(TOLD_MINUTES)
    )
    downtime = models.CharField(
        max_length=200, blank=True, help_text="How long daily life is affected, in plain words."
    )

    parent_page_types = ["services.ProcedureIndexPage"]
    subpage_types: list[str] = []
    edit_handler = tabbed_editor(
        content=[
            *Page.content_panels,
            "summary",
            FieldRowPanel(["category", "also_known_as"]),
            "hero_image",
            MultiFieldPanel(["introduction", "how_it_works"], heading="What it is"),
            MultiFieldPanel(
                [
                    FieldRowPanel(["duration_minutes_min", "duration_minutes_max"]),
                    "downtime",
                    "what_to_expect",
                    "aftercare",
                ],
                heading="What to expect",
            ),
            "benefits",
            "risks",
            "faqs",
            "body",
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("also_known_as", boost=3),
        index.SearchField("introduction"),
        index.SearchField("how_it_works"),
        index.SearchField("what_to_expect"),
        index.SearchField("aftercare"),
        index.SearchField("benefits"),
        index.SearchField("risks"),
        index.SearchField("faqs"),
        index.SearchField("body"),
        index.FilterField("category_id"),
    ]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(duration_minutes_max__gte=models.F("duration_minutes_min")),
                name="services_procedurepage_duration_order",
                violation_error_message="The longest visit is shorter than the shortest.",
            )
        ]

    def clean(self) -> None:
        super().clean()
        shortest, longest = self.duration_minutes_min, self.duration_minutes_max
        if shortest and longest and longest < shortest:
            raise ValidationError({"duration_minutes_max": "The longest visit is shorter than the shortest."})
