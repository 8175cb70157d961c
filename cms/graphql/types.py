"""Scalars and the page interface, shared by all apps."""

import re
from datetime import UTC, date, datetime
from typing import Any

import graphene
from graphql import GraphQLError, Node, StringValueNode

from cms.graphql.extend import page_type_for
from cms.graphql.ids import encode_id
from cms.graphql.images import Image, load_image
from cms.graphql.paths import page_path

PAGE_KIND = "Page"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


class DateTime(graphene.Scalar):
    """An instant in UTC to the second, such as `2027-03-09T16:00:00Z`. Input may carry any offset."""

    @staticmethod
    def serialize(value: datetime) -> str:
        # An answer may hold thousands, and strftime takes twice as long.
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"

    @staticmethod
    def parse_value(value: Any) -> datetime:
        try:
            if isinstance(value, str) and ISO_INSTANT.fullmatch(value):
                return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise GraphQLError("DateTime needs an instant such as 2027-03-09T16:00:00Z.")

    @classmethod
    def parse_literal(cls, node: Node, _variables: Any = None) -> datetime:
        return cls.parse_value(node.value if isinstance(node, StringValueNode) else None)


class Date(graphene.Scalar):
    """A calendar day such as `2027-03-09`."""

    @staticmethod
    def serialize(value: date) -> str:
        return value.isoformat()

    @staticmethod
    def parse_value(value: Any) -> date:
        try:
            if isinstance(value, str) and ISO_DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise GraphQLError("Date needs a calendar day such as 2027-03-09.")

    @classmethod
    def parse_literal(cls, node: Node, _variables: Any = None) -> date:
        return cls.parse_value(node.value if isinstance(node, StringValueNode) else None)


class Seo(graphene.ObjectType):
    """What search engines and social networks are told about a page."""

    title = graphene.NonNull(graphene.String, description="The page's own title where no other is set.")
    description = graphene.NonNull(graphene.String, description="Plain text; empty where none is set.")
    noindex = graphene.NonNull(graphene.Boolean, description="Ask search engines not to list the page.")
    social_image = graphene.Field(Image, description="Shown where the page is shared; use the SOCIAL preset.")

    @staticmethod
    def resolve_title(page: Any, info: graphene.ResolveInfo) -> str:
        return page.seo_title or page.title

    @staticmethod
    def resolve_description(page: Any, info: graphene.ResolveInfo) -> str:
        return page.search_description

    @staticmethod
    def resolve_social_image(page: Any, info: graphene.ResolveInfo) -> Any:
        return load_image(page, info, field="social_image_id")


class PageInterface(graphene.Interface):
    """Every page of the site.

    Sources are rows or page instances with Wagtail's own names: pk, title, slug, url_path, seo_title,
    search_description, noindex, social_image_id, first_published_at, last_published_at.
    """

    class Meta:
        description = "A page of this site that is live and public."

    id = graphene.NonNull(graphene.ID, description="Opaque and stable.")
    title = graphene.NonNull(graphene.String, description="As readers see it.")
    slug = graphene.NonNull(graphene.String, description="Last part of the path; unique among its siblings.")
    url = graphene.NonNull(graphene.String, description="Absolute address on the front end.")
    path = graphene.NonNull(graphene.String, description="Path on the site, with a slash at both ends.")
    seo = graphene.NonNull(Seo, description="For search engines and social networks.")
    published_at = graphene.Field(DateTime, description="When the page was first published.")
    updated_at = graphene.Field(DateTime, description="When the page was last published.")
    locale = graphene.NonNull(graphene.String, description="Code of the page's language, such as `en`.")

    @classmethod
    def resolve_type(cls, source: Any, info: graphene.ResolveInfo) -> type[graphene.ObjectType]:
        return page_type_for(source)

    @staticmethod
    def resolve_id(page: Any, info: graphene.ResolveInfo) -> str:
        return encode_id(PAGE_KIND, page.pk)

    @staticmethod
    def resolve_path(page: Any, info: graphene.ResolveInfo) -> str:
        return page_path(page.url_path, site=info.context.site)

    @staticmethod
    def resolve_url(page: Any, info: graphene.ResolveInfo) -> str:
        return info.context.frontend_url + page_path(page.url_path, site=info.context.site)

    @staticmethod
    def resolve_locale(page: Any, info: graphene.ResolveInfo) -> str | None:
        site = info.context.site
        return site.root_of(page.url_path).locale if site else None

    @staticmethod
    def resolve_seo(page: Any, info: graphene.ResolveInfo) -> Any:
        return page

    @staticmethod
    def resolve_published_at(page: Any, info: graphene.ResolveInfo) -> datetime | None:
        return page.first_published_at

    @staticmethod
    def resolve_updated_at(page: Any, info: graphene.ResolveInfo) -> datetime | None:
        return page.last_published_at
