"""GraphQL of what a clinic offers: procedure articles and their index."""

from dataclasses import replace
from typing import Any

import graphene

from cms.core.queries import RowReader
from cms.core.schema import (
    LOCALE,
    LOCALE_OF_ONE,
    asked_for,
    body_field,
    image_field,
    is_slug_alone,
    join_texts,
    rich_text_field,
    serve_page_type,
)
from cms.graphql.enums import described_enum
from cms.graphql.extend import apply_filters, filterable
from cms.graphql.images import Image, load_listed_image
from cms.graphql.pagination import Connection, Kept, Order, connection_field, connection_type, paginate
from cms.graphql.rich_text import RichText
from cms.graphql.selection import selected_fields
from cms.graphql.statements import kept_rows
from cms.graphql.types import PageInterface
from cms.previews.schema import preview_token
from services import models, queries

# Parts of an article ------------------------------------------------------------------------------

ExpectationPhase = described_enum(
    "ExpectationPhase",
    "When something happens, seen from the visit.",
    {"BEFORE": "Before the visit.", "DURING": "During the visit.", "AFTER": "After the visit."},
)
RiskSeverity = described_enum(
    "RiskSeverity",
    "How bad a risk is when it happens.",
    {
        "MINOR": "Passes by itself.",
        "MODERATE": "May need treatment.",
        "SERIOUS": "Needs medical help or may leave lasting harm.",
    },
)
RiskLikelihood = described_enum(
    "RiskLikelihood",
    "How often a risk happens.",
    {
        "VERY_COMMON": "More than 1 in 10 people.",
        "COMMON": "1 to 10 in 100 people.",
        "UNCOMMON": "1 to 10 in 1,000 people.",
        "RARE": "1 to 10 in 10,000 people.",
        "VERY_RARE": "Fewer than 1 in 10,000 people.",
        "UNKNOWN": "Not known.",
    },
)
RiskOrder = described_enum(
    "RiskOrder",
    "How risks are sorted; ties stay as edited.",
    {
        "AS_EDITED": "As editors arranged them.",
        "SERIOUS_FIRST": "The most serious first, then the most likely.",
        "COMMON_FIRST": "The most likely first, then the most serious. Those not known come last.",
    },
)
BLOCK_ID = "Stable; unique within a response."


class Expectation(graphene.ObjectType):
    """One thing that patients experience before, during or after the visit."""

    id = graphene.NonNull(graphene.ID, description=BLOCK_ID)
    phase = graphene.NonNull(ExpectationPhase, description="When it happens, seen from the visit.")
    title = graphene.NonNull(graphene.String, description="Plain text, at most 120 characters.")
    description = graphene.NonNull(RichText, description="What happens, in a few sentences.")


class Benefit(graphene.ObjectType):
    """Something that the treatment may improve."""

    id = graphene.NonNull(graphene.ID, description=BLOCK_ID)
    title = graphene.NonNull(graphene.String, description="Plain text, at most 120 characters.")
    description = graphene.NonNull(RichText, description="What patients may notice.")
    icon = graphene.Field(Image, description="A small decorative picture.")

    @staticmethod
    def resolve_icon(benefit: queries.Benefit, info: graphene.ResolveInfo) -> Any:
        return load_listed_image(benefit.page, info, key=benefit.icon_id) if benefit.page else None


class Risk(graphene.ObjectType):
    """A side effect or complication that patients must know."""

    id = graphene.NonNull(graphene.ID, description=BLOCK_ID)
    title = graphene.NonNull(graphene.String, description="Plain text, at most 120 characters.")
    description = graphene.NonNull(RichText, description="What may happen and what to do about it.")
    severity = graphene.NonNull(RiskSeverity, description="How bad it is when it happens.")
    likelihood = graphene.NonNull(RiskLikelihood, description="How often it happens.")


class Faq(graphene.ObjectType):
    """A question that patients ask, with its answer."""

    id = graphene.NonNull(graphene.ID, description=BLOCK_ID)
    question = graphene.NonNull(graphene.String, description="Plain text, at most 200 characters.")
    answer = graphene.NonNull(RichText, description="The answer, in a few sentences.")


class ProcedureCategory(graphene.ObjectType):
    """A group of procedures, such as skin or spine."""

    name = graphene.NonNull(graphene.String, description="As readers see it.")
    slug = graphene.NonNull(graphene.String, description="What the argument `category` takes.")


# Pages --------------------------------------------------------------------------------------------


def list_of(graphene_type: Any, description: str, **arguments: Any) -> graphene.Field:
    items = graphene.NonNull(graphene.List(graphene.NonNull(graphene_type)))
    return graphene.Field(items, description=description, **arguments)


