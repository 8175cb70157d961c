"""How many statements an answer costs: the same for one row and for many. The first finds the site."""

import pytest
from pytest_django import DjangoAssertNumQueries

from cms.graphql.image_presets import PRESETS
from providers.models import MedicalReview
from services.models import ProcedurePage
from tests.api import ask
from tests.factories import make_category, make_procedure, make_provider, make_site
from tests.hiding import make_image
from tests.services.articles import make_article

pytestmark = pytest.mark.django_db

CARD, SOCIAL, THUMBNAIL = (PRESETS[name].specs[0] for name in ("CARD", "SOCIAL", "THUMBNAIL"))

LISTING = """{ procedures(first: 20) { nodes {
  title summary
  benefits { title description { html } } risks { title severity description { html } }
  heroImage { alt rendition(preset: CARD) { url } }
  providers(first: 5) { nodes { name photo { rendition(preset: THUMBNAIL) { url } } } } } } }"""

# All that an article page shows.
ARTICLE = """{ procedure(slug: "procedure-0") {
  id title slug url path summary alsoKnownAs category { name } downtime durationMinutesMin durationMinutesMax
  introduction { html } howItWorks { html } aftercare { html }
  whatToExpect { id phase title description { html } }
  benefits { id title description { html } icon { id rendition(preset: THUMBNAIL) { url } } }
  risks { id title severity likelihood description { html } }
  faqs { id question answer { html } }
  body { id ... on HeadingBlock { text } }
  heroImage { alt rendition(preset: CARD) { url } srcSet(preset: CARD) }
  seo { title description noindex socialImage { rendition(preset: SOCIAL) { url } } }
  providers { nodes { name credentials } } lastReviewedOn reviewedBy { name } } }"""


def make_articles(count: int) -> None:
    """Articles with links, images, providers and reviews, each with its own."""
    link = f'<p><a linktype="page" id="{make_site().root_page_id}">Home</a></p>'
    category = make_category()
    for number in range(count):
        image, photo, icon = (make_image(f"{name} {number}") for name in ("Hero", "Photo", "Icon"))
        image.get_renditions(CARD, SOCIAL)
        photo.get_rendition(THUMBNAIL)
        icon.get_rendition(THUMBNAIL)
        page = make_article(
            title=f"Procedure {number}",
            text=link,
            hero_image=image,
            social_image=image,
            icon=icon,
            category=category,
        )
        provider = make_provider(name=f"Provider {number}", offers=[page], photo=photo)
        MedicalReview.objects.create(page=page, reviewed_on="2026-10-01", reviewed_by=provider)


@pytest.mark.parametrize("count", [1, 3, 20])
def test_listing_costs_eight_statements(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_articles(count)

    # Site, procedures, links, images, renditions, providers, photos, their renditions.
    with django_assert_num_queries(8):
        found = ask(LISTING)["procedures"]["nodes"]

    assert len(found) == count
    assert {(len(node["benefits"]), len(node["risks"])) for node in found} == {(3, 5)}
    assert [node["heroImage"]["alt"] for node in found] == [
        f"Hero {node['title'].split()[1]}" for node in found
    ]
    assert all(node["heroImage"]["rendition"]["url"].endswith(".webp") for node in found)
    assert [node["providers"]["nodes"][0]["name"] for node in found] == [
        f"Provider {node['title'].split()[1]}" for node in found
    ]


def test_article_costs_eight_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_articles(2)

    # Site, procedure, links, images, renditions, providers, review, reviewer.
    with django_assert_num_queries(8):
        found = ask(ARTICLE)["procedure"]

    assert found["benefits"][0]["icon"]["rendition"]["url"].endswith(".webp")
    assert found["seo"]["socialImage"]["rendition"]["url"].endswith(".jpg")
    assert found["reviewedBy"] == {"name": "Provider 0"}


@pytest.mark.parametrize("count", [1, 3, 20])
def test_list_with_providers_costs_three_statements(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    procedures = [make_procedure(title=f"Procedure {number}") for number in range(count)]
    make_provider(offers=procedures)

    with django_assert_num_queries(3):
        found = ask("{ procedures { nodes { title providers { nodes { name } } } } }")["procedures"]["nodes"]

    assert [node["providers"]["nodes"] for node in found] == [[{"name": "Sarah White"}]] * count


def test_list_reads_only_what_is_selected(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_article()

    with django_assert_num_queries(2) as statements:
        ask("{ procedures { nodes { title } } }")

    read = statements.captured_queries[1]["sql"].split(" FROM ")[0]
    big = ["benefits", "risks", "faqs", "body", "introduction", "how_it_works", "aftercare", "what_to_expect"]
    assert [name for name in big if name in read] == []
    assert all(hasattr(ProcedurePage, name) for name in big)


def test_total_costs_one_more_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_procedure()

    with django_assert_num_queries(3):
        assert ask("{ procedures { totalCount nodes { title } } }")["procedures"]["totalCount"] == 1
