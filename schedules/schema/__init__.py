"""GraphQL of when and where: locations and hours, free slots, and booking."""

from schedules.schema.appointments import AppointmentMutation, AppointmentQuery
from schedules.schema.explain import ExplainQuery
from schedules.schema.holds import HoldMutation, HoldQuery
from schedules.schema.hours import HoursQuery
from schedules.schema.series import SeriesMutation
from schedules.schema.slots import SlotQuery
from schedules.schema.waitlist import WaitlistMutation


class ScheduleQuery(HoursQuery, SlotQuery, AppointmentQuery, HoldQuery, ExplainQuery):
    """Everything that the schedule lets front ends read."""


class ScheduleMutation(AppointmentMutation, HoldMutation, SeriesMutation, WaitlistMutation):
    """Everything that the schedule lets patients do."""


__all__ = ["ScheduleMutation", "ScheduleQuery"]
