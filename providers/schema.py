"""GraphQL of who performs procedures: profiles, and what they add to procedures."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

import graphene
from django.db.models import QuerySet

from cms.core.queries import RowReader
from cms.core.schema import (
    LOCALE,
    LOCALE_OF_ONE,
    asked_for,
    image_field,
    is_slug_alone,
    named_page,
    rich_text_field,
    serve_page_type,
)
from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.extend import add_field, add_filter, apply_filters, filterable
from cms.graphql.pagination import (
    Connection,
    Kept,
    Order,
    connection_field,
    connection_type,
    paginate,
    paginate_rows,
)
from cms.graphql.selection import selected_fields
from cms.graphql.sites import root_around
from cms.graphql.statements import kept_rows
from cms.graphql.types import Date, PageInterface
from cms.previews.schema import preview_token
from providers import models, queries
from services.queries import ProcedureRow
from services.schema import ProcedureConnection, ProcedurePage, list_of, procedure_reader


class ProviderPage(graphene.ObjectType):
    """The profile of one provider."""

    class Meta:
        interfaces = (PageInterface,)

    name = graphene.NonNull(graphene.String, description="First and last name, without the honorific.")
    honorific = graphene.NonNull(graphene.String, description="Such as Dr.; may be empty.")
    credentials = list_of(graphene.String, "Degrees and licences.")
    specialties = list_of(graphene.String, "What the provider is best at.")
    languages = list_of(graphene.String, "Codes such as `en`.")
    biography = rich_text_field("biography", "Who the provider is.")
    photo = image_field("photo", "A portrait; use the PORTRAIT preset.")
    accepting_new_patients = graphene.NonNull(
        graphene.Boolean, description="Whether patients who are new to the clinic may choose this provider."
    )
    procedures = connection_field(ProcedureConnection, description="What the provider offers, by title.")

    @staticmethod
    def resolve_procedures(
        row: queries.ProviderRow,
        info: graphene.ResolveInfo,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection:
        reader, context = procedure_reader(info), info.context

        def loader(rows: Sequence[queries.ProviderRow]) -> dict[int, list[ProcedureRow]]:
            return queries.procedures_of(rows, reader=reader, site=context.site, now=context.now)

        found = context.batches.load(row, ("procedures", reader.selected), loader, default=[])
        return paginate_rows(found, info=info, scope=f"procedures of {row.pk}", first=first, after=after)


class ProviderIndexPage(graphene.ObjectType):
    """The page above all providers."""

    class Meta:
        interfaces = (PageInterface,)

    introduction = rich_text_field("introduction", "The first words of the page.")


serve_page_type(
    name="PROVIDER_INDEX",
    model=models.ProviderIndexPage,
    row_class=queries.ProviderIndexRow,
    graphene_type=ProviderIndexPage,
)
serve_page_type(
    name="PROVIDER", model=models.ProviderPage, row_class=queries.ProviderRow, graphene_type=ProviderPage
)
ProviderConnection = connection_type("Provider", ProviderPage)


def provider_reader(info: graphene.ResolveInfo, *path: str) -> RowReader[queries.ProviderRow]:
    """Return the reader of the providers that `info`'s field, or the field at `path` below it, selects."""
    selected = selected_fields(info, *path, on="ProviderPage")
    return RowReader(row_class=queries.ProviderRow, selected=selected)


# What providers add to procedures -----------------------------------------------------------------


def resolve_providers_of(
    row: ProcedureRow, info: graphene.ResolveInfo, first: int | None = None, after: str | None = None
) -> Connection:
    reader, context = provider_reader(info), info.context

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, list[queries.ProviderRow]]:
        return queries.providers_of(rows, reader=reader, site=context.site, now=context.now)

    found = context.batches.load(row, ("providers", reader.selected), loader, default=[])
    return paginate_rows(found, info=info, scope=f"providers of {row.pk}", first=first, after=after)


def review_of(row: ProcedureRow, info: graphene.ResolveInfo) -> queries.Review | None:
    context = info.context

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, queries.Review]:
        return queries.reviews_of({row.source_id for row in rows}, site=context.site, now=context.now)

    return context.batches.load(row, "review", loader, row_key=attrgetter("source_id"))


def resolve_last_reviewed_on(row: ProcedureRow, info: graphene.ResolveInfo) -> date | None:
    review = review_of(row, info)
    return review.reviewed_on if review else None


