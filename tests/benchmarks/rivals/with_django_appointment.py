from appointment.models import Appointment, AppointmentRequest, Config, Service, StaffMember, WorkingHours
from appointment.services import get_available_slots_for_staff
from appointment.utils.db_helpers import get_weekday_num_from_date
from django.contrib.auth.models import User
from django.core.management import call_command

from tests.benchmarks.rivals.question import (
    CLOSES,
    OPENS,
    VISIT,
    booked_starts,
    days_from,
    first_day,
    measure,
    report,
)


def open_clinic() -> tuple[StaffMember, Service]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    Config.objects.create(slot_duration=15, lead_time=OPENS, finish_time=CLOSES, appointment_buffer_time=0)
    service = Service.objects.create(name="Visit", duration=VISIT, price=0)
    user = User.objects.create_user("provider", "provider@example.com")
    staff = StaffMember.objects.create(user=user, slot_duration=15, lead_time=OPENS, finish_time=CLOSES)
    staff.services_offered.add(service)
    for day in range(1, 6):
        WorkingHours.objects.create(staff_member=staff, day_of_week=day, start_time=OPENS, end_time=CLOSES)
    return staff, service


def book(staff: StaffMember, service: Service) -> None:
    for number, start in enumerate(booked_starts(first_day())):
        request = AppointmentRequest.objects.create(
            date=start.date(),
            start_time=start.time(),
            end_time=(start + VISIT).time(),
            service=service,
            staff_member=staff,
        )
        patient = User.objects.create_user(f"patient-{number}")
        Appointment.objects.create(client=patient, appointment_request=request, phone="", address="")


def free_starts(staff: StaffMember, service: Service) -> int:
    return sum(
        len(get_available_slots_for_staff(day, staff, get_weekday_num_from_date(day), service=service))
        for day in days_from(first_day())
    )


staff, service = open_clinic()
book(staff, service)
report(measure(lambda: free_starts(staff, service)))
