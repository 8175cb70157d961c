"""The waitlist: joining it, and leaving."""

from typing import Any

import graphene

from cms.core.schema import named_page
from cms.graphql.context import GraphQLContext
from cms.graphql.ids import decode_id
from cms.graphql.rate_limits import client_of
from cms.graphql.types import Date
from schedules import operations
from schedules.operations import Patient, Waiting, Wish
from schedules.schema.appointments import (
    KEY,
    PatientInput,
    RefusedRow,
    answered,
    chosen_provider,
    keyed_request,
    result_type,
)
from schedules.schema.hours import LOCATION_KIND
from schedules.schema.slots import DURATION


class WaitlistEntry(graphene.ObjectType):
    """A place on the waitlist. The front desk passes on the link of a time that is held for it."""

    reference = graphene.NonNull(graphene.String, description="What to quote to the front desk.")
    position = graphene.NonNull(graphene.Int, description="Among all who wait for the procedure; 1 is next.")
    token = graphene.NonNull(graphene.String, description="The secret that leaveWaitlist takes.")

    @staticmethod
    def resolve_reference(waiting: Waiting, info: graphene.ResolveInfo) -> str:
        return waiting.entry.reference


JoinWaitlistResult = result_type(
    "JoinWaitlistResult", "The place on the waitlist, or why there is none.", success=WaitlistEntry
)
LeaveWaitlistResult = result_type(
    "LeaveWaitlistResult", "The place that was given up, or why it was not.", success=WaitlistEntry
)


class JoinWaitlistInput(graphene.InputObjectType):
    """What to wait for. Dates are those at the location, both inclusive, at most 92 days."""

    procedure = graphene.NonNull(graphene.ID, description="The procedure's `id`; it must be bookable.")
    provider = graphene.ID(description="Only this provider; anybody where left out.")
    location = graphene.ID(description="Only this location; anywhere where left out.")
    # `from` is a keyword, so the attribute has another name.
    first = graphene.NonNull(Date, name="from", description="First date.")
    last = graphene.NonNull(Date, name="to", description="Last date, inclusive.")
    duration_minutes = graphene.Int(description=DURATION)
    patient = graphene.NonNull(PatientInput, description="Whom to tell.")
    idempotency_key = graphene.NonNull(graphene.String, description=KEY)


class LeaveWaitlistInput(graphene.InputObjectType):
    """A place to give up."""

    token = graphene.NonNull(graphene.String, description="From joinWaitlist.")


def joined(asked: Any, context: GraphQLContext) -> Waiting:
    procedure, location = named_page(asked.procedure, context).source_id, asked.get("location")
    if procedure is None:
        raise operations.InvalidInput(field="procedure", message="There is no such procedure.")
    place = decode_id(LOCATION_KIND, location) if location is not None else None
    if location is not None and place is None:
        raise operations.InvalidInput(field="location", message="There is no such location.")
    return operations.join_waitlist(
        wish=Wish(
            procedure=procedure,
            provider=chosen_provider(asked.get("provider"), context),
            location=place,
            first=asked.first,
            last=asked.last,
            duration=asked.get("duration_minutes"),
        ),
        patient=Patient(
            name=asked.patient.name.strip(),
            email=asked.patient.email.strip(),
            phone=(asked.patient.get("phone") or "").strip(),
        ),
        client_key=client_of(context.request),
        request=keyed_request("wait", asked, context),
        now=context.now,
    )


class WaitlistMutation(graphene.ObjectType):
    join_waitlist = graphene.Field(
        graphene.NonNull(JoinWaitlistResult),
        input=graphene.Argument(graphene.NonNull(JoinWaitlistInput), description="Procedure and dates."),
        description="Wait for a time to become free. It is held then, and the front desk gets a link for the "
        "patient: the front end's page `offer/`, with the token of the hold.",
    )
    leave_waitlist = graphene.Field(
        graphene.NonNull(LeaveWaitlistResult),
        input=graphene.Argument(graphene.NonNull(LeaveWaitlistInput), description="Whose place."),
        description="Give up a place on the waitlist, and a time that is held for it.",
    )

    @staticmethod
    def resolve_join_waitlist(root: None, info: graphene.ResolveInfo, input: Any) -> Waiting | RefusedRow:
        return answered(lambda: joined(input, info.context), info.context)

    @staticmethod
    def resolve_leave_waitlist(root: None, info: graphene.ResolveInfo, input: Any) -> Waiting | RefusedRow:
        context = info.context
        return answered(lambda: operations.leave_waitlist(token=input.token, now=context.now), context)
