"""Finding pages: by the stems of their words, or by similar names where nothing has the words as written."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchQueryField,
    SearchRank,
    TrigramWordSimilarity,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Left, StrIndex
from django.db.models.lookups import GreaterThan
from wagtail.models import Page

from cms.search.core import (
    HIGHLIGHT_LENGTH,
    MARK,
    UNMARK,
    UNSTEMMED,
    cleaned,
    configuration,
    folded,
    split_last_word,
)
from cms.search.models import Entry

# How much of a question's letter groups a name must share, from 0 to 1: "wite" and "white" share 0.4. With
# less, "price" finds all that begins with "pr".
TYPO_TOLERANCE = 0.4
# Shorter ones resemble too much.
MIN_LETTERS_FOR_TYPOS = 4
# Of the weights D, C, B and A; 1 | 32: divided by the length of the text, and between 0 and 1.
WEIGHTS = [0.05, 0.2, 0.5, 1.0]
NORMALIZATION = Value(1 | 32)
IS_TRUE = BooleanField()


def set_typo_tolerance(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receive each new connection. The index of names knows no other way to set a tolerance."""
    # Past Django's cursor, so that it is no statement of the first request.
    with connection.connection.cursor() as cursor:
        cursor.execute("SET pg_trgm.word_similarity_threshold = %s", [TYPO_TOLERANCE])


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader typed, `cleaned`, and the language of the pages to find."""

    text: str
    language: str

    @classmethod
    def of(cls, text: str, *, language: str) -> "Asked":
        return cls(text=cleaned(text), language=language)

    @property
    def folded(self) -> str:
        return folded(self.text)


def hits(pages: QuerySet[Page], asked: Asked) -> QuerySet[Page]:
    """Keep the `pages` that have all words asked for, the last one perhaps half typed; where none has, those
    with a similar name. Adds `score`, an integer, and what highlights are made of: `passage` and `asked`."""
    if not asked.text:
        pages = pages.none()
    query = _query(asked)
    entries = Entry.objects.filter(language=asked.language)
    has_words = _is_among(entries.filter(_matches("vector", query)))
    is_alike = _is_among(entries.filter(_has_similar_name(asked, query)))
    found = pages.filter(has_words | ~Exists(pages.filter(has_words)) & is_alike)
    return found.annotate(score=_score(asked, query), passage=_passage(asked, query), asked=Value(asked.text))


def _query(asked: Asked) -> Any:
    """Return the tsquery: words and "phrases" as web searches take them; the last word also as a beginning,
    stemmed or as written, unless it is one of those that every text has."""
    config = configuration(asked.language)
    head, last = split_last_word(asked.text)
    complete = SearchQuery(head, config=config, search_type="websearch")
    if not last:
        return complete
    stemmed = SearchQuery(f"'{last}':*", config=config, search_type="raw")
    written = SearchQuery(f"'{last}':*", config=UNSTEMMED, search_type="raw")
    return Case(
        When(_has_words(stemmed), then=complete & (stemmed | written)),
        default=complete,
        output_field=SearchQueryField(),
    )


def _has_words(query: Any) -> GreaterThan:
    return GreaterThan(Func(query, function="numnode", output_field=IntegerField()), 0)


def _is_among(entries: QuerySet[Entry]) -> Q:
    """Return the condition of a page whose entry is one of these.

    They are gathered first, by index: the planner takes the gate for so narrow that it would read every word
    of every visible page instead."""
    keys = ArraySubquery(entries.values("pk"))
    return Q(Func(F("pk"), keys, template="(%(expressions)s))", arg_joiner=" = ANY (", output_field=IS_TRUE))


def _matches(vector: str, query: Any) -> Q:
    return Q(Func(F(vector), query, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=IS_TRUE))


def _has_similar_name(asked: Asked, query: Any) -> Q:
    # Quotes ask for exactly these words.
    if len(asked.folded) < MIN_LETTERS_FOR_TYPOS or '"' in asked.text:
        return Q(pk__in=[])
    return Q(TrigramWordSimilar(F("names"), Value(asked.folded))) & Q(_has_words(query))


def _score(asked: Asked, query: Any) -> Cast:
    """Return the order of hits in millionths: a title and then a name that is just what was asked, then how
    much and how prominently the words occur. Of similar names, how similar the best and the title are."""
    is_title = Case(When(search_entry__title=asked.folded, then=2.0), default=0.0)
    place = StrIndex(F("search_entry__names"), Value(f"\n{asked.folded}\n"))
    is_name = Case(When(GreaterThan(place, 0), then=1.0), default=0.0)
    rank = SearchRank(
        F("search_entry__vector"), query, weights=WEIGHTS, normalization=NORMALIZATION, cover_density=True
    )
    of_names = TrigramWordSimilarity(asked.folded, F("search_entry__names"))
    of_title = TrigramWordSimilarity(asked.folded, F("search_entry__title"))
    similarity = Case(When(_matches("search_entry__vector", query), then=rank), default=of_names + of_title)
    return Cast((is_title + is_name + similarity) * 1_000_000, IntegerField())


def _passage(asked: Asked, query: Any) -> Case:
    """Return the best place of the text with its matches between MARK and UNMARK, or its beginning, where the
    names are."""
    headline = SearchHeadline(
        F("search_entry__text"),
        query,
        config=configuration(asked.language),
        start_sel=MARK,
        stop_sel=UNMARK,
        min_words=20,
        max_words=35,
        max_fragments=1,
    )
    # Names come first in the text.
    beginning = Left(F("search_entry__text"), 2 * HIGHLIGHT_LENGTH)
    return Case(
        When(_matches("search_entry__vector", query), then=headline),
        default=beginning,
        output_field=TextField(),
    )
