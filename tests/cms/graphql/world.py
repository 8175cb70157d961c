"""Pages, files and a request for tests of the floor."""

from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import graphene
from django.core.files.images import ImageFile
from django.test import RequestFactory
from graphql import ExecutionResult
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms.graphql.context import GraphQLContext

NOW = datetime(2027, 3, 9, 16, 0, tzinfo=UTC)


def context() -> GraphQLContext:
    return GraphQLContext(request=RequestFactory().get("/graphql/"), now=NOW)


def info_of(given: GraphQLContext) -> graphene.ResolveInfo:
    """Return what resolvers of the floor read of an info outside a schema."""
    return cast(graphene.ResolveInfo, SimpleNamespace(context=given))


def run(
    schema: graphene.Schema, query: str, *, given: GraphQLContext | None = None, variables: Any = None
) -> ExecutionResult:
    return schema.execute(query, context_value=given or context(), variable_values=variables)


def data(result: ExecutionResult) -> Any:
    assert result.errors is None
    return result.data


def default_site() -> Site:
    return Site.objects.select_related("root_page").get(is_default_site=True)


def add_page(title: str, *, parent: Page | None = None, **fields: Any) -> Page:
    """Add a live page below `parent`, or below the root page of the default site."""
    above = Page.objects.get(pk=parent.pk if parent else default_site().root_page_id)
    return above.add_child(instance=Page(title=title, **fields))


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def add_collection(name: str, *, parent: Collection | None = None) -> Collection:
    above = Collection.objects.get(pk=parent.pk) if parent else Collection.get_first_root_node()
    return above.add_child(name=name)


def restrict_collection(collection: Collection) -> None:
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")


def add_image(title: str, **fields: Any) -> Any:
    content = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(content, "PNG")
    content.seek(0)
    return get_image_model().objects.create(
        title=title, file=ImageFile(content, name=f"{title}.png"), **fields
    )
