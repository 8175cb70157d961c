"""The question that everybody answers: when is one provider free for 45 minutes in 31 days?

Open from Monday to Friday, 09:00 to 17:00; visits start every 15 minutes; 40 are booked. Standard library
only, since the rivals run with other packages than the project.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from datetime import time as wall_clock

DAYS = 31
VISIT, STEP = timedelta(minutes=45), timedelta(minutes=15)
OPENS, CLOSES = wall_clock(9), wall_clock(17)
BOOKED_AT = (wall_clock(10), wall_clock(13, 30))
BOOKED_DAYS = 20
RUNS = 51


@dataclass(frozen=True, slots=True)
class Measured:
    cpu_ms: float
    starts: int


def days_from(first: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(DAYS)]


def booked_starts(first: date) -> list[datetime]:
    """Return the local starts of the 40 visits: two on each of the first 20 working days."""
    workdays = [day for day in days_from(first) if day.weekday() < 5][:BOOKED_DAYS]
    return [datetime.combine(day, start) for day in workdays for start in BOOKED_AT]


def measure(ask: Callable[[], int]) -> Measured:
    """Return the median CPU time of a question, and how many starts it found."""
    starts = ask()
    times = []
    for _ in range(RUNS):
        begun = time.thread_time()
        ask()
        times.append((time.thread_time() - begun) * 1000)
    return Measured(cpu_ms=statistics.median(times), starts=starts)


def free_starts(openings: list[tuple[datetime, datetime]], busy: list[tuple[datetime, datetime]]) -> int:
    """Count the starts as most would write it: every step of every opening against every visit."""
    count = 0
    for opens, closes in openings:
        start = opens
        while start + VISIT <= closes:
            count += not any(start < end and begin < start + VISIT for begin, end in busy)
            start += STEP
    return count


def first_day() -> date:
    """Return the first day, which is handed in."""
    return date.fromisoformat(sys.argv[1])


def report(measured: Measured) -> None:
    sys.stdout.write(json.dumps(asdict(measured)))
