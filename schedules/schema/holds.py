"""Holding a time while the patient fills in the form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import graphene

from cms.graphql.context import GraphQLContext
from cms.graphql.freshness import Freshness, declare_freshness
from cms.graphql.rate_limits import client_of
from cms.graphql.types import DateTime
from schedules import operations, queries
from schedules.core.wall_clock import to_minutes
from schedules.models import Appointment as AppointmentModel
from schedules.schema.appointments import (
    KEY,
    RefusedRow,
    answered,
    chosen_provider,
    keyed_request,
    procedure_row,
    result_type,
    root_for,
    slot_choice,
)
from schedules.schema.slots import Slot, SlotRow
from services.queries import ProcedureRow
from services.schema import ProcedurePage


@dataclass(frozen=True, slots=True, eq=False)
class HoldRow:
    token: str
    expires_at: datetime
    slot: SlotRow


class Hold(graphene.ObjectType):
    """A time that nobody else can book until it lapses."""

    token = graphene.NonNull(graphene.String, description="The secret that bookAppointment takes.")
    expires_at = graphene.NonNull(DateTime, description="When the hold lapses, in UTC.")
    seconds_left = graphene.NonNull(
        graphene.Int,
        description="From this answer until `expiresAt`, 0 once lapsed: count down from it, since the clocks "
        "of browsers are often wrong.",
    )
    slot = graphene.NonNull(Slot, description="What is held, with its one provider.")
    procedure = graphene.NonNull(
        ProcedurePage, description="Once it is not public any more, only its id, title and address."
    )

    @staticmethod
    def resolve_seconds_left(hold: HoldRow, info: graphene.ResolveInfo) -> int:
        return max(0, int((hold.expires_at - info.context.now).total_seconds()))

    @staticmethod
    def resolve_procedure(hold: HoldRow, info: graphene.ResolveInfo) -> ProcedureRow:
        return procedure_row((hold.slot.procedure_id, hold.slot.root), info)


HoldSlotResult = result_type("HoldSlotResult", "The hold, or why there is none.", success=Hold)


class HoldSlotInput(graphene.InputObjectType):
    """A slot to hold."""

    slot_token = graphene.NonNull(graphene.String, description="The `token` of a slot.")
    provider = graphene.ID(
        description="One of the slot's providers. Where left out: the one of the replaced hold, if the slot "
        "lists them, else the least booked."
    )
    replaces = graphene.String(
        description="The `token` of an earlier hold, released in the same step; it stands where this one is "
        "refused."
    )
    idempotency_key = graphene.NonNull(graphene.String, description=KEY)


def hold_row(hold: AppointmentModel, *, token: str, context: GraphQLContext) -> HoldRow:
    assert hold.hold_expires_at
    slot = SlotRow(
        procedure_id=hold.procedure_id,
        start=to_minutes(hold.starts_at),
        end=to_minutes(hold.ends_at),
        location_id=hold.location_id,
        provider_ids=(hold.provider_id,),
        time_zone=hold.time_zone,
        root=root_for("", context),
    )
    context.batches.add([slot])
    return HoldRow(token=token, expires_at=hold.hold_expires_at, slot=slot)


def held(asked: Any, context: GraphQLContext) -> HoldRow:
    done = operations.hold_slot(
        choice=slot_choice(asked.slot_token),
        provider=chosen_provider(asked.get("provider"), context),
        replaces=asked.get("replaces"),
        client_key=client_of(context.request),
        request=keyed_request("hold", asked, context),
        now=context.now,
    )
    return hold_row(done.appointment, token=done.token, context=context)


def resolve_hold(root: None, info: graphene.ResolveInfo, token: str) -> HoldRow | None:
    hold = queries.hold_for_token(token=token, now=info.context.now)
    return hold_row(hold, token=token, context=info.context) if hold else None


class HoldQuery(graphene.ObjectType):
    hold = graphene.Field(
        Hold,
        token=graphene.Argument(
            graphene.NonNull(graphene.String), description="From holdSlot, or from an offer of the waitlist."
        ),
        description="The hold of a token; null for one that is unknown, lapsed, released or booked.",
        resolver=resolve_hold,
    )


declare_freshness("Query", "hold", Freshness.PRIVATE)


class HoldMutation(graphene.ObjectType):
    hold_slot = graphene.Field(
        graphene.NonNull(HoldSlotResult),
        input=graphene.Argument(graphene.NonNull(HoldSlotInput), description="What to hold."),
        description="Hold a slot for a few minutes; bookAppointment takes the hold's token.",
    )

    @staticmethod
    def resolve_hold_slot(root: None, info: graphene.ResolveInfo, input: Any) -> HoldRow | RefusedRow:
        return answered(lambda: held(input, info.context), info.context)