class ProcedurePage(graphene.ObjectType):
    """The article about one procedure: what it is, what to expect, benefits and risks."""

    class Meta:
        interfaces = (PageInterface,)

    summary = graphene.NonNull(
        graphene.String, description="One or two plain sentences, at most 400 characters."
    )
    also_known_as = list_of(graphene.String, "Other names that patients search for.")
    category = graphene.Field(ProcedureCategory, description="Null where the procedure is in none.")
    hero_image = image_field("hero_image", "The large picture of the article.")
    introduction = rich_text_field("introduction", "What it is and who it is for.")
    how_it_works = rich_text_field("how_it_works", "How the treatment works.")
    what_to_expect = list_of(Expectation, "What patients experience, in the order of the visit.")
    aftercare = rich_text_field("aftercare", "What patients do at home afterwards.")
    downtime = graphene.NonNull(
        graphene.String, description="How long daily life is affected, in plain words; may be empty."
    )
    duration_minutes_min = graphene.Int(description="Shortest visit in minutes, as patients are told.")
    duration_minutes_max = graphene.Int(description="Longest visit in minutes, as patients are told.")
    benefits = list_of(Benefit, "What the treatment may improve, in the order of the article.")
    risks = list_of(
        Risk,
        "What may go wrong; every risk of the article unless `severity` narrows it.",
        severity=graphene.List(
            graphene.NonNull(RiskSeverity), description="Only risks of these severities; all where left out."
        ),
        order_by=graphene.Argument(
            RiskOrder, default_value=RiskOrder.AS_EDITED, description="AS_EDITED where left out."
        ),
    )
    faqs = list_of(Faq, "Questions that patients ask.")
    body = body_field()

    @staticmethod
    def resolve_what_to_expect(row: queries.ProcedureRow, info: graphene.ResolveInfo) -> Any:
        join_texts(row, info)
        return row.what_to_expect

    @staticmethod
    def resolve_benefits(row: queries.ProcedureRow, info: graphene.ResolveInfo) -> Any:
        join_texts(row, info)
        return [replace(each, page=row) if each.icon_id else each for each in row.benefits]

    @staticmethod
    def resolve_risks(
        row: queries.ProcedureRow, info: graphene.ResolveInfo, order_by: Any = None, severity: Any = None
    ) -> Any:
        join_texts(row, info)
        severities = None if severity is None else {member.value for member in severity}
        return queries.sorted_risks(
            row.risks, order=(order_by or RiskOrder.AS_EDITED).value, severities=severities
        )

    @staticmethod
    def resolve_faqs(row: queries.ProcedureRow, info: graphene.ResolveInfo) -> Any:
        join_texts(row, info)
        return row.faqs


class ProcedureIndexPage(graphene.ObjectType):
    """The page above all procedures."""

    class Meta:
        interfaces = (PageInterface,)

    introduction = rich_text_field("introduction", "The first words of the page.")


serve_page_type(
    name="PROCEDURE_INDEX",
    model=models.ProcedureIndexPage,
    row_class=queries.ProcedureIndexRow,
    graphene_type=ProcedureIndexPage,
)
serve_page_type(
    name="PROCEDURE", model=models.ProcedurePage, row_class=queries.ProcedureRow, graphene_type=ProcedurePage
)

# Root fields --------------------------------------------------------------------------------------

ProcedureOrder = described_enum(
    "ProcedureOrder",
    "How procedures are sorted.",
    {
        "TITLE": "By title, A to Z.",
        "TITLE_DESC": "By title, Z to A.",
        "NEWEST": "The latest to be published first.",
        "UPDATED": "The latest to be changed first.",
    },
)
ORDERS = {
    "title": [Order("title")],
    "title_desc": [Order("title", descending=True)],
    "newest": [Order("first_published_at", descending=True)],
    "updated": [Order("last_published_at", descending=True)],
}
ProcedureConnection = connection_type("Procedure", ProcedurePage)


def procedure_reader(info: graphene.ResolveInfo, *path: str) -> RowReader[queries.ProcedureRow]:
    """Return the reader of the procedures that `info`'s field, or the field at `path` below it, selects."""
    selected = selected_fields(info, *path, on="ProcedurePage")
    return RowReader(row_class=queries.ProcedureRow, selected=selected)


class ServiceQuery(graphene.ObjectType):
    procedures = filterable(
        "procedures",
        connection_field(
            ProcedureConnection,
            category=graphene.String(description="Only procedures of the category with this slug."),
            search=graphene.String(
                description="Only procedures with all of these words, or parts of words, in their title, "
                "other names or summary. The first 10 words count."
            ),
            order_by=graphene.Argument(
                ProcedureOrder, default_value=ProcedureOrder.TITLE, description="TITLE where left out."
            ),
            locale=LOCALE,
            description="What the clinic offers.",
        ),
    )
    procedure = graphene.Field(
        ProcedurePage,
        id=graphene.ID(description="The procedure's `id`."),
        slug=graphene.String(description="The procedure's `slug`."),
        locale=LOCALE_OF_ONE,
        preview_token=preview_token(),
        description="One procedure, or null. Give `id` or `slug`; with both, both must fit.",
    )

    @staticmethod
    def resolve_procedures(
        root: None,
        info: graphene.ResolveInfo,
        order_by: Any = None,
        first: int | None = None,
        after: str | None = None,
        **filters: Any,
    ) -> Connection:
        context, reader = info.context, procedure_reader(info)
        site = context.site_in(filters.pop("locale", None))
        order = ORDERS[(order_by or ProcedureOrder.TITLE).value]
        paging = {"info": info, "scope": "procedures", "first": first, "after": after, "to_row": reader.row}
        if not any(value is not None for value in filters.values()):
            return paginate(Kept(queries.listed_procedures, (reader, site)), order=order, **paging)
        found = queries.visible_procedures(site=site, now=context.now)
        if (category := filters.get("category")) is not None:
            found = queries.in_category(found, category)
        if (search := filters.get("search")) is not None:
            found = queries.matching(found, search)
        found = apply_filters("procedures", found, arguments=filters, context=context)
        return paginate(reader.values(found), order=order, **paging)

    @staticmethod
    def resolve_procedure(
        root: None, info: graphene.ResolveInfo, **which: str | None
    ) -> queries.ProcedureRow | None:
        context, reader = info.context, procedure_reader(info)
        if is_slug_alone(which):
            found = kept_rows(
                queries.procedure_called, reader, context.site_in(None), slug=which["slug"], now=context.now
            )
            return next(map(reader.row, found), None)
        visible = queries.visible_procedures(site=context.site, now=context.now)
        asked = asked_for(visible, which, choices="`id` or `slug`", context=context)
        return next(iter(reader.rows(asked.order_by("path")[:1])), None)
