"""GraphQL of what every clinic has: pages of any type, routes, the clinic itself and its menus."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeVar

import graphene
from django.db.models import QuerySet
from django.utils.encoding import uri_to_iri
from grapple.registry import registry
from wagtail.models import Page

from cms.core import models
from cms.core.queries import (
    STUB_COLUMNS,
    HomeRow,
    NamedPage,
    NavigationRow,
    PageKind,
    PageRow,
    RedirectRow,
    Stub,
    children_of,
    clinic_of,
    find_redirect,
    kinds,
    menu,
    name_page,
    register_kind,
    rows_of,
    served_pages,
    stub,
    translations_of,
)
from cms.graphql.blocks import StreamFieldInterface, block_values
from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.errors import BadInput
from cms.graphql.extend import add_field, page_type_for, page_types, register_page_type
from cms.graphql.ids import decode_id
from cms.graphql.images import Image, load_image
from cms.graphql.pagination import Connection, Edge, Order, connection_field, connection_type, paginate
from cms.graphql.paths import page_path, stored_url_path
from cms.graphql.rich_text import RichText, RichTextSource
from cms.graphql.selection import selected_fields
from cms.graphql.types import PAGE_KIND, PageInterface
from cms.previews.schema import preview_token, previewed_page, refused

AnyPage = TypeVar("AnyPage", bound=Page)

# Fields that page types share ---------------------------------------------------------------------


def join_texts(row: PageRow, info: graphene.ResolveInfo) -> None:
    """Make one batch of all texts of all siblings, so that their links are resolved together."""

    def loader(rows: Sequence[PageRow]) -> dict[int, list[RichTextSource]]:
        return {id(row): list(row.texts()) for row in rows if row.has_links}

    if row.has_links:
        info.context.batches.load(row, "texts", loader, row_key=id)


def rich_text_field(name: str, description: str) -> graphene.Field:
    def resolve(row: PageRow, info: graphene.ResolveInfo) -> RichTextSource:
        join_texts(row, info)
        return getattr(row, name)

    return graphene.Field(graphene.NonNull(RichText), description=description, resolver=resolve)


def image_field(name: str, description: str) -> graphene.Field:
    """Return the field for the image that a row holds as `<name>_id`."""

    def resolve(row: PageRow, info: graphene.ResolveInfo) -> Any:
        return load_image(row, info, field=f"{name}_id")

    return graphene.Field(Image, description=description, resolver=resolve)


def body_field() -> graphene.Field:
    return graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(StreamFieldInterface))),
        description="Blocks in the order of the page.",
        resolver=block_values,
    )


def serve_page_type(*, name: str, model: type[Page], row_class: type[PageRow], graphene_type: Any) -> None:
    """Serve pages of `model` as `graphene_type`, read as `row_class`, called `name` in the enum PageType."""
    register_kind(PageKind(name=name, model=model, row_class=row_class))
    register_page_type(row_class, graphene_type)
    # What grapple types, such as choosers in blocks, resolves to our types too.
    registry.pages[model] = graphene_type


def resolve_translations(row: PageRow, info: graphene.ResolveInfo) -> list[PageRow]:
    context = info.context
    if not (context.site and context.site.has_translations):
        return []
    [kind] = (kind for kind in kinds() if kind.row_class is type(row))
    selected = selected_fields(info, on=kind.model.__name__)

    def loader(rows: Sequence[PageRow]) -> dict[int, list[PageRow]]:
        return translations_of(rows, kind=kind, selected=selected, site=context.site, now=context.now)

    return context.batches.load(row, ("translations", kind.name, selected), loader, default=[])


# Before the first page type: those copy the interface's fields when they are made.
add_field(
    PageInterface,
    "translations",
    graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(PageInterface))),
        description="The same page in the other locales of the site, where it is public.",
        resolver=resolve_translations,
    ),
)


class HomePage(graphene.ObjectType):
    """The front page of a clinic."""

    class Meta:
        interfaces = (PageInterface,)

    headline = graphene.NonNull(graphene.String, description="Plain text; empty where none is set.")
    introduction = rich_text_field("introduction", "The first words of the page.")
    hero_image = image_field("hero_image", "The large picture at the top.")
    body = body_field()


serve_page_type(name="HOME", model=models.HomePage, row_class=HomeRow, graphene_type=HomePage)

# Pages of any type --------------------------------------------------------------------------------


PageOrder = described_enum(
    "PageOrder",
    "How pages are sorted.",
    {
        "TITLE": "By title, A to Z.",
        "NEWEST": "The latest to be published first.",
        "TREE": "As editors arranged them: each page is followed by those below it.",
    },
)
PAGE_ORDERS = {
    "title": [Order("title")],
    "newest": [Order("first_published_at", descending=True)],
    "tree": [Order("path")],
}
PageConnection = connection_type("Page", PageInterface)


@cache
def page_type_enum() -> Any:
    """Return the enum of all registered page types. Call after all apps are loaded."""
    meanings = {kind.name: f"Pages of the type `{kind.model.__name__}`." for kind in kinds()}
    return described_enum("PageType", "The types of pages.", meanings)


def selected_by_kind(info: graphene.ResolveInfo) -> Callable[[PageKind], frozenset[str]]:
    return lambda kind: selected_fields(info, on=kind.model.__name__)


def load_rows(stubs: Sequence[Stub], info: graphene.ResolveInfo) -> dict[int, PageRow]:
    """Return the rows of `stubs`, those of one type as one batch. One query for each type among them."""
    rows = rows_of(stubs, selected=selected_by_kind(info), site=info.context.site)
    for row_class in {type(row) for row in rows.values()}:
        info.context.batches.add(row for row in rows.values() if type(row) is row_class)
    return rows


def load_page(pages: QuerySet[Page], info: graphene.ResolveInfo) -> PageRow | None:
    """Return the one page that a query of served pages finds. Runs two queries."""
    found = pages.values(*STUB_COLUMNS).first()
    return load_rows([stub(found)], info).get(found["pk"]) if found else None


def all_served(context: GraphQLContext) -> QuerySet[Page]:
    return served_pages(site=context.site, now=context.now, kinds=kinds())


LOCALE = graphene.String(description="Code of a locale, such as `es`; the default locale where left out.")
LOCALE_OF_ONE = graphene.String(
    description="Code of a locale, such as `es`. Where left out, the default one, and any for an `id`."
)


def named_page(value: str, context: GraphQLContext) -> NamedPage:
    """Return the source and the locale of the page with this id. Runs a query only where locales differ."""
    return name_page(decode_id(PAGE_KIND, value), site=context.site, now=context.now)


def asked_for(
    pages: QuerySet[AnyPage], which: Mapping[str, str | None], *, choices: str, context: GraphQLContext
) -> QuerySet[AnyPage]:
    """Keep the pages that all given arguments in `which` fit; `id` is opaque, others name fields.

    `preview_token` names its page, which is a draft from here on. Raises BadInput where none is given."""
    given = {name: value for name, value in which.items() if value is not None}
    locale = given.pop("locale", None)
    if not given:
        raise BadInput(f"Say which one: give {choices}.")
    if locale is not None or given.keys() == {"slug"}:
        site = context.site_in(locale)
        # Where there is one locale, the gate has admitted no other pages.
        if site and site.has_translations:
            pages = pages.filter(path__startswith=site.default_root.path)
    token = given.pop("preview_token", None)
    if token is not None:
        pages = pages.filter(pk=previewed_page(token, context))
    if "id" in given:
        pages = pages.filter(pk=decode_id(PAGE_KIND, given.pop("id")))
    found = pages.filter(**given)
    if token is not None and not found.exists():
        raise refused()
    return found


def is_slug_alone(which: Mapping[str, str | None]) -> bool:
    return {name for name, value in which.items() if value is not None} == {"slug"}


def page_at(path: str, info: graphene.ResolveInfo) -> PageRow | None:
    """Return the page at exactly `path`, with or without a slash at its end."""
    site = info.context.site
    if site is None:
        return None
    pages = all_served(info.context).filter(url_path=stored_url_path(path, site=site))
    return load_page(pages.order_by("pk"), info)


def paginate_pages(
    pages: QuerySet[Page], info: graphene.ResolveInfo, *, columns: Sequence[str] = (), **paging: Any
) -> Connection:
    """Return a page of served pages of any type. One query for the list and one for each type in it.

    `columns` are read too, for sort keys and for the `source` of edges."""
    found = paginate(pages.values(*STUB_COLUMNS, *columns), info=info, to_row=stub, **paging)

    def load_edges() -> tuple[list[Edge], bool]:
        edges, has_next_page = found.load_edges()
        rows = load_rows([edge.node for edge in edges], info)
        kept = [replace(edge, node=rows[edge.node.pk]) for edge in edges if edge.node.pk in rows]
        return kept, has_next_page

    return replace(found, load_edges=load_edges)


# Routes -------------------------------------------------------------------------------------------


class Redirect(graphene.ObjectType):
    """The path has moved."""

    to = graphene.NonNull(
        graphene.String, description="A path of this site, or an absolute address elsewhere."
    )
    permanent = graphene.NonNull(graphene.Boolean, description="Clients may remember the new address.")

    @staticmethod
    def resolve_to(redirect: RedirectRow, info: graphene.ResolveInfo) -> str:
        if redirect.url_path is None:
            return redirect.link
        return page_path(redirect.url_path, site=info.context.site)


@dataclass(frozen=True, slots=True)
class Missing:
    path: str


class NotFound(graphene.ObjectType):
    """Nothing public stands at the path."""

    path = graphene.NonNull(graphene.String, description="As it was asked for.")


@cache
def route_result() -> type[graphene.Union]:
    """Return the union of all page types, Redirect and NotFound. Call after all apps are loaded."""

    class RouteResult(graphene.Union):
        """What stands at a path."""

        class Meta:
            types = (*page_types(), Redirect, NotFound)

        @classmethod
        def resolve_type(cls, source: Any, info: graphene.ResolveInfo) -> type[graphene.ObjectType]:
            others: dict[type, type[graphene.ObjectType]] = {RedirectRow: Redirect, Missing: NotFound}
            return others.get(type(source)) or page_type_for(source)

    return RouteResult


# The clinic and its menus -------------------------------------------------------------------------


class Clinic(graphene.ObjectType):
    """The clinic of this site."""

    name = graphene.NonNull(graphene.String, description="As patients know it.")
    welcome = graphene.NonNull(graphene.String, description="The greeting of the front page, plain text.")
    phone = graphene.NonNull(graphene.String, description="Empty where none is set.")
    email = graphene.NonNull(graphene.String, description="Empty where none is set.")
    languages = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.String)), description="Codes such as `en`."
    )
    time_zone = graphene.NonNull(
        graphene.String, description="IANA name such as `America/Denver`; used where a location names none."
    )
    opening_statement = graphene.NonNull(
        graphene.String, description="Opening hours in one sentence, in the clinic's own words; may be empty."
    )


class NavigationItem(graphene.ObjectType):
    """An entry of a menu: a page, an address, or a heading with neither."""

    title = graphene.NonNull(graphene.String, description="As readers see it.")
    url = graphene.String(description="Absolute address of the page, or the address that editors entered.")
    page = graphene.Field(PageInterface, description="Null for addresses and headings.")
    children = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(lambda: NavigationItem))),
        description="The entries below it, one level deep.",
    )

    @staticmethod
    def resolve_url(item: NavigationRow, info: graphene.ResolveInfo) -> str | None:
        if item.url_path is None:
            return item.link or None
        return info.context.frontend_url + page_path(item.url_path, site=info.context.site)

    @staticmethod
    def resolve_page(item: NavigationRow, info: graphene.ResolveInfo) -> PageRow | None:
        def loader(items: Sequence[NavigationRow]) -> dict[int, PageRow]:
            rows = load_rows([item.page for item in items if item.page], info)
            return {id(item): rows[item.page.pk] for item in items if item.page and item.page.pk in rows}

        selected = selected_by_kind(info)
        key = ("page", *(selected(kind) for kind in kinds()))
        return info.context.batches.load(item, key, loader, row_key=id)

    @staticmethod
    def resolve_children(item: NavigationRow, info: graphene.ResolveInfo) -> list[NavigationRow]:
        def loader(items: Sequence[NavigationRow]) -> dict[int, list[NavigationRow]]:
            return {id(item): list(item.children) for item in items}

        return info.context.batches.load(item, "children", loader, row_key=id)


# Root fields --------------------------------------------------------------------------------------


class ContentQuery(graphene.ObjectType):
    page = graphene.Field(
        PageInterface,
        id=graphene.ID(description="The page's `id`."),
        url_path=graphene.String(
            description="The page's exact `path`, such as `/procedures/micro-needling/`."
        ),
        preview_token=preview_token(),
        description="A page of any type, or null. Give `id` or `urlPath`; with both, both must fit.",
    )
    pages = connection_field(
        PageConnection,
        type=graphene.Argument(partial(page_type_enum), description="Only pages of this type."),
        parent=graphene.ID(description="Only pages directly below the page with this `id`."),
        order_by=graphene.Argument(
            PageOrder, default_value=PageOrder.TITLE, description="TITLE where left out."
        ),
        locale=graphene.String(
            description="Code of a locale, such as `es`. Where left out, the `parent`'s or the default one."
        ),
        description="Pages of all types.",
    )
    route = graphene.Field(
        graphene.NonNull(partial(route_result)),
        path=graphene.String(required=True, description="A path of this site, such as `/procedures/`."),
        description="What a front end shows at a path: a page, a redirect or nothing.",
    )
    clinic = graphene.NonNull(Clinic, description="The clinic of this site.")
    navigation = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(NavigationItem))),
        handle=graphene.String(required=True, description="The menu's name, such as `main`."),
        description="A menu without the entries whose page is not public; empty for an unknown handle.",
    )

    @staticmethod
    def resolve_page(
        root: None, info: graphene.ResolveInfo, url_path: str | None = None, **which: str | None
    ) -> PageRow | None:
        site = info.context.site
        if url_path is not None and site:
            which["url_path"] = stored_url_path(url_path, site=site)
        pages = all_served(info.context)
        found = asked_for(pages, which, choices="`id` or `urlPath`", context=info.context)
        return load_page(found, info) if site else None

    @staticmethod
    def resolve_pages(
        root: None,
        info: graphene.ResolveInfo,
        order_by: Any = None,
        parent: str | None = None,
        first: int | None = None,
        after: str | None = None,
        **filters: Any,
    ) -> Connection:
        context, page_type = info.context, filters.get("type")
        asked = [kind for kind in kinds() if page_type is None or kind.name == page_type.name]
        locale = filters.get("locale")
        site = context.site if parent is not None and locale is None else context.site_in(locale)
        pages = served_pages(site=site, now=context.now, kinds=asked)
        if parent is not None:
            pages = children_of(decode_id(PAGE_KIND, parent), pages=pages, visible=all_served(context))
        order = PAGE_ORDERS[(order_by or PageOrder.TITLE).value]
        return paginate_pages(pages, info, scope="pages", order=order, first=first, after=after)

    @staticmethod
    def resolve_route(root: None, info: graphene.ResolveInfo, path: str) -> Any:
        context = info.context
        # Front ends pass on paths as browsers send them.
        found = page_at(uri_to_iri(path.partition("?")[0]), info)
        if found is None and context.site:
            return find_redirect(path, site=context.site, now=context.now) or Missing(path)
        return found or Missing(path)

    @staticmethod
    def resolve_clinic(root: None, info: graphene.ResolveInfo) -> models.ClinicSettings:
        return clinic_of(info.context.site)

    @staticmethod
    def resolve_navigation(root: None, info: graphene.ResolveInfo, handle: str) -> list[NavigationRow]:
        items = list(menu(handle=handle, site=info.context.site, now=info.context.now))
        info.context.batches.add(items)
        return items
