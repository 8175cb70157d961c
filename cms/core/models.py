"""What every app builds on: people, files, pages and the settings of a clinic."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Page
from wagtail.search import index

from cms.core.blocks import ARTICLE_FEATURES, BodyBlock, NavigationItemBlock
from cms.core.fields import LinesField


class User(AbstractUser):
    """A member of staff. Patients have no accounts."""


class ClinicImage(AbstractImage):
    is_decorative = models.BooleanField(
        default=False,
        help_text="Only decoration: screen readers skip it. Otherwise describe what it shows.",
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "is_decorative",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    @property
    def alt_text(self) -> str:
        return "" if self.is_decorative else self.description


class ClinicRendition(AbstractRendition):
    image = models.ForeignKey(ClinicImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="core_clinicrendition_one_per_filter"
            )
        ]


class ClinicDocument(AbstractDocument):
    admin_form_fields = ("title", "file", "collection", "tags")


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` is the name of an IANA time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"“{value}” is not a time zone. Use an IANA name such as America/Denver.")


def time_zone_field(**kwargs: Any) -> models.CharField:
    return models.CharField(max_length=64, validators=[validate_time_zone], **kwargs)


class ContentPage(Page):
    """A page with what search engines and social networks need. Front ends render it; we serve no HTML."""

    social_image = models.ForeignKey(
        ClinicImage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown where the page is shared. Best at 1200 by 630 pixels.",
    )
    noindex = models.BooleanField(
        "hide from search engines", default=False, help_text="Ask search engines not to list this page."
    )

    promote_panels = [
        MultiFieldPanel(["slug", "seo_title", "search_description"], heading="For search engines"),
        MultiFieldPanel(["social_image", "noindex"], heading="Sharing and listing"),
    ]
    # The preview needs a front end that asks for drafts; see docs/architecture.md.
    preview_modes: list[tuple[str, str]] = []

    edit_handler: TabbedInterface

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the reader to the front end, or show a plain notice where none is configured."""
        if settings.FRONTEND_BASE_URL:
            return redirect(settings.FRONTEND_BASE_URL + self.relative_url(self.get_site()))
        return TemplateResponse(request, "core/headless_page.html", {"page": self})

    @classmethod
    def add_panels(cls, *panels: Any, tab: str) -> None:
        """Append `panels` to a tab of the editor, made before Promote where it does not exist yet.

        This is how an app above adds the rows that it hangs on this page."""
        tabs = cls.edit_handler.children
        for item in tabs:
            if item.heading == tab:
                item.children = [*item.children, *panels]
                return
        tabs.insert(len(tabs) - 1, ObjectList(panels, heading=tab))


def tabbed_editor(*, content: list[Any], **more_tabs: list[Any]) -> TabbedInterface:
    """Return the editor of a content page: Content, then `more_tabs` by heading, then Promote."""
    return TabbedInterface(
        [
            ObjectList(content, heading="Content"),
            *(ObjectList(panels, heading=heading) for heading, panels in more_tabs.items()),
            ObjectList(ContentPage.promote_panels, heading="Promote"),
        ]
    )


class HomePage(ContentPage):
    headline = models.CharField(max_length=160, blank=True)
    introduction = RichTextField(blank=True, features=ARTICLE_FEATURES)
    hero_image = models.ForeignKey(
        ClinicImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(BodyBlock(), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    edit_handler = tabbed_editor(
        content=[*Page.content_panels, "headline", "introduction", "hero_image", "body"]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("headline"),
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]


class NavigationMenu(models.Model):
    """A menu of one site, asked for by its handle: `navigation(handle: "main")`."""

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    handle = models.SlugField(max_length=40, help_text="The name front ends ask for, such as main or footer.")
    items = StreamField([("item", NavigationItemBlock())], blank=True)

    panels = [FieldPanel("site"), FieldPanel("handle"), FieldPanel("items")]

    class Meta:
        ordering = ["site_id", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["site", "handle"], name="core_navigationmenu_one_handle_per_site")
        ]

    def __str__(self) -> str:
        return self.handle


@register_setting(icon="home", order=1)
class ClinicSettings(BaseSiteSetting):
    """Who the clinic of a site is. `clinic` in GraphQL."""

    name = models.CharField(max_length=120, help_text="As patients know it.")
    welcome = models.TextField(blank=True, max_length=1000, help_text="The greeting of the front page.")
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    languages = LinesField(
        max_items=20,
        max_line_length=12,
        help_text="Languages spoken at the clinic, one code per line, such as en or es.",
    )
    time_zone = time_zone_field(
        default="America/Denver", help_text="Used where a location names none, such as America/Denver."
    )
    opening_statement = models.CharField(
        max_length=200, blank=True, help_text="Opening hours in one sentence, in your own words."
    )

    panels = [
        MultiFieldPanel(["name", "welcome", "opening_statement"], heading="About the clinic"),
        MultiFieldPanel(["phone", "email"], heading="Contact"),
        MultiFieldPanel(["languages", "time_zone"], heading="Language and time"),
    ]

    class Meta:
        verbose_name = "clinic"
