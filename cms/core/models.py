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
from modelcluster.models import get_all_child_relations
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import COMMENTS_RELATION_NAME, Page, Site
from wagtail.search import index

from cms.core.blocks import ARTICLE_FEATURES, BodyBlock, NavigationItemBlock
from cms.core.fields import LinesField
from cms.core.source_rows import ContentPageForm
from cms.previews.views import preview_modes, show_in_front_end


class User(AbstractUser):
    """A member of staff. Patients have no accounts."""


class ClinicImage(AbstractImage):
    is_decorative = models.BooleanField(
        default=False,
        help_text="Only decoration: screen readers skip it. Otherwise describe what it shows.",
    )

    # For which file, presets and focal point the renditions are made; see operations.py.
    renditions_made = models.TextField(blank=True, default="", editable=False)
    placeholder = models.CharField(max_length=400, blank=True, default="", editable=False)

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


def require_source(row: models.Model, *, field: str) -> None:
    """Raise ValidationError by field where the page that it names is a translation or an alias."""
    page = getattr(row, field)
    source = page.find_source() if page else None
    if source:
        raise ValidationError({field: f"This is a translation. Choose “{source.title}” ({source.locale})."})


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
    edit_handler: TabbedInterface
    base_form_class = ContentPageForm

    class Meta:
        abstract = True

    @classmethod
    def rows_of_source(cls) -> list[str]:
        """Return the relations whose rows exist once for all translations of a page: all but comments."""
        relations = (relation.get_accessor_name() for relation in get_all_child_relations(cls))
        return [name for name in relations if name != COMMENTS_RELATION_NAME]

    def find_source(self) -> Page | None:
        """Return the page that this one is a translation or an alias of; None for a source. One query."""
        family = Page.objects.filter(translation_key=self.translation_key, alias_of=None)
        return self.alias_of or family.filter(pk__lt=self.pk or 0).order_by("pk").first()

    def copy_all_child_relations(self, target: "ContentPage", exclude: Any = None, **options: Any) -> Any:
        """Wagtail calls this for every copy: translations and aliases do without the rows of the source."""
        if target.translation_key == self.translation_key or target.alias_of_id:
            exclude = [*(exclude or ()), *self.rows_of_source()]
        return super().copy_all_child_relations(target, exclude, **options)

    def with_content_json(self, content: dict[str, Any]) -> "ContentPage":
        """Wagtail calls this to bring an alias up to date, with the content of its source."""
        if self.alias_of_id:
            rows = self.rows_of_source()
            content = {name: value for name, value in content.items() if name not in rows}
        return super().with_content_json(content)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Return the address of the page on the front end's paths, which name other locales than the default.

        Wagtail would name them only where Django's own addresses do."""
        found = super().get_url_parts(request)
        roots = [root for root in Site.get_site_root_paths() if found and root.site_id == found[0]]
        if found is None or len(roots) < 2:
            return found
        site_id, root_url, path = found
        default = Site.objects.values_list("root_page__url_path", flat=True).get(pk=site_id)
        here = next(root for root in roots if self.url_path.startswith(root.root_path))
        return found if here.root_path == default else (site_id, root_url, f"/{here.language_code}{path}")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the reader to the front end, or show a plain notice where none is configured."""
        if settings.FRONTEND_BASE_URL:
            return redirect(settings.FRONTEND_BASE_URL + self.relative_url(self.get_site()))
        return TemplateResponse(request, "core/headless_page.html", {"page": self})

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return preview_modes()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return show_in_front_end(self, request)

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
    """The front page of a site in one locale; those of other locales are its translations, beside it."""

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

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find a page below this one, or below the home page of the locale that the path begins with."""
        code, *rest = path_components or [""]
        homes = HomePage.objects.filter(translation_key=self.translation_key, locale__language_code=code)
        other = homes.exclude(pk=self.pk).first() if code else None
        return other.route(request, rest) if other else super().route(request, path_components)


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
