"""Pages read as rows: the columns that a request selects, and no page instances.

An app declares one row class for each page type and registers it; what all types share is read here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

import orjson
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, JSONObject, Length, Substr
from wagtail.blocks.stream_block import StreamValue
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.core.models import ClinicSettings, NavigationMenu
from cms.graphql.rich_text import RichTextSource
from cms.graphql.sites import LocaleRoot, ServedSite
from cms.graphql.visibility import visible_pages, with_source

NO_TEXT = RichTextSource("")
# The metadata of a field that holds the key of an image, in a row or in a block of it.
IS_IMAGE = {"is_image": True}


Metadata = dict[str, Any]


def column(selected_by: str, *, source: Any = None, read: Callable[[Any], Any] | None = None) -> Metadata:
    """Return the metadata of a row's field that is read only where the field `selected_by` is selected.

    `source` is the expression to read where the row's name is no field of the model; `read` turns the stored
    value into the row's. A column that was not selected has the field's default.
    """
    return {"selected_by": selected_by, "source": source, "read": read}


def image_column(selected_by: str) -> Metadata:
    return column(selected_by) | IS_IMAGE


def rich_text_column(name: str) -> Metadata:
    return column(name, source=Cast(name, TextField()), read=RichTextSource)


def stream_column(name: str, item: Callable[[str, dict[str, Any]], Any]) -> Metadata:
    """Return the metadata of a stream of one kind of block, each made by `item(id, stored value)`.

    Builds no StreamValue."""

    def read(text: str) -> tuple[Any, ...]:
        return tuple(item(block["id"], block["value"]) for block in orjson.loads(text))

    # Not cast: PostgreSQL would write the text of every row that it sorts.
    return column(name, source=ExpressionWrapper(F(name), output_field=TextField()), read=read)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PageRow:
    """A page of any type, under Wagtail's own names."""

    pk: int
    # The page that this one is a translation of, or itself: what exists once hangs on that one.
    source_id: int = field(metadata={"source": F("source")})
    title: str
    slug: str
    url_path: str
    first_published_at: datetime | None
    last_published_at: datetime | None
    # Whether a text of it may link to a page or document of ours.
    has_links: bool = field(default=True, metadata={"is_derived": True})
    seo_title: str = field(default="", metadata=column("seo"))
    search_description: str = field(default="", metadata=column("seo"))
    noindex: bool = field(default=False, metadata=column("seo"))
    social_image_id: int | None = field(default=None, metadata=image_column("seo"))

    def texts(self) -> Iterator[RichTextSource]:
        """Yield every rich text of the page, so that the links of all are resolved at once."""
        return (value for _, value in _leaves(self) if isinstance(value, RichTextSource))

    def image_keys(self) -> Iterator[int]:
        """Yield the key of every image of the page, so that all are loaded at once."""
        return (value for metadata, value in _leaves(self) if metadata.get("is_image") and value)


