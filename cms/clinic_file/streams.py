"""Lists of the clinic file as StreamField values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import models
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from cms.clinic_file.rich_text import BLOCK_KEY

Block = dict[str, Any]


def stream_value(
    row: models.Model, *, name: str, kind: str, items: Sequence[Block], label: str
) -> StreamValue:
    """Return the items as blocks of one kind.

    A block with the same `label` as one already there keeps its id, and the values that no file can say."""
    field = row._meta.get_field(name)
    if not isinstance(field, StreamField):
        raise TypeError(f"{name} is not a StreamField.")
    block_type = field.stream_block.child_blocks[kind]
    present = [block for block in getattr(row, name).get_prep_value() if block["type"] == kind]
    blocks = []
    for item in items:
        old = next((block for block in present if block["value"].get(label) == item[label]), None)
        if old:
            present.remove(old)
        # Through the block and back, so that keys which the file leaves out have the editor's defaults.
        value = block_type.get_prep_value(block_type.to_python({**(old["value"] if old else {}), **item}))
        blocks.append({"type": kind, "value": value, "id": old["id"] if old else str(uuid4())})
    return field.to_python(blocks)


def plain_blocks(value: StreamValue) -> list[tuple[str, Block]]:
    """Kinds and values in order, without ids and without what is empty."""
    return [(block["type"], _plain(block["value"])) for block in value.get_prep_value()]


def _plain(value: Block) -> Block:
    texts = {key: BLOCK_KEY.sub("", item) if isinstance(item, str) else item for key, item in value.items()}
    return {key: item for key, item in texts.items() if item is not None and item != ""}
