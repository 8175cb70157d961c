"""The GraphQL schema: what the apps offer, side by side."""

import graphene

from cms.core.blocks import BodyBlock
from cms.core.schema import ContentQuery
from cms.graphql.blocks import stream_types
from cms.graphql.extend import page_types
from cms.search.schema import SearchQuery
from providers.schema import ProviderQuery
from schedules.schema import ScheduleMutation, ScheduleQuery
from services.schema import ServiceQuery


class Query(ServiceQuery, ProviderQuery, ScheduleQuery, ContentQuery, SearchQuery):
    """What can be read."""


class Mutation(ScheduleMutation):
    """What can be changed."""


schema = graphene.Schema(query=Query, mutation=Mutation, types=[*page_types(), *stream_types(BodyBlock())])
