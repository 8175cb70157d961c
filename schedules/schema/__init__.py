"""GraphQL of when and where: locations and hours, free slots, and booking."""

from schedules.schema.appointments import AppointmentQuery, ScheduleMutation
from schedules.schema.hours import HoursQuery
from schedules.schema.slots import SlotQuery


class ScheduleQuery(HoursQuery, SlotQuery, AppointmentQuery):
    """Everything that the schedule lets front ends read."""


__all__ = ["ScheduleMutation", "ScheduleQuery"]
