"""GraphQL of partners: the embed of a procedure."""

from collections.abc import Sequence
from dataclasses import dataclass

import graphene

from cms.graphql.context import GraphQLContext
from cms.partners.addresses import article_url, frame_html
from cms.partners.queries import Grant, allowed_pages, find_grant
from services.queries import ProcedureRow


@dataclass(frozen=True, slots=True, eq=False)
class EmbedRow:
    url: str
    html: str


class Embed(graphene.ObjectType):
    """The article of a procedure as a partner's pages show it in a frame."""

    url = graphene.NonNull(graphene.String, description="Absolute address of the page for the frame.")
    html = graphene.NonNull(graphene.String, description="The frame as HTML, 720 pixels high.")


def grant_of(partner: str, context: GraphQLContext) -> Grant | None:
    found = find_grant(partner, now=context.now)
    if found and found[0].expires_at:
        context.fresh_until(found[0].expires_at)
    return found[0] if found else None


def resolve_embed(row: ProcedureRow, info: graphene.ResolveInfo, partner: str) -> EmbedRow | None:
    context = info.context

    def loader(rows: Sequence[ProcedureRow]) -> dict[int, EmbedRow]:
        grant = grant_of(partner, context)
        if grant is None or context.site is None:
            return {}
        locales = {each.pk: context.site.root_of(each.url_path).locale for each in rows}
        allowed = allowed_pages(rows, grant=grant, locales=locales, site=context.site, now=context.now)
        return {each.pk: embed_row(each, grant, context, locale=locales[each.pk]) for each in allowed}

    return context.batches.load(row, ("embed", partner), loader)


def embed_row(row: ProcedureRow, grant: Grant, context: GraphQLContext, *, locale: str) -> EmbedRow:
    url = article_url(context.base_url, key=grant.key, slug=row.slug, locale=locale)
    return EmbedRow(url=url, html=frame_html(url, title=row.title))


# Added to the type by cms/schema.py, after the fields of the apps below.
embed = graphene.Field(
    Embed,
    partner=graphene.Argument(
        graphene.NonNull(graphene.String), description="The public key of the partner."
    ),
    description="How a partner's page shows the article; null where the key is not active or may not "
    "show it.",
    resolver=resolve_embed,
)
