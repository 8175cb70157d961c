"""The GraphQL schema: what the apps offer, side by side."""

import graphene

from cms.core.blocks import BodyBlock
from cms.core.schema import ContentQuery
from cms.graphql.blocks import stream_types
from cms.graphql.extend import add_field, page_types
from cms.partners.schema import embed
from cms.search.schema import SearchQuery
from cms.structured_data import schema as _structured_data  # noqa: F401 - adds fields to types
from providers.schema import ProviderQuery
from schedules.schema import ScheduleMutation, ScheduleQuery
from services.schema import ProcedurePage, ServiceQuery


class Query(ServiceQuery, ProviderQuery, ScheduleQuery, ContentQuery, SearchQuery):
    """What can be read."""


class Mutation(ScheduleMutation):
    """What can be changed."""


add_field(ProcedurePage, "embed", embed)
schema = graphene.Schema(query=Query, mutation=Mutation, types=[*page_types(), *stream_types(BodyBlock())])
