"""Pages of the admin: the code for a partner's pages, with previews, and the report."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from cms.graphql.sites import LocaleRoot, ServedSite, site_of
from cms.partners.addresses import article_url, booking_url, frame_html
from cms.partners.assets import labels
from cms.partners.forms import CodeForm, ReportForm
from cms.partners.models import Partner
from cms.partners.queries import (
    ReportRow,
    clinic_row,
    clinic_zone,
    report,
    shown_procedures,
    shown_providers,
    sightings,
)

ROWS_ON_A_PAGE = 100
USUAL_DAYS = timedelta(days=30)
SEEN_DAYS = timedelta(days=90)
# Spreadsheets would run what begins like this.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PartnerPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page about partners for those who may open their list."""

    model: ClassVar[type[Partner]] = Partner
    any_permission_required: ClassVar[list[str]] = ["add", "change", "delete", "view"]
    header_icon = "globe"
    index_url_name = ""
    edit_url_name = ""
    code_url_name = ""
    preview_url_name = ""

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(clinic_zone()).date()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": "Partners"},
            {"url": "", "label": self.get_page_title()},
        ]


# The code -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """What the code shows, and where it comes from."""

    base_url: str
    key: str
    locale: str
    procedure: str
    title: str
    provider: str
    phone: str

    @property
    def article(self) -> str:
        return article_url(self.base_url, key=self.key, slug=self.procedure, locale=self.locale)

    @property
    def booking(self) -> str:
        chosen = {"procedure": self.procedure, "provider": self.provider, "locale": self.locale}
        return booking_url(self.base_url, key=self.key, **chosen)


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to put something into a page. `html` is empty where an address is pasted."""

    name: str
    heading: str
    explanation: str
    code: str
    preview_url: str = ""


LOADER = '<script src="{}/embed/loader.js" async></script>\n'


def element_code(choice: Choice) -> str:
    return format_html(
        LOADER + '<clinic-procedure partner="{}" slug="{}" locale="{}" phone="{}" style="display:block;'
        'min-height:100vh"><a href="{}">{}</a></clinic-procedure>',
        choice.base_url,
        choice.key,
        choice.procedure,
        choice.locale,
        choice.phone,
        choice.article,
        choice.title,
    )


def booking_code(choice: Choice, *, mode: str) -> str:
    room = ' style="display:block;min-height:100vh"' if mode == "inline" else ""
    provider = format_html(' provider="{}"', choice.provider) if choice.provider else ""
    return format_html(
        LOADER + '<clinic-booking partner="{}" procedure="{}"{} locale="{}" mode="{}" phone="{}"'
        f'{room}><a href="{{}}">{{}}</a></clinic-booking>',
        choice.base_url,
        choice.key,
        choice.procedure,
        provider,
        choice.locale,
        mode,
        choice.phone,
        choice.booking,
        labels(choice.locale)["book"],
    )


CODES = {
    "element": (
        "Article as an element",
        "Takes on the look of the page around it; search engines find the text.",
        element_code,
    ),
    "inline": (
        "Booking in the page",
        "The booking form stands where the code stands.",
        lambda choice: booking_code(choice, mode="inline"),
    ),
    "popup": (
        "Booking in a dialog",
        "A link opens the booking form over the page.",
        lambda choice: booking_code(choice, mode="popup"),
    ),
    "button": (
        "Floating booking button",
        "A button in the corner of the page opens the booking form.",
        lambda choice: booking_code(choice, mode="button"),
    ),
    "iframe": (
        "Article in a frame",
        "For sites that allow no scripts.",
        lambda choice: frame_html(choice.article, title=choice.title),
    ),
}


class PartnerCodeView(PartnerPage):
    """The code for each way of embedding, with a preview; nothing is stored."""

    template_name = "partners/admin/code.html"

    @cached_property
    def partner(self) -> Partner:
        return get_object_or_404(Partner, pk=self.kwargs["pk"])

    @cached_property
    def site(self) -> ServedSite:
        site = site_of(self.request)
        if site is None:
            raise Http404("There is no site.")
        return site

    def get_page_title(self) -> str:
        return f"Code for the pages of {self.partner.name}"

    @cached_property
    def roots(self) -> list[LocaleRoot]:
        """The locales of the site that the partner may show."""
        allowed = self.partner.locales
        return [root for root in self.site.roots if not allowed or root.locale in allowed]

    @cached_property
    def root(self) -> LocaleRoot | None:
        """The locale that is asked for, or the first."""
        asked = self.request.GET.get("locale", "")
        return next((root for root in self.roots if root.locale == asked), next(iter(self.roots), None))

    @cached_property
    def form(self) -> CodeForm:
        root, site, now = self.root, self.site, self.now
        return CodeForm(
            self.request.GET if "procedure" in self.request.GET else None,
            initial={"locale": root.locale if root else ""},
            locales=[(each.locale, each.locale) for each in self.roots],
            procedures=shown_procedures(self.partner, site=site, root=root, now=now) if root else [],
            providers=shown_providers(site=site, root=root, now=now) if root else [],
        )

    def choice(self) -> Choice | None:
        procedures = dict(self.form.fields["procedure"].choices)  # type: ignore[attr-defined]
        if not procedures or self.root is None:
            return None
        values = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        procedure = values.get("procedure") or next(iter(procedures))
        return Choice(
            base_url=f"{self.request.scheme}://{self.request.get_host()}",
            key=self.partner.slug,
            locale=self.root.locale,
            procedure=procedure,
            title=procedures[procedure],
            provider=values.get("provider", ""),
            phone=clinic_row(self.site).phone,
        )

    def modes(self, choice: Choice) -> Iterator[Mode]:
        preview = reverse(self.preview_url_name, args=[self.partner.pk])
        for name, (heading, explanation, code) in CODES.items():
            query = urlencode(
                {
                    "mode": name,
                    "locale": choice.locale,
                    "procedure": choice.procedure,
                    "provider": choice.provider,
                }
            )
            yield Mode(name, heading, explanation, code(choice), f"{preview}?{query}")
        yield Mode(
            "oembed",
            "Address to paste",
            "WordPress, Notion and other editors that know oEmbed make a frame of it.",
            choice.article,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choice = self.choice()
        return super().get_context_data(
            partner=self.partner,
            form=self.form,
            modes=list(self.modes(choice)) if choice else [],
            origins=self.partner.allowed_origins,
            seen=sightings(self.partner.pk, since=self.today - SEEN_DAYS),
            **kwargs,
        )


@method_decorator(xframe_options_sameorigin, name="dispatch")
class PartnerPreviewView(PartnerCodeView):
    """A page with one code in it, as a partner's page would have it. Views of it are not counted."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mode, choice = request.GET.get("mode", ""), self.choice()
        if mode not in CODES or choice is None:
            raise Http404("There is no such preview.")
        heading, _, code = CODES[mode]
        values = {"code": code(choice), "heading": heading, "locale": choice.locale}
        return render(request, "partners/admin/preview.html", values)