def resolve_reviewed_by(row: ProcedureRow, info: graphene.ResolveInfo) -> queries.ProviderRow | None:
    reader, context = provider_reader(info), info.context

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, queries.ProviderRow]:
        reviewers = {
            row.pk: (review.reviewer_id, root_around(row.url_path, site=context.site))
            for row in rows
            if (review := review_of(row, info)) and review.reviewer_id
        }
        keys = set(reviewers.values())
        found = queries.providers_by_key(keys, reader=reader, site=context.site, now=context.now)
        return {pk: found[key] for pk, key in reviewers.items() if key in found}

    return context.batches.load(row, ("reviewer", reader.selected), loader)


def filter_by_provider(procedures: QuerySet[Any], value: str, context: GraphQLContext) -> QuerySet[Any]:
    provider_id = named_page(value, context).source_id
    return queries.offered_by(procedures, provider_id, site=context.site, now=context.now)


add_field(
    ProcedurePage,
    "providers",
    connection_field(
        ProviderConnection, description="Who offers it, by name.", resolver=resolve_providers_of
    ),
)
add_field(
    ProcedurePage,
    "last_reviewed_on",
    graphene.Field(
        Date, description="When a clinician last checked the article.", resolver=resolve_last_reviewed_on
    ),
)
add_field(
    ProcedurePage,
    "reviewed_by",
    graphene.Field(
        ProviderPage,
        description="Who last checked the article; null where nobody did or their page is not public.",
        resolver=resolve_reviewed_by,
    ),
)
add_filter(
    root="procedures",
    name="provider",
    argument=graphene.Argument(
        graphene.ID, description="Only procedures that the provider with this `id` offers."
    ),
    apply=filter_by_provider,
)

# Root fields --------------------------------------------------------------------------------------

ProviderOrder = described_enum(
    "ProviderOrder",
    "How providers are sorted.",
    {
        "NAME": "By name without the honorific, A to Z.",
        "NAME_DESC": "By name without the honorific, Z to A.",
        "NEWEST": "The latest to be published first.",
    },
)
ORDERS = {
    "name": [Order("name")],
    "name_desc": [Order("name", descending=True)],
    "newest": [Order("first_published_at", descending=True)],
}


class ProviderQuery(graphene.ObjectType):
    providers = filterable(
        "providers",
        connection_field(
            ProviderConnection,
            procedure=graphene.ID(description="Only providers who offer the procedure with this `id`."),
            language=graphene.String(description="Only providers who speak it; a code such as `en`."),
            accepting_new_patients=graphene.Boolean(description="Only providers who do, or who do not."),
            order_by=graphene.Argument(
                ProviderOrder, default_value=ProviderOrder.NAME, description="NAME where left out."
            ),
            locale=LOCALE,
            description="Who works at the clinic.",
        ),
    )
    provider = graphene.Field(
        ProviderPage,
        id=graphene.ID(description="The provider's `id`."),
        slug=graphene.String(description="The provider's `slug`."),
        locale=LOCALE_OF_ONE,
        preview_token=preview_token(),
        description="One provider, or null. Give `id` or `slug`; with both, both must fit.",
    )

    @staticmethod
    def resolve_providers(
        root: None,
        info: graphene.ResolveInfo,
        order_by: Any = None,
        first: int | None = None,
        after: str | None = None,
        **filters: Any,
    ) -> Connection:
        context, reader = info.context, provider_reader(info)
        site = context.site_in(filters.pop("locale", None))
        order = ORDERS[(order_by or ProviderOrder.NAME).value]
        paging = {"info": info, "scope": "providers", "first": first, "after": after, "to_row": reader.row}
        if not any(value is not None for value in filters.values()):
            return paginate(Kept(queries.listed_providers, (reader, site)), order=order, **paging)
        found = queries.visible_providers(site=site, now=context.now)
        if (procedure := filters.get("procedure")) is not None:
            procedure_id = named_page(procedure, context).source_id
            found = queries.offering(found, procedure_id, site=context.site, now=context.now)
        if (language := filters.get("language")) is not None:
            found = queries.speaking(found, language)
        if (accepting := filters.get("accepting_new_patients")) is not None:
            found = found.filter(accepting_new_patients=accepting)
        found = apply_filters("providers", found, arguments=filters, context=context)
        return paginate(reader.values(found), order=order, **paging)

    @staticmethod
    def resolve_provider(
        root: None, info: graphene.ResolveInfo, **which: str | None
    ) -> queries.ProviderRow | None:
        context, reader = info.context, provider_reader(info)
        if is_slug_alone(which):
            found = kept_rows(
                queries.provider_called, reader, context.site_in(None), slug=which["slug"], now=context.now
            )
            return next(map(reader.row, found), None)
        visible = queries.visible_providers(site=context.site, now=context.now)
        asked = asked_for(visible, which, choices="`id` or `slug`", context=context)
        return next(iter(reader.rows(asked.order_by("path")[:1])), None)
