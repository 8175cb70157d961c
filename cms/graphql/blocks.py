"""Bodies made of blocks, typed through grapple's registry.

The types bear grapple's names and live in its registry, but are ours: they read the stored data as it is, so
a body costs no query by itself; what its blocks point at is loaded once for all bodies of a list and passes
the visibility gate. Blocks made of others (StructBlock) get a type of their own, with a field for each child.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import graphene
from grapple.registry import registry
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Page

from cms.graphql.context import GraphQLContext
from cms.graphql.ids import encode_id
from cms.graphql.images import Image, absolute_url, images_by_id
from cms.graphql.rich_text import RichText, RichTextSource
from cms.graphql.types import Date, PageInterface
from cms.graphql.visibility import visible_documents, visible_pages


@dataclass(frozen=True, slots=True, eq=False)
class BlockValue:
    """One stored block: its id, its name in the parent, its definition and its data as stored."""

    id: str
    name: str
    block: blocks.Block
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class ChosenImage:
    """An image as one block shows it: the block's own description comes first."""

    image: Any
    alt_text: str
    is_decorative: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.image, name)


class StreamFieldInterface(graphene.Interface):
    """One block of a body."""

    id = graphene.NonNull(graphene.ID, description="The stored id of the block, unique and stable.")
    block_type = graphene.NonNull(graphene.String, description="Name of the block's class.")
    field = graphene.NonNull(graphene.String, description="Name of the block in the body.")

    @classmethod
    def resolve_type(cls, value: BlockValue, info: graphene.ResolveInfo) -> type[graphene.ObjectType]:
        return type_of(type(value.block))

    @staticmethod
    def resolve_block_type(value: BlockValue, info: graphene.ResolveInfo) -> str:
        return type(value.block).__name__

    @staticmethod
    def resolve_field(value: BlockValue, info: graphene.ResolveInfo) -> str:
        return value.name


class Document(graphene.ObjectType):
    """A file to download."""

    id = graphene.NonNull(graphene.ID, description="Opaque and stable.")
    title = graphene.NonNull(graphene.String, description="As readers see it.")
    url = graphene.NonNull(graphene.String, description="Absolute address.")

    @staticmethod
    def resolve_id(document: Any, info: graphene.ResolveInfo) -> str:
        return encode_id("Document", document.pk)

    @staticmethod
    def resolve_url(document: Any, info: graphene.ResolveInfo) -> str:
        return absolute_url(document.url, base_url=info.context.base_url)