def _leaves(part: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Yield the values of a row and of the blocks in it, each with the metadata of its field."""
    part_class: Any = type(part)
    for name, metadata in _declared(part_class):
        value = getattr(part, name)
        if isinstance(value, tuple):
            for block in value:
                yield from _leaves(block)
        else:
            yield metadata, value


@cache
def _declared(part_class: type) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple((each.name, each.metadata) for each in fields(part_class))


Row = TypeVar("Row", bound=PageRow)


@dataclass(frozen=True, slots=True)
class RowReader(Generic[Row]):
    """Reads rows of one class with the columns that `selected` fields need."""

    row_class: type[Row]
    selected: frozenset[str]

    def values(self, queryset: QuerySet[Any], **more: Any) -> QuerySet[Any, dict[str, Any]]:
        """Return what `row` needs of each page, and the expressions in `more`."""
        columns = _columns(self)
        names = [column.key for column in columns if column.source is None]
        expressions = {column.key: column.source for column in columns if column.source is not None}
        return queryset.values(*names, **expressions, **more)

    def row(self, values: Mapping[str, Any]) -> Row:
        found: dict[str, Any] = {"has_links": False}
        for column in _columns(self):
            value = values[column.key]
            if column.read:
                # So Wagtail marks them, in rich text and in the JSON of streams.
                found["has_links"] = found["has_links"] or "linktype=" in value
                value = column.read(value)
            found[column.name] = value
        return self.row_class(**found)

    def rows(self, queryset: QuerySet[Any]) -> list[Row]:
        return [self.row(values) for values in self.values(queryset)]


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row, and the key of the stored value that it is read from."""

    name: str
    key: str
    source: Any
    read: Callable[[Any], Any] | None


@lru_cache(maxsize=500)
def _columns(reader: RowReader[Any]) -> tuple[Column, ...]:
    found = []
    for declared in fields(reader.row_class):
        metadata, selected_by = declared.metadata, declared.metadata.get("selected_by")
        if not metadata.get("is_derived") and (selected_by is None or selected_by in reader.selected):
            source = metadata.get("source")
            key = declared.name if source is None else f"read_{declared.name}"
            found.append(Column(name=declared.name, key=key, source=source, read=metadata.get("read")))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A page that a client names by id: its source, and the root to show others beside it."""

    source_id: int | None
    root: LocaleRoot | None


def name_page(pk: int | None, *, site: ServedSite | None, now: datetime) -> NamedPage:
    """Return the page's source and root. Runs one query, none for a site with one locale.

    A key that no visible page has stays what it is: a hidden translation is not taken for its source."""
    if pk is None or site is None or not site.has_translations:
        return NamedPage(source_id=pk, root=None)
    found = visible_pages(Page.objects.filter(pk=pk), site=site, now=now).values_list(F("source"), "url_path")
    source_id, url_path = found.first() or (pk, "")
    return NamedPage(source_id=source_id, root=site.root_of(url_path))


def in_locales(pages: QuerySet[Any], roots: Iterable[LocaleRoot | None]) -> QuerySet[Any]:
    """Keep pages below `roots` and all sources: what `shown` chooses from. For pages that passed the gate.

    Roots are None where a site has one locale, and then all pages stay."""
    wanted = {root for root in roots if root}
    if not wanted:
        return pages
    kept = Q(source=F("pk"))
    for root in wanted:
        kept |= Q(path__startswith=root.path)
    return pages.filter(kept)


def shown(rows: Sequence[Row], *, root: LocaleRoot | None) -> list[Row]:
    """Return one of the translations of each page, in order: the one below `root`, else the source."""
    if root is None:
        return list(rows)
    sources = {row.source_id: row for row in rows if row.pk == row.source_id}
    here = {row.source_id: row for row in rows if row.url_path.startswith(root.url_path)}
    chosen = sources | here
    return [row for row in rows if chosen.get(row.source_id) is row]


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page type of the API: its name there, its model and the class of its rows."""

    name: str
    model: type[Page]
    row_class: type[PageRow]

    @property
    def label(self) -> tuple[str, str]:
        return self.model._meta.app_label, self.model._meta.model_name or ""


_kinds: dict[tuple[str, str], PageKind] = {}


def register_kind(kind: PageKind) -> None:
    _kinds[kind.label] = kind


def kinds() -> tuple[PageKind, ...]:
    return tuple(_kinds.values())


def served_pages(*, site: ServedSite | None, now: datetime, kinds: Iterable[PageKind]) -> QuerySet[Page]:
    """Return the visible pages of these kinds."""
    # Joins the content types, whose cache would cost a query at times.
    of_kind = Q(pk__in=[])
    for kind in kinds:
        app_label, model_name = kind.label
        of_kind |= Q(content_type__app_label=app_label, content_type__model=model_name)
    return visible_pages(Page.objects.filter(of_kind), site=site, now=now)


def children_of(pk: int | None, *, pages: QuerySet[Page], visible: QuerySet[Page]) -> QuerySet[Page]:
    """Keep those `pages` that stand directly below the page `pk`, if that one is `visible`."""
    parent_path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    return pages.filter(Exists(visible.filter(pk=pk, path=parent_path)))


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """A page found among all types, before its own columns are read."""

    pk: int
    kind: PageKind


STUB_COLUMNS = ("pk", "title", "path", "first_published_at", "content_type__app_label", "content_type__model")


def stub(values: Mapping[str, Any]) -> Stub:
    kind = _kinds[values["content_type__app_label"], values["content_type__model"]]
    return Stub(pk=values["pk"], kind=kind)


def rows_of(
    stubs: Iterable[Stub], *, selected: Callable[[PageKind], frozenset[str]], site: ServedSite | None
) -> dict[int, PageRow]:
    """Return the rows of `stubs` by key, in one query for each kind among them."""
    keys: dict[PageKind, set[int]] = {}
    for found in stubs:
        keys.setdefault(found.kind, set()).add(found.pk)
    rows: dict[int, PageRow] = {}
    for kind, pks in keys.items():
        reader = RowReader(row_class=kind.row_class, selected=selected(kind))
        pages = with_source(kind.model._default_manager.filter(pk__in=pks), site=site)
        rows.update((row.pk, row) for row in reader.rows(pages))
    return rows


def translations_of(
    rows: Collection[PageRow], *, kind: PageKind, selected: frozenset[str], site: ServedSite, now: datetime
) -> dict[int, list[PageRow]]:
    """Return the visible translations of each page of one kind, as the site orders its locales. One query."""
    sources = {row.source_id for row in rows}
    pages = visible_pages(kind.model._default_manager.all(), site=site, now=now).filter(source__in=sources)
    order = {root: position for position, root in enumerate(site.roots)}
    groups: dict[int, list[PageRow]] = {}
    for found in RowReader(row_class=kind.row_class, selected=selected).rows(pages):
        groups.setdefault(found.source_id, []).append(found)
    for group in groups.values():
        group.sort(key=lambda each: order[site.root_of(each.url_path)])
    return {row.pk: [each for each in groups.get(row.source_id, []) if each.pk != row.pk] for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HomeRow(PageRow):
    headline: str = field(default="", metadata=column("headline"))
    introduction: RichTextSource = field(default=NO_TEXT, metadata=rich_text_column("introduction"))
    hero_image_id: int | None = field(default=None, metadata=image_column("hero_image"))
    body: StreamValue | None = field(default=None, metadata=column("body"))


# Redirects ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RedirectRow:
    """Where an old path leads: to a page of this site by its `url_path`, or to `link`."""

    permanent: bool
    url_path: str | None
    link: str


def find_redirect(path: str, *, site: ServedSite, now: datetime) -> RedirectRow | None:
    """Return the redirect of `path`, None where there is none or its target is hidden. Runs one query.

    This site's own comes before one of all sites, one with the query string before one without."""
    # With exactly one slash before it nothing in the path is taken for a host.
    exact = Redirect.normalise_path("/" + path.lstrip("/"))
    candidates = {exact, exact.partition("?")[0]}
    target = visible_pages(Page.objects.filter(pk=OuterRef("redirect_page_id")), site=site, now=now)
    found = (
        Redirect.objects.filter(Q(site_id=site.pk) | Q(site=None), old_path__in=candidates)
        .annotate(target=Subquery(target.values("url_path")[:1]))
        .order_by(Length("old_path").desc(), F("site_id").asc(nulls_last=True))
        .values_list("is_permanent", "redirect_page_id", "target", "redirect_link")
        .first()
    )
    if found is None:
        return None
    permanent, page_id, url_path, link = found
    if page_id is None:
        return RedirectRow(permanent=permanent, url_path=None, link=link) if is_address(link) else None
    return RedirectRow(permanent=permanent, url_path=url_path, link="") if url_path else None


def is_address(link: str) -> bool:
    """Tell paths of the site and web addresses from anything else that a browser would run or open."""
    return link.startswith(("https://", "http://")) or (link.startswith("/") and not link.startswith("//"))


# The clinic and its menus -------------------------------------------------------------------------


def clinic_of(site: ServedSite | None) -> ClinicSettings:
    """Return the settings of the clinic; an unsaved one named after the site where none are stored."""
    found = ClinicSettings.objects.filter(site_id=site.pk).first() if site else None
    return found or ClinicSettings(name=site.name if site else "")


@dataclass(frozen=True, slots=True, eq=False)
class NavigationRow:
    """An entry of a menu: a page that is visible, or an address, or a heading with neither."""

    title: str
    url_path: str | None
    page: Stub | None
    link: str
    children: tuple["NavigationRow", ...]


class PageKeys(Func):
    """The keys of all pages that a stored stream names, one row each."""

    template = "jsonb_path_query(%(expressions)s, '$.**.page ? (@ != null)')::bigint"
    set_returning = True
    output_field = BigIntegerField()


def menu(*, handle: str, site: ServedSite | None, now: datetime) -> tuple[NavigationRow, ...]:
    """Return the entries of a menu without those whose page is hidden; none for an unknown handle.

    Runs one query: the visible pages come as a column beside the stored entries."""
    if site is None:
        return ()
    named = NavigationMenu.objects.filter(pk=OuterRef(OuterRef("pk"))).values(key=PageKeys("items"))
    pages = served_pages(site=site, now=now, kinds=kinds()).filter(pk__in=named)
    found = (
        NavigationMenu.objects.filter(site_id=site.pk, handle=handle)
        .annotate(
            stored=Cast("items", TextField()),
            pages=ArraySubquery(
                pages.values(
                    page=JSONObject(
                        pk="pk",
                        url_path="url_path",
                        content_type__app_label="content_type__app_label",
                        content_type__model="content_type__model",
                    )
                )
            ),
        )
        .values_list("stored", "pages")
        .first()
    )
    if found is None:
        return ()
    stored, visible = found
    by_key = {page["pk"]: page for page in visible}
    return _entries((block["value"] for block in orjson.loads(stored)), by_key)


def _entries(stored: Iterable[dict[str, Any]], pages: Mapping[int, Any]) -> tuple[NavigationRow, ...]:
    return tuple(_entry(value, pages) for value in stored if not value.get("page") or value["page"] in pages)


def _entry(value: dict[str, Any], pages: Mapping[int, Any]) -> NavigationRow:
    page = pages.get(value.get("page") or 0)
    return NavigationRow(
        title=value["title"],
        url_path=page["url_path"] if page else None,
        page=stub(page) if page else None,
        link=value.get("url") or "",
        children=_entries((item["value"] for item in value.get("children") or ()), pages),
    )
