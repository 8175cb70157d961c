import pytest

from schedules.core.recurrence import parse_recurrence
from schedules.widgets import ALL_DAYS, WORKING_DAYS, Controls, RecurrenceInput, controls_for, rule_text

EXPRESSIBLE = [
    ("FREQ=WEEKLY;BYDAY=TU", Controls(weekdays=("TU",))),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", Controls(interval=2, weekdays=("MO", "FR"))),
    ("FREQ=DAILY", Controls(pattern="daily")),
    ("FREQ=DAILY;INTERVAL=3", Controls(pattern="daily", interval=3)),
    ("FREQ=MONTHLY;BYDAY=2SA", Controls(pattern="monthly-weekday", ordinal=2, weekday="SA")),
    ("FREQ=MONTHLY;BYDAY=-1MO", Controls(pattern="monthly-weekday", ordinal=-1, weekday="MO")),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        Controls(pattern="monthly-weekday", ordinal=-1, weekday=WORKING_DAYS),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1",
        Controls(pattern="monthly-weekday", interval=2, ordinal=1, weekday=ALL_DAYS),
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=15", Controls(pattern="monthly-day", month_day=15)),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", Controls(pattern="monthly-day", month_day=-1)),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", Controls(pattern="yearly", month=2, month_day=29)),
]
ONLY_AS_TEXT = [
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=TU;WKST=SU",
    "FREQ=WEEKLY;BYDAY=TU;BYMONTH=6",
    "FREQ=DAILY;BYDAY=MO",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=1SA,3SA",
    "FREQ=MONTHLY;BYDAY=SA",
    "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=2",
    "FREQ=MONTHLY;BYDAY=-2MO",
    "FREQ=MONTHLY;BYDAY=MO,WE;BYSETPOS=1",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYMONTHDAY=-3",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1",
    "FREQ=WEEKLY;BYDAY=MO\nFREQ=MONTHLY;BYMONTHDAY=1",
    "FREQ=WEEKLY;COUNT=3",
    "every tuesday",
]


@pytest.mark.parametrize(("text", "controls"), EXPRESSIBLE)
def test_controls_express_the_rule(text: str, controls: Controls) -> None:
    assert controls_for(text) == controls
    assert parse_recurrence(rule_text(controls)) == parse_recurrence(text)


@pytest.mark.parametrize("text", ONLY_AS_TEXT)
def test_rule_that_the_controls_cannot_express_stays_text(text: str) -> None:
    assert controls_for(text) == Controls(pattern="advanced")


def test_empty_value_starts_with_a_week_without_days() -> None:
    assert controls_for("") == Controls(pattern="weekly", weekdays=())


def test_text_field_is_rendered_with_its_value_and_own_label() -> None:
    html = RecurrenceInput().render("rule", "RRULE:FREQ=WEEKLY;COUNT=3", {"id": "id_rule"})

    assert '<label for="id_rule">' in html
    assert "RRULE:FREQ=WEEKLY;COUNT=3</textarea>" in html
    assert html.count('name="') == 1
    # Without scripts the controls stay hidden and the text is what there is.
    assert 'data-schedules-recurrence-target="controls" hidden' in html
