from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.management import call_command
from schedule.models import Calendar, Event, Rule
from schedule.periods import Period

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
hours = Calendar.objects.create(name="Hours", slug="hours")
visits = Calendar.objects.create(name="Visits", slug="visits")
weekly = Rule.objects.create(name="weekly", description="weekly", frequency="WEEKLY")
long_ago = first_day() - timedelta(days=350 + first_day().weekday())
for weekday in range(5):
    day = long_ago + timedelta(days=weekday)
    Event.objects.create(
        title="Open",
        start=datetime.combine(day, OPENS, ZONE),
        end=datetime.combine(day, CLOSES, ZONE),
        rule=weekly,
        calendar=hours,
    )
for start in booked_starts(first_day()):
    begin = start.replace(tzinfo=ZONE)
    Event.objects.create(title="Visit", start=begin, end=begin + VISIT, calendar=visits)


def ask() -> int:
    first = datetime.combine(first_day(), datetime.min.time(), ZONE)
    last = first + timedelta(days=DAYS)
    openings, busy = (
        [(each.start, each.end) for each in Period(calendar.events.all(), first, last).get_occurrences()]
        for calendar in (hours, visits)
    )
    return free_starts(openings, busy)


report(measure(ask))
