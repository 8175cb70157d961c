"""Dates by django-recurrence, visits by one query, and a naive scan."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import recurrence
from django.core.management import call_command
from schedule.models import Calendar, Event

from tests.benchmarks.rivals.question import (
    CLOSES,
    DAYS,
    OPENS,
    VISIT,
    booked_starts,
    first_day,
    free_starts,
    measure,
    report,
)

ZONE = ZoneInfo("America/Denver")
call_command("migrate", run_syncdb=True, verbosity=0)
# Any table of visits would do.
visits = Calendar.objects.create(name="Visits", slug="visits")
for start in booked_starts(first_day()):
    begin = start.replace(tzinfo=ZONE)
    Event.objects.create(title="Visit", start=begin, end=begin + VISIT, calendar=visits)
workdays = recurrence.Rule(recurrence.WEEKLY, byday=range(5))
rule = recurrence.serialize(recurrence.Recurrence(rrules=[workdays], include_dtstart=False))
long_ago = datetime.combine(first_day() - timedelta(days=350), datetime.min.time())


def ask() -> int:
    first = datetime.combine(first_day(), datetime.min.time())
    last = first + timedelta(days=DAYS - 1)
    stored = recurrence.deserialize(rule, include_dtstart=False)
    dates = [each.date() for each in stored.between(first, last, dtstart=long_ago, inc=True)]
    openings = [(datetime.combine(day, OPENS, ZONE), datetime.combine(day, CLOSES, ZONE)) for day in dates]
    until = last.replace(tzinfo=ZONE) + timedelta(days=1)
    near = visits.event_set.filter(start__lt=until, end__gt=first.replace(tzinfo=ZONE))
    return free_starts(openings, list(near.values_list("start", "end")))


report(measure(ask))
