"""Nothing hidden is found, nor does it change what is."""

import pytest

from tests.api import ask
from tests.cms.search.searching import found
from tests.factories import make_procedure, make_provider
from tests.hiding import WAYS_TO_HIDE

pytestmark = pytest.mark.django_db

QUERIES = ["needling", "needeling", "micro nee", '"micro needling"']
COUNT = "query($words: String!) { search(query: $words) { totalCount } }"


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
def test_hidden_page_is_not_found(way: str) -> None:
    page = make_procedure(title="Micro needling")
    assert [found(query) for query in QUERIES] == [["Micro needling"]] * len(QUERIES)

    WAYS_TO_HIDE[way](page)

    assert [found(query) for query in QUERIES] == [[]] * len(QUERIES)
    assert [ask(COUNT, words=query)["search"]["totalCount"] for query in QUERIES] == [0] * len(QUERIES)


@pytest.mark.parametrize("way", WAYS_TO_HIDE)
def test_hidden_page_with_the_words_does_not_keep_similar_names_away(way: str) -> None:
    """Otherwise strangers could ask which words hidden pages have."""
    page = make_procedure(title="Collagin")
    make_provider(name="Collagen Smith")
    assert found("collagin") == ["Collagin"]

    WAYS_TO_HIDE[way](page)

    assert found("collagin") == ["Dr. Collagen Smith"]
