from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoAssertNumQueries
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from cms.graphql.sites import served
from cms.graphql.visibility import visible_documents, visible_images, visible_pages
from tests.cms.graphql.world import (
    NOW,
    add_collection,
    add_image,
    add_page,
    default_site,
    restrict,
    restrict_collection,
)

pytestmark = pytest.mark.django_db


def titles(queryset: Any) -> list[str]:
    return sorted(queryset.values_list("title", flat=True))


def test_pages_that_the_public_may_see(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    site = served(default_site())
    add_page("Live")
    add_page("Expires later", expire_at=NOW + timedelta(seconds=1))
    add_page("Expired this instant", expire_at=NOW)
    add_page("Draft", live=False)
    restricted = add_page("Restricted")
    child = add_page("Below restricted", parent=restricted)
    add_page("Far below restricted", parent=child)
    restrict(restricted)
    other_root = Page.get_first_root_node().add_child(instance=Page(title="Other root", slug="other"))
    add_page("Of another site", parent=other_root)
    Site.objects.create(hostname="other.example", root_page=other_root)

    with django_assert_num_queries(1):
        seen = titles(visible_pages(Page.objects.all(), site=site, now=NOW))

    assert seen == sorted(["Live", "Expires later", default_site().root_page.title])


def test_page_beside_a_restricted_one_is_seen() -> None:
    for number in range(3):
        add_page(f"Page {number}")
    restrict(Page.objects.get(title="Page 1"))
    assert titles(
        visible_pages(Page.objects.filter(title__startswith="Page"), site=served(default_site()), now=NOW)
    ) == [
        "Page 0",
        "Page 2",
    ]


def test_no_site_shows_no_pages() -> None:
    assert titles(visible_pages(Page.objects.all(), site=None, now=NOW)) == []


def test_files_below_a_restricted_collection_are_hidden(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    restricted = add_collection("Restricted")
    below = add_collection("Below", parent=restricted)
    beside = add_collection("Beside")
    restrict_collection(restricted)
    documents = get_document_model().objects
    for collection in (restricted, below, beside):
        add_image(collection.name, collection=collection)
        documents.create(
            title=collection.name, collection=collection, file=ContentFile(b"%PDF", name="a.pdf")
        )

    with django_assert_num_queries(2):
        seen = [
            titles(visible_images(get_image_model().objects.all())),
            titles(visible_documents(documents.all())),
        ]

    assert seen == [["Beside"], ["Beside"]]
