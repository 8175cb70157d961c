"""Why a time is offered or not, for staff who send a bearer token."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

import graphene

from cms.core.models import User
from cms.core.schema import named_page
from cms.graphql.context import GraphQLContext
from cms.graphql.enums import described_enum
from cms.graphql.errors import BadInput, Forbidden, NoToken
from cms.graphql.freshness import Freshness, declare_freshness
from cms.graphql.limits import declare_cost
from cms.graphql.sites import LocaleRoot
from cms.graphql.types import DateTime
from providers.queries import ProviderKey, ProviderRow, providers_by_key
from providers.schema import ProviderPage, provider_reader
from schedules import queries
from schedules.core.wall_clock import to_minutes
from schedules.queries import SlotReason as Reason
from schedules.schema.hours import Location, load_location
from schedules.schema.slots import FIRST_DATE, LAST_DATE, NEXT_SLOT_COST, schedule_of, slot_search
from services.schema import list_of

PERMISSIONS = ("schedules.view_appointment", "schedules.change_appointment")

SlotReasonKind = described_enum(
    "SlotReasonKind",
    "What opens a time, or hides it.",
    {
        "OPEN": "These hours open it; the only kind where the time is free.",
        "NOT_PERFORMED": "Nobody who was asked for performs the procedure.",
        "NO_HOURS": "There are no hours that day.",
        "OUTSIDE_HOURS": "There are hours that day, but not then.",
        "DOES_NOT_FIT": "It begins within the hours and would end after them.",
        "CLOSURE": "The location, or the whole clinic, is closed.",
        "EXCEPTION": "The provider is away.",
        "VISIT": "A visit takes the time; see `reference`.",
        "HOLD": "Somebody holds the time at this moment.",
        "BLOCK": "Staff keep the time free.",
        "BUFFER": "Too close to a visit, a hold or a block, buffers included.",
        "NO_ROOM": "No room of the kind is free throughout.",
        "DAY_FULL": "The provider has as many visits of the procedure that day as allowed.",
        "WEEK_FULL": "The provider has as many visits of the procedure that week as allowed.",
        "OFF_GRID": "Visits do not start at such a minute.",
        "TOO_SOON": "It is past, or closer than the notice.",
        "TOO_FAR": "It is beyond the booking horizon.",
    },
)


@dataclass(frozen=True, slots=True, eq=False)
class ReasonRow:
    reason: Reason
    # Where to show the provider from: the locale of the page that was asked about.
    root: LocaleRoot | None

    @property
    def provider(self) -> ProviderKey | None:
        return (self.reason.provider_id, self.root) if self.reason.provider_id else None

    @property
    def location_id(self) -> int | None:
        return self.reason.location_id


class SlotReason(graphene.ObjectType):
    """One fact about a time. It names references of visits, and no patients."""

    kind = graphene.NonNull(SlotReasonKind, description="What it is.")
    message = graphene.NonNull(graphene.String, description="The same in a sentence for staff.")
    provider = graphene.Field(ProviderPage, description="Whom it is about.")
    location = graphene.Field(Location, description="Where.")
    reference = graphene.String(description="Of the visit in the way.")

    @staticmethod
    def resolve_kind(row: ReasonRow, info: graphene.ResolveInfo) -> str:
        return row.reason.kind

    @staticmethod
    def resolve_message(row: ReasonRow, info: graphene.ResolveInfo) -> str:
        return row.reason.message

    @staticmethod
    def resolve_provider(row: ReasonRow, info: graphene.ResolveInfo) -> ProviderRow | None:
        reader, context = provider_reader(info), info.context

        def loader(rows: Sequence[ReasonRow]) -> dict[ProviderKey, ProviderRow]:
            keys = {each.provider for each in rows if each.provider}
            return providers_by_key(keys, reader=reader, site=context.site, now=context.now)

        key = ("provider", reader.selected)
        return context.batches.load(row, key, loader, row_key=attrgetter("provider"))

    @staticmethod
    def resolve_location(row: ReasonRow, info: graphene.ResolveInfo) -> queries.LocationRow | None:
        return load_location(row, info) if row.location_id else None

    @staticmethod
    def resolve_reference(row: ReasonRow, info: graphene.ResolveInfo) -> str | None:
        return row.reason.reference or None


@dataclass(frozen=True, slots=True, eq=False)
class ExplanationRow:
    is_free: bool
    reasons: list[ReasonRow]


class SlotExplanation(graphene.ObjectType):
    """Whether a visit can start at a time, as the search sees it at this moment."""

    is_free = graphene.NonNull(graphene.Boolean, description="Whether `availability` offers the time.")
    reasons = list_of(
        SlotReason, "Where the time is free, what opens it; where it is not, everything that hides it."
    )


def require_front_desk(context: GraphQLContext) -> None:
    """Raise NoToken, or Forbidden for a viewer who may not see appointments."""
    viewer = context.viewer
    if viewer is None:
        raise NoToken("This is for staff: send an API token as `Authorization: Bearer`.")
    if not isinstance(viewer, User) or not any(viewer.has_perm(each) for each in PERMISSIONS):
        raise Forbidden("This is for staff who may see appointments.")


class ExplainQuery(graphene.ObjectType):
    explain_slot = graphene.Field(
        graphene.NonNull(SlotExplanation),
        procedure=graphene.Argument(graphene.NonNull(graphene.ID), description="The procedure's `id`."),
        starts_at=graphene.Argument(graphene.NonNull(DateTime), description="The start in question."),
        provider=graphene.ID(description="Only this provider; everybody where left out."),
        location=graphene.ID(description="Only this location; every one where left out."),
        duration_minutes=graphene.Int(description="One of the procedure's `durations`."),
        description="Why a time is offered, or not. For staff who may see appointments, by bearer token.",
    )

    @staticmethod
    def resolve_explain_slot(
        root: None,
        info: graphene.ResolveInfo,
        procedure: str,
        starts_at: datetime,
        provider: str | None = None,
        location: str | None = None,
        duration_minutes: int | None = None,
    ) -> ExplanationRow:
        context = info.context
        require_front_desk(context)
        if starts_at.second or not FIRST_DATE <= starts_at.date() <= LAST_DATE:
            raise BadInput(f"Ask for a whole minute from {FIRST_DATE} to {LAST_DATE}.", "startsAt")
        page = named_page(procedure, context)
        found = queries.explain_slot(
            schedule=schedule_of(page, context, duration=duration_minutes),
            search=slot_search(
                provider=provider, location=location, context=context, duration=duration_minutes
            ),
            start=to_minutes(starts_at),
            now=context.now,
        )
        rows = [ReasonRow(reason, root=page.root) for reason in found.reasons]
        context.batches.add(rows)
        return ExplanationRow(is_free=found.is_free, reasons=rows)


declare_cost("Query", "explainSlot", lambda arguments: NEXT_SLOT_COST)
declare_freshness("Query", "explainSlot", Freshness.PRIVATE)
