"""GraphQL of structured data: `jsonLd` on procedures, providers and the clinic."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import graphene

from cms.core.models import ClinicSettings
from cms.core.schema import Clinic
from cms.graphql.context import GraphQLContext
from cms.graphql.extend import add_field
from cms.graphql.limits import declare_cost
from cms.structured_data.queries import (
    ClinicNow,
    StructuredData,
    clinic_facts,
    clinic_json_ld,
    procedures_json_ld,
    providers_json_ld,
)
from providers.queries import ProviderRow
from providers.schema import ProviderPage
from services.queries import ProcedureRow
from services.schema import ProcedurePage

# For a page that was withdrawn a moment after it was read.
NOT_SHOWN = StructuredData(text="{}", fresh_until=None)

Load = Callable[..., Mapping[int, StructuredData]]


def of_page(load: Load) -> Callable[..., str]:
    def resolve(row: ProcedureRow | ProviderRow, info: graphene.ResolveInfo) -> str:
        context = info.context

        def loader(rows: Sequence[Any]) -> Mapping[int, StructuredData]:
            return load(
                {each.pk for each in rows},
                site=context.site,
                now=context.now,
                frontend_url=context.frontend_url,
                clinic=clinic_of_request(context),
            )

        found = context.batches.load(row, "json ld", loader, default=NOT_SHOWN)
        if found.fresh_until:
            context.fresh_until(found.fresh_until)
        return found.text

    return resolve


def clinic_of_request(context: GraphQLContext) -> ClinicNow | None:
    """Return what all documents of a request tell of the clinic, loaded once. Three statements."""
    site = context.site
    if site is None:
        return None
    return context.batches.load(
        site,
        "clinic facts",
        lambda _: {id(site): clinic_facts(site=site, now=context.now)},
        row_key=id,
    )


def resolve_clinic(clinic: ClinicSettings, info: graphene.ResolveInfo) -> str:
    context = info.context
    found = clinic_json_ld(
        site=context.site,
        now=context.now,
        frontend_url=context.frontend_url,
        clinic=clinic_of_request(context),
    )
    if found.fresh_until:
        context.fresh_until(found.fresh_until)
    return found.text


def json_ld(what: str, resolver: Callable[..., str]) -> graphene.Field:
    return graphene.Field(
        graphene.NonNull(graphene.String),
        description=f"{what} in schema.org's vocabulary: JSON that is safe as it is inside "
        '`<script type="application/ld+json">`.',
        resolver=resolver,
    )


# A document tells of many things, and loads them itself.
COST = 20
for type_name in ("ProcedurePage", "ProviderPage", "Clinic"):
    declare_cost(type_name, "jsonLd", lambda arguments: COST)
add_field(ProcedurePage, "json_ld", json_ld("The article", of_page(procedures_json_ld)))
add_field(ProviderPage, "json_ld", json_ld("The profile", of_page(providers_json_ld)))
add_field(Clinic, "json_ld", json_ld("The clinic and its places", resolve_clinic))
