"""What is found by which words, in which order, and how it is shown."""

import pytest
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale

from cms.core.models import HomePage
from cms.search.core import MAX_ASKED
from providers.models import ProviderIndexPage
from services.models import ProcedureIndexPage
from tests.api import ask, refusal
from tests.cms.search.searching import TITLES, found, highlights
from tests.factories import make_procedure, make_provider, make_site
from tests.services.articles import benefit, risk

pytestmark = pytest.mark.django_db


def make_clinic() -> None:
    """Seven pages, the indexes and the home page among them."""
    make_procedure(
        title="Medical micro needling",
        also_known_as=["Collagen induction therapy"],
        summary="Fine needles let the skin renew itself.",
        benefits=[benefit("Softer scars", text="<p>Acne scars may soften.</p>")],
        risks=[risk("Redness", "minor", "common", text="<p>The skin may burn for a day.</p>")],
        faqs=[("faq", {"question": "Does it hurt?", "answer": "<p>A cream numbs.</p>"})],
        what_to_expect=[("step", {"phase": "after", "title": "Sunscreen", "description": "<p>Daily.</p>"})],
    )
    make_procedure(
        title="Chiropractic adjustment",
        summary="A precise movement by hand for a stiff back.",
        introduction="<p>After it, some ask for needling. Café <b>crème</b> is served.</p>",
        body=[("paragraph", {"content": "<p>Dizziness passes.</p>"})],
    )
    make_provider(
        name="Sarah White",
        specialties=["Scar care", "Micro needling"],
        credentials=["Doctor of chiropractic"],
        biography="<p>She grew up in Boulder.</p>",
    )
    make_provider(name="James Okafor", specialties=["Back pain"])


NEEDLING, ADJUSTMENT = "Medical micro needling", "Chiropractic adjustment"
WHITE, OKAFOR = "Dr. Sarah White", "Dr. James Okafor"
WORDS = {
    "title": ("medical micro needling", [NEEDLING]),
    "other name": ("collagen induction", [NEEDLING]),
    "summary": ("renew itself", [NEEDLING]),
    "benefit": ("acne scars", [NEEDLING]),
    "risk": ("redness burn", [NEEDLING]),
    "question": ("does it hurt", [NEEDLING]),
    "answer": ("numbs", [NEEDLING]),
    "step": ("sunscreen", [NEEDLING]),
    "introduction": ("crème", [ADJUSTMENT]),
    "body": ("dizziness", [ADJUSTMENT]),
    "name": ("sarah white", [WHITE]),
    "honorific and name": ("dr. sarah white", [WHITE]),
    "specialty": ("back pain", [OKAFOR]),
    "credentials": ("doctor", [WHITE]),
    "biography": ("boulder", [WHITE]),
    "index page": ("providers", ["Providers"]),
    "other form of a word": ("scarred", [WHITE, NEEDLING]),
    "half a word": ("chiro", ["Mile High Chiropractic", ADJUSTMENT, WHITE]),
    "half a word past its stem": ("needlin", [NEEDLING, WHITE]),
    "no accent": ("cafe creme", [ADJUSTMENT]),
    "accent that is not there": ("dízziness", [ADJUSTMENT]),
    "phrase": ('"fine needles"', [NEEDLING]),
    "phrase in another order": ('"needles fine"', []),
    "one word that is nowhere": ("redness xylophone", []),
    "most prominent first": ("needling", [NEEDLING, WHITE, ADJUSTMENT]),
    "tag": ("strong", []),
}


def test_pages_are_found_by_their_words() -> None:
    make_clinic()

    answers = {case: (query, found(query)) for case, (query, _) in WORDS.items()}

    assert answers == WORDS


TYPOS = {
    "mico needeling": [NEEDLING, WHITE],
    "needeling": [NEEDLING, WHITE],
    "Sara Wite": [WHITE],
    "okaffor": [OKAFOR],
    "colagen indution": [NEEDLING],
    "chiropractik": [ADJUSTMENT, "Mile High Chiropractic"],
    "micro needling kit": [NEEDLING, WHITE],
    "xylophone": [],
    "price": [],
    "ab": [],
}


def test_similar_names_are_found_where_nothing_has_the_words() -> None:
    make_clinic()

    assert {query: found(query) for query in TYPOS} == TYPOS


def test_the_exact_title_comes_first_then_the_exact_name() -> None:
    make_procedure(title="Acne acne acne", slug="a", summary="Peel. Peel. Peel.")
    make_procedure(title="Skin renewal", also_known_as=["Peel"], summary="Gentle.")
    make_procedure(title="Peel", summary="Also gentle.")

    assert found("peel") == ["Peel", "Skin renewal", "Acne acne acne"]


def test_pages_that_fit_equally_are_sorted_by_title_and_paged_without_gaps() -> None:
    for letter in "DBECA":
        make_procedure(title=f"Laser {letter}", summary="Light.")
    query = """query($after: String) { search(query: "laser", first: 2, after: $after) {
      totalCount nodes { title } pageInfo { hasNextPage endCursor } } }"""
    titles, after, more = [], None, True
    while more:
        page = ask(query, after=after)["search"]
        assert page["totalCount"] == 5
        titles += [node["title"] for node in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]

    assert titles == [f"Laser {letter}" for letter in "ABCDE"]