# The report ---------------------------------------------------------------------------------------


COLUMNS = (
    "Day",
    "Partner",
    "Articles in frames",
    "Articles as elements",
    "Booking pages",
    "Visits booked",
)


def cells_of(row: ReportRow) -> tuple[Any, ...]:
    return row.day, row.partner, row.articles, row.elements, row.booking_pages, row.bookings


class PartnerReportView(PartnerPage):
    """Views and bookings by partner and day; as CSV with `export=csv`."""

    page_title = "Partner report"
    header_icon = "clipboard-list"
    template_name = "partners/admin/report.html"

    @cached_property
    def form(self) -> ReportForm:
        usual = {"first": str(self.today - USUAL_DAYS), "last": str(self.today)}
        return ReportForm(usual | self.request.GET.dict())

    @cached_property
    def rows(self) -> list[ReportRow]:
        if not self.form.is_valid():
            return []
        values = self.form.cleaned_data
        partner = values["partner"]
        return report(first=values["first"], last=values["last"], partner_id=partner.pk if partner else None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "csv" and self.form.is_valid():
            return csv_response(self.rows)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.rows, ROWS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query.pop("page", None)
        totals = [sum(cells_of(row)[place] for row in self.rows) for place in range(2, len(COLUMNS))]
        return super().get_context_data(
            form=self.form,
            columns=COLUMNS,
            rows=[cells_of(row) for row in page],
            totals=totals,
            page=page,
            query=query.urlencode(),
            **kwargs,
        )


def csv_response(rows: list[ReportRow]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="partner-report.csv"'
    response["Cache-Control"] = "private, no-store"
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    writer.writerows([plain(cell) for cell in cells_of(row)] for row in rows)
    return response


def plain(cell: Any) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
