"""The content that is measured, declared the way of grapple's documentation."""

from django.db import models
from grapple.helpers import register_query_field, register_streamfield_block
from grapple.models import (
    GraphQLCollection,
    GraphQLForeignKey,
    GraphQLImage,
    GraphQLRichText,
    GraphQLStreamfield,
    GraphQLString,
)
from modelcluster.fields import ParentalManyToManyField
from wagtail.blocks import CharBlock, RichTextBlock, StructBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page


@register_streamfield_block
class BenefitBlock(StructBlock):
    title = CharBlock()
    description = RichTextBlock()

    graphql_fields = [GraphQLString("title"), GraphQLRichText("description")]


@register_streamfield_block
class RiskBlock(StructBlock):
    title = CharBlock()
    description = RichTextBlock()
    severity = CharBlock()

    graphql_fields = [GraphQLString("title"), GraphQLRichText("description"), GraphQLString("severity")]


class ProviderPage(Page):
    name = models.CharField(max_length=120)

    graphql_fields = [GraphQLString("name")]


@register_query_field("procedure")
class ProcedurePage(Page):
    summary = models.TextField()
    introduction = RichTextField()
    how_it_works = RichTextField()
    benefits = StreamField([("benefit", BenefitBlock())])
    risks = StreamField([("risk", RiskBlock())])
    image = models.ForeignKey("wagtailimages.Image", on_delete=models.PROTECT, related_name="+")
    providers = ParentalManyToManyField(ProviderPage, related_name="procedures")

    graphql_fields = [
        GraphQLString("summary"),
        GraphQLRichText("introduction"),
        GraphQLRichText("how_it_works"),
        GraphQLStreamfield("benefits"),
        GraphQLStreamfield("risks"),
        GraphQLImage("image"),
        GraphQLCollection(GraphQLForeignKey, "providers", "stock.ProviderPage"),
    ]