# A reader turns what several blocks of one class have stored into what the API shows, in the same order.
Reader = Callable[[blocks.Block, Sequence[Any], GraphQLContext], list[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How blocks of a class appear: their type in GraphQL and their reader."""

    graphene_type: Callable[[blocks.Block], Any]
    read: Reader


def block_values(row: Any, info: graphene.ResolveInfo, *, field: str = "body") -> list[BlockValue]:
    """Return the blocks in `row.field`, a StreamValue, as one batch with those of all siblings. Runs no
    queries."""

    def loader(rows: Sequence[Any]) -> dict[int, list[BlockValue]]:
        return {id(row): stream_values(getattr(row, field)) for row in rows}

    return info.context.batches.load(row, ("blocks", field), loader, row_key=id, default=[])


def stream_values(stream: StreamValue | None) -> list[BlockValue]:
    return [] if stream is None else _stream(stream.stream_block, stream.raw_data, parent="")


def _stream(block: blocks.StreamBlock, stored: Sequence[Any], *, parent: str) -> list[BlockValue]:
    return [
        BlockValue(
            id=item.get("id") or f"{parent}{place}",
            name=item["type"],
            block=block.child_blocks[item["type"]],
            value=item["value"],
        )
        for place, item in enumerate(stored)
        if item["type"] in block.child_blocks
    ]


def _list_items(block: blocks.ListBlock, stored: Sequence[Any], *, parent: str) -> list[BlockValue]:
    items = []
    for place, item in enumerate(stored):
        is_wrapped = isinstance(item, dict) and item.get("type") == "item" and "value" in item
        items.append(
            BlockValue(
                id=(item.get("id") if is_wrapped else None) or f"{parent}{place}",
                name="item",
                block=block.child_block,
                value=item["value"] if is_wrapped else item,
            )
        )
    return items


def _read_text(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return [str(value or "") for value in stored]


def _read_plain(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return list(stored)


def _read_flag(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return [bool(value) for value in stored]


def _read_day(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return [date.fromisoformat(value) if value else None for value in stored]


def _read_rich_text(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return [RichTextSource(str(value or "")) for value in stored]


def _read_image(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    chosen = [value if isinstance(value, dict) else {"image": value} for value in stored]
    images = images_by_id({value["image"] for value in chosen if value.get("image")})
    return [_chosen_image(images.get(value.get("image") or 0), value) for value in chosen]


def _chosen_image(image: Any, stored: Mapping[str, Any]) -> ChosenImage | None:
    if image is None:
        return None
    decorative = bool(stored.get("decorative", image.is_decorative))
    alt_text = "" if decorative else stored.get("alt_text") or image.alt_text
    return ChosenImage(image=image, alt_text=alt_text, is_decorative=decorative)


def _read_page(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    keys = {value for value in stored if value}
    if not keys:
        return [None for _ in stored]
    chosen = visible_pages(Page.objects.filter(pk__in=keys), site=context.site, now=context.now)
    found = {page.pk: page for page in cast(Any, chosen).specific()}
    return [found.get(value) for value in stored]


def _read_document(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    keys = {value for value in stored if value}
    if not keys:
        return [None for _ in stored]
    chosen = visible_documents(get_document_model().objects.filter(pk__in=keys))
    found = {document.pk: document for document in chosen}
    return [found.get(value) for value in stored]


def _read_struct(block: blocks.Block, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return [BlockValue(id="", name=block.name, block=block, value=value or {}) for value in stored]


def _read_list(block: blocks.ListBlock, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    wrapped = [_list_items(block, value or [], parent="") for value in stored]
    kind = kind_of(block.child_block)
    if kind.read is _read_struct:
        return wrapped
    read = iter(kind.read(block.child_block, [item.value for items in wrapped for item in items], context))
    return [[next(read) for _ in items] for items in wrapped]


def _read_stream(block: blocks.StreamBlock, stored: Sequence[Any], context: GraphQLContext) -> list[Any]:
    return [_stream(block, value or [], parent="") for value in stored]


def _many(graphene_type: Any) -> Any:
    inner = graphene_type if isinstance(graphene_type, graphene.NonNull) else graphene.NonNull(graphene_type)
    return graphene.NonNull(graphene.List(inner))


def _always(graphene_type: Any) -> Callable[[blocks.Block], Any]:
    return lambda block: graphene_type


TEXT = Kind(_always(graphene.NonNull(graphene.String)), _read_text)
KINDS: dict[type[blocks.Block], Kind] = {
    blocks.CharBlock: TEXT,
    blocks.TextBlock: TEXT,
    blocks.EmailBlock: TEXT,
    blocks.URLBlock: TEXT,
    blocks.RegexBlock: TEXT,
    blocks.ChoiceBlock: TEXT,
    blocks.BooleanBlock: Kind(_always(graphene.NonNull(graphene.Boolean)), _read_flag),
    blocks.IntegerBlock: Kind(_always(graphene.Int), _read_plain),
    blocks.FloatBlock: Kind(_always(graphene.Float), _read_plain),
    blocks.DecimalBlock: Kind(_always(graphene.Float), _read_plain),
    blocks.DateBlock: Kind(_always(Date), _read_day),
    blocks.RichTextBlock: Kind(_always(graphene.NonNull(RichText)), _read_rich_text),
    ImageChooserBlock: Kind(_always(Image), _read_image),
    ImageBlock: Kind(_always(Image), _read_image),
    blocks.PageChooserBlock: Kind(_always(PageInterface), _read_page),
    DocumentChooserBlock: Kind(_always(Document), _read_document),
    blocks.StructBlock: Kind(lambda block: graphene.NonNull(block_type(block)), _read_struct),
    blocks.ListBlock: Kind(
        lambda block: _many(kind_of(block.child_block).graphene_type(block.child_block)), _read_list
    ),
    blocks.StreamBlock: Kind(_always(_many(StreamFieldInterface)), _read_stream),
}


class UntypedBlock(Exception):
    """A block of a class that has no kind here; add one to KINDS."""


def kind_of(block: blocks.Block) -> Kind:
    for ancestor in type(block).__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    raise UntypedBlock(f"{type(block).__name__} has no GraphQL type.")


def block_type(block: blocks.Block) -> type[graphene.ObjectType]:
    """Return the type of blocks of `block`'s class, made on first use and kept in grapple's registry."""
    found = registry.streamfield_blocks.get(type(block))
    if found is None or not getattr(found, "is_ours", False):
        found = registry.streamfield_blocks[type(block)] = _made_type(block)
    return found


def type_of(block_class: type[blocks.Block]) -> type[graphene.ObjectType]:
    return registry.streamfield_blocks[block_class]


def stream_types(block: blocks.StreamBlock) -> list[type[graphene.ObjectType]]:
    """Return the types of a stream's blocks, for the `types` of the schema. Call after all apps are
    loaded."""
    return [block_type(child) for child in block.child_blocks.values()]


def _made_type(block: blocks.Block) -> type[graphene.ObjectType]:
    is_struct = kind_of(block).read is _read_struct
    children = block.child_blocks if is_struct else {"value": block}

    class Meta:
        name = type(block).__name__
        description = str(getattr(block.meta, "description", "")) or f"A {type(block).__name__} of a body."
        interfaces = (StreamFieldInterface,)

    attributes: dict[str, Any] = {
        name: _child_field(name, child, is_struct) for name, child in children.items()
    }
    return type(Meta.name, (graphene.ObjectType,), {"Meta": Meta, "is_ours": True, **attributes})


def _child_field(name: str, child: blocks.Block, is_struct: bool) -> graphene.Field:
    kind = kind_of(child)

    def resolve(value: BlockValue, info: graphene.ResolveInfo) -> Any:
        def loader(values: Sequence[BlockValue]) -> dict[int, Any]:
            same = [other for other in values if type(other.block) is type(value.block)]
            stored = [other.value.get(name) if is_struct else other.value for other in same]
            read = kind.read(child, stored, info.context)
            return {id(other): shown for other, shown in zip(same, read, strict=True)}

        return info.context.batches.load(value, (type(value.block), name), loader, row_key=id)

    description = str(
        getattr(child.meta, "help_text", "") or child.label or name.replace("_", " ").capitalize()
    )
    return graphene.Field(kind.graphene_type(child), description=description, resolver=resolve)
