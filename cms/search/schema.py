"""GraphQL of the search over all pages."""

import graphene

from cms.core.queries import kinds, served_pages
from cms.core.schema import LOCALE, paginate_pages
from cms.graphql.errors import BadInput
from cms.graphql.pagination import Connection, Edge, Order, connection_field, connection_type
from cms.graphql.selection import selected_fields
from cms.graphql.types import PageInterface
from cms.search.core import MAX_ASKED, highlight
from cms.search.queries import Asked, hits

HIGHLIGHT_COLUMNS = ("passage", "asked")
BEST_FIRST = [Order("score", descending=True), Order("title")]


def resolve_highlight(edge: Edge, info: graphene.ResolveInfo) -> str:
    return highlight(edge.source["passage"], asked=edge.source["asked"])


SearchConnection = connection_type(
    "Search",
    PageInterface,
    edge_fields={
        "highlight": graphene.Field(
            graphene.NonNull(graphene.String),
            description="The place that fits best, at most about 240 characters of it: safe HTML in which "
            "matches are in <mark>, the only tag.",
            resolver=resolve_highlight,
        )
    },
)


class SearchQuery(graphene.ObjectType):
    search = connection_field(
        SearchConnection,
        query=graphene.String(
            required=True,
            description=f"Words that a page must have, at most {MAX_ASKED} characters. The last one may be "
            "half typed; words in quotes must follow each other. Where no page has them, those with a "
            "similar title, other name or specialty are found.",
        ),
        locale=LOCALE,
        description="Pages of all types by their words, the best first.",
    )

    @staticmethod
    def resolve_search(
        root: None,
        info: graphene.ResolveInfo,
        query: str,
        locale: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection:
        if len(query) > MAX_ASKED:
            raise BadInput(f"`query` is longer than {MAX_ASKED} characters: shorten it.", "query")
        site = info.context.site_in(locale)
        asked = Asked.of(query, language=site.default_root.locale if site else "")
        found = hits(served_pages(site=site, now=info.context.now, kinds=kinds()), asked)
        return paginate_pages(
            found,
            info,
            # Each highlight takes PostgreSQL a while.
            columns=("score", *(HIGHLIGHT_COLUMNS if "highlight" in selected_fields(info) else ())),
            scope="search",
            order=BEST_FIRST,
            first=first,
            after=after,
        )
