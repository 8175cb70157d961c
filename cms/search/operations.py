"""Writing entries. They are read from the stored page: the instance that was saved may hold a draft."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from wagtail.blocks import CharBlock, RichTextBlock, TextBlock
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import COMMENTS_RELATION_NAME, Page
from wagtail.rich_text import get_text_for_indexing

from cms.core.models import HomePage
from cms.graphql.rich_text import clean_html
from cms.search.core import SEPARATOR, UNSTEMMED, cleaned, configuration, folded
from cms.search.models import Entry
from providers.models import ProviderIndexPage, ProviderPage
from services.models import ProcedureIndexPage, ProcedurePage

# Of each part. Far more than an article has, far less than PostgreSQL's 1 MB for the words of a row.
MAX_PART = 50_000
BATCH = 200
# What Wagtail saves on the row with a draft; none of it is searched.
SAVED_WITH_DRAFTS = {
    *(COMMENTS_RELATION_NAME, "draft_title", "has_unpublished_changes"),
    *("latest_revision", "latest_revision_created_at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The texts of a page by weight. `names` tolerate typing errors; they are among the others too."""

    names: list[str]
    a: list[str]
    b: list[str]
    c: list[str]
    d: list[str]


def index_saved_page(
    *, instance: Page, raw: bool = False, update_fields: Collection[str] | None = None, **_: Any
) -> None:
    """Receive post_save of a page: write its entry, in the same transaction."""
    is_draft = update_fields is not None and SAVED_WITH_DRAFTS.issuperset(update_fields)
    if instance.specific_class in PARTS and not is_draft and not raw:
        index_pages(instance.specific_class, pks=[instance.pk])


def index_pages(model: type[Page], *, pks: Collection[int]) -> None:
    """Write the entries of those pages of `model` that are live, and delete those of the others."""
    live = model._default_manager.filter(pk__in=pks, live=True).select_related("locale")
    entries = [_entry(page, PARTS[model](page)) for page in live]
    with transaction.atomic():
        Entry.objects.filter(pk__in=set(pks) - {entry.pk for entry in entries}).delete()
        Entry.objects.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["page"],
            update_fields=["language", "title", "names", "text", "vector"],
        )


def index_saved_locale(*, created: bool, raw: bool = False, **_: Any) -> None:
    """Receive post_save of a locale: its code may be another, and with it the language of its entries."""
    if not created and not raw:
        rebuild()


def rebuild() -> int:
    """Write all entries anew and return how many there are. Readers see the former ones until the end."""
    with transaction.atomic():
        for model in PARTS:
            keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(keys), BATCH):
                index_pages(model, pks=keys[start : start + BATCH])
        return Entry.objects.count()


def _entry(page: Page, parts: Parts) -> Entry:
    language = page.locale.language_code
    weighed = {weight: _joined(getattr(parts, weight)) for weight in ("a", "b", "c", "d")}
    names = "\n".join(dict.fromkeys(folded(cleaned(name)) for name in parts.names))
    return Entry(
        page_id=page.pk,
        language=language,
        title=folded(cleaned(page.title)),
        names=f"\n{names}\n",
        text=SEPARATOR.join(text for text in weighed.values() if text),
        vector=_vector(weighed, config=configuration(language)),
    )


def _vector(weighed: dict[str, str], *, config: str) -> Any:
    """Return the words by their stems; those of `a` and `b` also as written, for words half typed."""
    vector: Any = SearchVector(Value(weighed["a"]), config=config, weight="A")
    for weight in ("b", "c", "d"):
        vector += SearchVector(Value(weighed[weight]), config=config, weight=weight.upper())
    for weight in ("a", "b"):
        vector += SearchVector(Value(weighed[weight]), config=UNSTEMMED, weight=weight.upper())
    return vector


def _joined(texts: list[str]) -> str:
    return SEPARATOR.join(text for text in map(cleaned, texts) if text)[:MAX_PART]


def plain(source: str) -> str:
    """Return the text of rich text without its links' targets."""
    return get_text_for_indexing(clean_html(source, links={}))


def stream_texts(stream: StreamValue) -> Iterator[str]:
    """Yield what editors wrote. Choices are left out, and images, which have a gate of their own."""
    for item in stream.raw_data:
        for name, block in stream.stream_block.child_blocks[item["type"]].child_blocks.items():
            text = item["value"].get(name) or ""
            if isinstance(block, RichTextBlock):
                yield plain(text)
            elif isinstance(block, (CharBlock, TextBlock)):
                yield text


def home_parts(page: HomePage) -> Parts:
    texts = [plain(page.introduction), *stream_texts(page.body)]
    return Parts(names=[page.title], a=[page.title], b=[page.headline], c=[], d=texts)


def index_parts(page: ProcedureIndexPage | ProviderIndexPage) -> Parts:
    return Parts(names=[page.title], a=[page.title], b=[], c=[], d=[plain(page.introduction)])


def procedure_parts(page: ProcedurePage) -> Parts:
    names = [page.title, *page.also_known_as]
    streams = [page.benefits, page.risks, page.faqs, page.what_to_expect]
    texts = [plain(text) for text in (page.introduction, page.how_it_works, page.aftercare)]
    return Parts(
        names=names,
        a=names,
        b=[page.summary],
        c=[text for stream in streams for text in stream_texts(stream)],
        d=[*texts, page.downtime, *stream_texts(page.body)],
    )


def provider_parts(page: ProviderPage) -> Parts:
    return Parts(
        names=[page.title, page.name, *page.specialties],
        a=[page.title],
        b=[*page.specialties, *page.credentials],
        c=[],
        d=[plain(page.biography)],
    )


PARTS: dict[type[Page], Callable[[Any], Parts]] = {
    HomePage: home_parts,
    ProcedureIndexPage: index_parts,
    ProcedurePage: procedure_parts,
    ProviderIndexPage: index_parts,
    ProviderPage: provider_parts,
}
# Wagtail saves some pages as instances of Page, to unpublish them for example.
SENDERS = (Page, *PARTS)
