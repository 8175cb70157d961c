from datetime import date

import pytest

from schedules.core.recurrence import parse_recurrence
from schedules.core.weekdays import regular_days, weekday_words

TUESDAY = date(2026, 1, 6)

WORDS = [
    (["FREQ=WEEKLY;BYDAY=TU"], "Tuesdays"),
    (["FREQ=WEEKLY"], "Tuesdays"),
    (["FREQ=WEEKLY;BYDAY=TU,TH"], "Tuesdays and Thursdays"),
    (["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"], "Mondays to Fridays"),
    (["FREQ=WEEKLY;BYDAY=MO,WE,FR"], "Mondays, Wednesdays and Fridays"),
    (["FREQ=DAILY"], "Mondays to Sundays"),
    (["FREQ=MONTHLY;BYDAY=2SA"], "some Saturdays"),
    (["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"], "some Tuesdays"),
    (["FREQ=WEEKLY;BYDAY=TU;BYMONTH=6"], "some Tuesdays"),
    (["FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=2SA"], "Tuesdays and some Saturdays"),
    (["FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=2TU"], "Tuesdays"),
]


@pytest.mark.parametrize(("rules", "words"), WORDS)
def test_weekday_words(rules: list[str], words: str) -> None:
    days = regular_days((parse_recurrence(rule), TUESDAY) for rule in rules)

    assert weekday_words(days) == words