ODD = {
    "empty": "",
    "blank": " \n\t ",
    "stop words": "what is the",
    "punctuation": "?!.,;",
    "operators": ":*&|!()<->",
    "open quote": '"micro',
    "quotes": "\"\"\"'''",
    "backslash": "\\' \\",
    "negation": "-needling -",
    "emoji": "💉🙂",
    "right to left": "\u202eכאב גב",
    "sql": "'; DROP TABLE search_entry; --",
    "placeholder": "%s %(a)s {0} 100%",
    "private characters": "\ue000\ue001",
    "many words": "a b " * 50,
    "long word": "x" * MAX_ASKED,
}


def test_odd_questions_are_answered() -> None:
    make_clinic()
    query = "query($words: String!) { search(query: $words) { totalCount edges { highlight } } }"

    answers = {case: ask(query, words=words)["search"] for case, words in ODD.items()}

    totals = {case: answer["totalCount"] for case, answer in answers.items()}
    assert totals == {case: len(answer["edges"]) for case, answer in answers.items()}
    assert {case for case, total in totals.items() if total} == {"open quote", "negation"}


@pytest.mark.parametrize("length", [MAX_ASKED + 1, 10_000])
def test_long_question_is_refused(length: int) -> None:
    assert refusal(TITLES, words="x" * length) == (
        "BAD_INPUT",
        "`query` is longer than 200 characters: shorten it.",
    )


def test_blank_question_costs_the_statement_of_the_site_alone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_clinic()

    with django_assert_num_queries(1):
        assert found(" ") == []


@pytest.mark.parametrize("count", [1, 3, 10])
def test_search_costs_a_statement_more_for_each_type(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_procedure(title=f"Laser {number}", summary="Light.")
        make_provider(name=f"Pat Laser {number}")
    query = '{ search(query: "laser", first: 100) { edges { highlight node { title } } } }'

    # Site, hits, procedures, providers.
    with django_assert_num_queries(4):
        edges = ask(query)["search"]["edges"]
    with django_assert_num_queries(5):
        ask('{ search(query: "laser", first: 100) { totalCount nodes { title } } }')

    assert len(edges) == 2 * count


def test_highlight_shows_the_place_of_the_words() -> None:
    make_clinic()

    assert highlights("acne scars") == {
        NEEDLING: "Collagen induction therapy · Fine needles let the skin renew itself. · "
        "Softer <mark>scars</mark> · <mark>Acne</mark> <mark>scars</mark> may soften. · Redness · "
        "The skin may burn for a day. · Does it hurt"
    }


def test_highlight_marks_the_similar_word() -> None:
    make_clinic()

    assert highlights("Sara Wite")[WHITE].startswith("Dr. <mark>Sarah</mark> <mark>White</mark> · Scar care")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark><b>",
    "&lt;script&gt;",
    "\ue000<i>\ue001",
    "\"'><svg/onload=1>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_highlight_never_holds_markup_of_the_content(text: str) -> None:
    make_procedure(
        title=f"Laser {text}",
        slug="laser",
        summary=f"laser {text} laser",
        introduction=f"<p>laser {text}</p>",
        benefits=[benefit(f"laser {text}", text=f"<p>{text} laser</p>")],
    )

    # As written, and with a typing error.
    for words in ("laser", "lasser"):
        [shown] = highlights(words).values()

        assert "<mark>" in shown
        assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
        assert shown.count("<mark>") == shown.count("</mark>")


def test_targets_of_links_are_neither_found_nor_shown() -> None:
    home = make_site().root_page_id
    make_procedure(
        title="Laser",
        introduction=f'<p>laser <a linktype="page" id="{home}">there</a> '
        '<a href="https://hidden.example/secret">here</a></p>',
    )

    assert found("laser") == ["Laser"]
    assert found("secret") == found("linktype") == found("hidden.example") == []
    assert "example" not in highlights("laser here")["Laser"]


def test_pages_are_read_in_their_own_language() -> None:
    make_site()
    spanish = Locale.objects.create(language_code="es")
    home = HomePage.objects.get()
    home.copy_for_translation(spanish).get_latest_revision().publish()
    index = ProcedureIndexPage.objects.get()
    index.copy_for_translation(spanish).get_latest_revision().publish()
    page = make_procedure(title="Needling").copy_for_translation(spanish)
    page.title, page.summary = "Microagujas", "Tratamientos para las cicatrices."
    page.save_revision().publish()

    query = "query($q: String!, $locale: String) { search(query: $q, locale: $locale) { nodes { title } } }"
    assert ask(query, q="tratamiento cicatrices", locale="es")["search"]["nodes"] == [
        {"title": "Microagujas"}
    ]
    assert ask(query, q="tratamiento cicatrices")["search"]["nodes"] == []
    assert ask(query, q="needling", locale="es")["search"]["nodes"] == []
    assert ProviderIndexPage.objects.count() == 1
