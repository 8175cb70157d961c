from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.core.recurrence import InvalidRecurrence, describe_hours, parse_recurrence
from tests.schedules.core import oracle

CODES = oracle.CODES
deterministic = settings(max_examples=200, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TH,TU,TU", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"),
        ("rrule:byday=+2tu;freq=monthly", "RRULE:FREQ=MONTHLY;BYDAY=2TU"),
        ("RRULE:WKST=MO;INTERVAL=01;FREQ=DAILY", "RRULE:FREQ=DAILY"),
        ("RRULE:FREQ=WEEKLY;WKST=SU;INTERVAL=2", "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU"),
        ("FREQ=DAILY\r\n\r\n RRULE:FREQ=DAILY \n", "RRULE:FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY=TU\nFREQ=MONTHLY", "RRULE:FREQ=WEEKLY;BYDAY=TU\nRRULE:FREQ=MONTHLY"),
        (
            "FREQ=YEARLY;BYSETPOS=-1,1;BYDAY=-1FR,MO;BYMONTHDAY=-1,3;BYMONTH=12,1",
            "RRULE:FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-1,3;BYDAY=-1FR,MO;BYSETPOS=-1,1",
        ),
    ],
)
def test_text_is_canonical(text: str, canonical: str) -> None:
    assert parse_recurrence(text).text == canonical
    assert parse_recurrence(canonical) == parse_recurrence(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: choose"),
        (" \n ", "is empty: choose"),
        ("Tuesdays", "NAME=VALUE parts: write"),
        ("RRULE:", "NAME=VALUE parts: write"),
        ("FREQ=WEEKLY;", "NAME=VALUE parts: write"),
        ("BYDAY=TU", "needs a frequency: use FREQ=DAILY"),
        ("FREQ=FORTNIGHTLY", "needs a frequency: use FREQ=DAILY"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ is given twice: list"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is out of range: use a whole number from 1 to 999"),
        ("FREQ=DAILY;INTERVAL=1000", "INTERVAL is out of range"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is out of range"),
        ("FREQ=DAILY;INTERVAL=1_0", "INTERVAL is out of range"),
        ("FREQ=DAILY;INTERVAL=\u0662", "INTERVAL is out of range"),
        ("FREQ=DAILY;INTERVAL=", "INTERVAL is out of range"),
        ("FREQ=DAILY;WKST=XX", "WKST is not a weekday: use one of MO"),
        ("FREQ=DAILY;BYMONTH=0", "BYMONTH is out of range: use whole numbers from 1 to 12"),
        ("FREQ=DAILY;BYMONTH=13", "BYMONTH is out of range"),
        ("FREQ=DAILY;BYMONTH=1,x", "BYMONTH is out of range"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "BYMONTHDAY is out of range: use whole numbers from -31 to 31 other than 0",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=", "BYMONTHDAY is out of range"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=0", "BYSETPOS is out of range"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=367", "BYSETPOS is out of range"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS picks among the dates of a month: add BYDAY"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY is not a list of weekdays: use MO"),
        ("FREQ=WEEKLY;BYDAY=TU,XX", "BYDAY is not a list of weekdays"),
        ("FREQ=WEEKLY;BYDAY=2TU", "needs FREQ=MONTHLY or YEARLY: with WEEKLY name only weekdays"),
        ("FREQ=DAILY;BYDAY=-1FR", "needs FREQ=MONTHLY or YEARLY"),
        ("FREQ=MONTHLY;BYDAY=6TU", "BYDAY counts from 1 to 5 or -1 to -5 with FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYDAY=0TU", "BYDAY counts from 1 to 5"),
        ("FREQ=YEARLY;BYDAY=54TU", "BYDAY counts from 1 to 53"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=6TU", "BYDAY counts within the month when BYMONTH is given"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-20TU", "BYDAY counts within the month when BYMONTH is given"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY: use FREQ=MONTHLY"),
        ("FREQ=DAILY;COUNT=3", "COUNT is not supported: give the last date in 'valid until'"),
        ("FREQ=DAILY;UNTIL=20270101", "UNTIL is not supported: give the last date in 'valid until'"),
        ("FREQ=YEARLY;BYYEARDAY=1", "BYYEARDAY is not supported: use BYMONTH with BYMONTHDAY"),
        ("FREQ=YEARLY;BYWEEKNO=1", "BYWEEKNO is not supported: use BYMONTH with BYDAY"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER is not supported: add an exception for each date"),
        ("FREQ=DAILY;X-NEW=1", "X-NEW is not supported: use FREQ"),
        ("FREQ=DAILY\nRDATE:20270101", "RDATE is not supported: add an exception that opens"),
        ("DTSTART:20270101T090000Z\nRRULE:FREQ=DAILY", "DTSTART is not supported: use 'valid from'"),
        ("DTSTART;TZID=America/Denver:20270101T090000\nRRULE:FREQ=DAILY", "DTSTART is not supported"),
        ("DTEND:20270101T090000Z\nRRULE:FREQ=DAILY", "DTEND is not supported"),
        ("EXDATE;VALUE=DATE:20270112\nRRULE:FREQ=DAILY", "EXDATE is not supported"),
        ("RRULE;X=1:FREQ=DAILY", "Only RRULE lines are supported"),
        ("SUMMARY:FREQ=DAILY", "Only RRULE lines are supported"),
        ("FREQ=DAILY;BYDAY=" + "\u00fc" * 600, "longer than 1024 bytes: split"),
        ("FREQ=DAILY\ud800", "needs a frequency"),
    ],
)
def test_unusable_text_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidRecurrence, match=message):
        parse_recurrence(text)


@pytest.mark.parametrize("count", [8, 9])
def test_number_of_rules_limited(count: int) -> None:
    text = "\n".join(f"FREQ=DAILY;INTERVAL={n}" for n in range(1, count + 1))

    if count > 8:
        with pytest.raises(InvalidRecurrence, match="more than 8 rules"):
            parse_recurrence(text)
    else:
        assert len(parse_recurrence(text).rules) == 8


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    values = st.integers(low, high).filter(bool)
    return st.lists(values, min_size=1, max_size=3, unique=True).map(lambda some: ",".join(map(str, some)))


@st.composite
def rule_lines(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"WKST={draw(st.sampled_from(CODES))}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.sampled_from([1, 2, 3, 4, 5, 7, 12, 14, 40]))}")
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"BYMONTH={draw(numbers(1, 12))}")
    if frequency != "WEEKLY" and draw(st.integers(0, 2)) == 0:
        parts.append(f"BYMONTHDAY={draw(numbers(-31, 31))}")
    if draw(st.booleans()):
        counted = ["", "", "1", "2", "5", "-1", "-5"]
        whole_year = not any(part.startswith("BYMONTH=") for part in parts)
        ordinals = {"MONTHLY": counted, "YEARLY": [*counted, "7", "53", "-47"] if whole_year else counted}
        words = st.builds(
            "{}{}".format, st.sampled_from(ordinals.get(frequency, [""])), st.sampled_from(CODES)
        )
        parts.append("BYDAY=" + ",".join(draw(st.lists(words, min_size=1, max_size=4, unique=True))))
    if (
        len(parts) > 3
        and any(part.startswith(("BYMONTH", "BYDAY")) for part in parts)
        and draw(st.booleans())
    ):
        parts.append(f"BYSETPOS={draw(numbers(-3, 3))}")
    return ";".join(parts)


@deterministic
@given(
    lines=st.lists(rule_lines(), min_size=1, max_size=2),
    anchor=st.dates(date(2024, 1, 1), date(2027, 6, 30)),
    until=st.one_of(st.none(), st.integers(0, 60)),
)
def test_dates_agree_with_oracle(lines: list[str], anchor: date, until: int | None) -> None:
    first, text = date(2027, 2, 10), "\n".join(lines)
    days = [first + timedelta(days=n) for n in range(70)]
    valid_until = None if until is None else first + timedelta(days=until)

    found = parse_recurrence(text).dates(
        valid_from=anchor, valid_until=valid_until, first=first, last=days[-1]
    )

    assert found == [
        day
        for day in days
        if day >= anchor and (valid_until is None or day <= valid_until) and oracle.selects(text, anchor, day)
    ]
    assert {day.weekday() for day in found} <= set(parse_recurrence(text).weekdays(valid_from=anchor))


@pytest.mark.parametrize("anchor", [date(2006, 1, 31), date(2024, 2, 29), date(2026, 12, 31)])
@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;BYMONTHDAY=1,-1;BYMONTH=2,3",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO,WE;WKST=WE",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1MO,3FR",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2,-2",
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=2;BYDAY=20MO,-1SU",
        "FREQ=YEARLY;BYMONTH=3,11;BYDAY=2SU,1SU",
        "FREQ=YEARLY;BYMONTHDAY=15",
    ],
)
def test_dates_agree_with_dateutil_walking_from_the_anchor(text: str, anchor: date) -> None:
    first, last = date(2027, 1, 1), date(2028, 12, 31)
    walk = rrulestr(text, dtstart=datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC))
    expected = walk.between(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 12, 31, tzinfo=UTC), inc=True)

    found = parse_recurrence(text).dates(valid_from=anchor, valid_until=None, first=first, last=last)

    assert found == [occurrence.date() for occurrence in expected]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=6",
    ],
)
def test_rule_that_never_occurs_has_no_dates(text: str) -> None:
    found = parse_recurrence(text).dates(
        valid_from=date(2000, 1, 1), valid_until=None, first=date(2027, 1, 1), last=date(2027, 12, 31)
    )

    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", [4, 11]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1", [8, 15]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1;WKST=WE", [4, 11]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-2,3", [6, 8, 13, 15]),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", []),
        ("FREQ=DAILY;INTERVAL=5;BYDAY=MO,SA;BYSETPOS=-1", [4, 9]),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=2", []),
    ],
)
def test_positions_within_a_week_or_day(text: str, expected: list[int]) -> None:
    found = parse_recurrence(text).dates(
        valid_from=date(2027, 1, 4), valid_until=None, first=date(2027, 1, 4), last=date(2027, 1, 17)
    )

    assert [day.day for day in found] == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(date(2027, 1, 5), date(2027, 1, 5), [date(2027, 1, 5)], id="one-day"),
        pytest.param(date(2027, 1, 6), date(2027, 1, 5), [], id="inverted"),
        pytest.param(date(2026, 1, 1), date(2026, 12, 31), [], id="before-valid-from"),
        pytest.param(date(2027, 1, 20), date(2027, 3, 1), [], id="after-valid-until"),
        pytest.param(date(2026, 1, 1), date(2028, 1, 1), [date(2027, 1, 5), date(2027, 1, 12)], id="around"),
    ],
)
def test_dates_lie_within_validity(first: date, last: date, expected: list[date]) -> None:
    tuesdays = parse_recurrence("FREQ=WEEKLY;BYDAY=TU")

    found = tuesdays.dates(valid_from=date(2027, 1, 5), valid_until=date(2027, 1, 12), first=first, last=last)

    assert found == expected


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        ("FREQ=DAILY;INTERVAL=3;BYDAY=TU", "Every 3 days, only on Tuesday"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
        ("FREQ=DAILY;BYMONTHDAY=1,15", "Every day, only on days 1 and 15"),
        ("FREQ=WEEKLY;BYDAY=TU", "Every Tuesday"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "Every Tuesday and Thursday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "Every weekend day"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "Every day"),
        ("FREQ=WEEKLY", "Every week"),
        ("FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "Every 2 weeks on Tuesday and Sunday"),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTH=7,8", "Every Tuesday in July and August"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=1", "Every week on the first of Tuesday and Thursday"),
        ("FREQ=MONTHLY", "Monthly"),
        ("FREQ=MONTHLY;BYDAY=2TU", "Monthly on the second Tuesday"),
        ("FREQ=MONTHLY;BYDAY=TU", "Monthly on every Tuesday"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "Monthly on the first Tuesday and the third Tuesday"),
        ("FREQ=MONTHLY;BYDAY=-2TU", "Monthly on the second to last Tuesday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Monthly on the last weekday"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,3", "Monthly on the first and third Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "Monthly on day 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "Monthly on days 1 and 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Monthly on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,1", "Monthly on day 1 and the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "Monthly on day 13, only on every Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=13,14;BYSETPOS=-1", "Monthly on days 13 and 14, the last of these"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "Every 3 months on day 1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "Yearly on 29 February"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "Yearly on 1 January and 1 July"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=2SU", "Every 2 years on the second Sunday in March"),
        ("FREQ=YEARLY;BYDAY=21MO,22TU", "Yearly on the 21st Monday and the 22nd Tuesday"),
        ("FREQ=YEARLY;BYMONTHDAY=15", "Yearly on day 15"),
        ("FREQ=YEARLY", "Yearly"),
        ("FREQ=WEEKLY;BYDAY=TU\nFREQ=MONTHLY;BYMONTHDAY=31", "Every Tuesday; monthly on day 31"),
    ],
)
def test_summary(text: str, summary: str) -> None:
    assert parse_recurrence(text).summary() == summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("FREQ=DAILY", "Todos los días"),
        ("FREQ=DAILY;INTERVAL=3", "Cada 3 días"),
        ("FREQ=DAILY;INTERVAL=3;BYDAY=TU", "Cada 3 días, solo los martes"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "De lunes a viernes"),
        ("FREQ=DAILY;BYMONTHDAY=1,15", "Todos los días, solo los días 1 y 15"),
        ("FREQ=WEEKLY;BYDAY=TU", "Todos los martes"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "Todos los martes y jueves"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Todos los lunes, miércoles y viernes"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "Todos los sábados y domingos"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "Todos los días"),
        ("FREQ=WEEKLY", "Cada semana"),
        ("FREQ=WEEKLY;INTERVAL=2", "Cada 2 semanas"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "Cada 2 semanas los martes y domingos"),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTH=7,8", "Todos los martes en julio y agosto"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=1", "Cada semana el primer martes o jueves"),
        ("FREQ=MONTHLY", "Cada mes"),
        ("FREQ=MONTHLY;BYDAY=2TU", "Cada mes el segundo martes"),
        ("FREQ=MONTHLY;BYDAY=TU", "Cada mes los martes"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "Cada mes el primer martes y el tercer martes"),
        ("FREQ=MONTHLY;BYDAY=-2TU", "Cada mes el penúltimo martes"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Cada mes el último día de lunes a viernes"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,3", "Cada mes el primer martes y el tercer martes"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "Cada mes el día 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "Cada mes los días 1 y 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Cada mes el último día"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,1", "Cada mes el día 1 y el último día"),
        ("FREQ=MONTHLY;BYMONTHDAY=-4", "Cada mes el cuarto día desde el final"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "Cada mes el día 13, solo los viernes"),
        ("FREQ=MONTHLY;BYMONTHDAY=13,14;BYSETPOS=-1", "Cada mes los días 13 y 14, de ellos el último día"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "Cada 3 meses el día 1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "Cada año el 29 de febrero"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "Cada año el 1 de enero y el 1 de julio"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=2SU", "Cada 2 años el segundo domingo en marzo"),
        ("FREQ=YEARLY;BYDAY=21MO,22TU", "Cada año el 21.er lunes y el 22.º martes"),
        ("FREQ=YEARLY", "Cada año"),
        ("FREQ=WEEKLY;BYDAY=TU\nFREQ=MONTHLY;BYMONTHDAY=31", "Todos los martes; cada mes el día 31"),
    ],
)
def test_summary_in_spanish(text: str, summary: str) -> None:
    assert parse_recurrence(text).summary(locale="es") == summary


@pytest.mark.parametrize(
    ("text", "summary", "weekdays"),
    [
        ("FREQ=WEEKLY", "Every Tuesday", (1,)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU", "Every 2 weeks on Tuesday and Sunday", (1, 6)),
        ("FREQ=MONTHLY", "Monthly on day 29", (0, 1, 2, 3, 4, 5, 6)),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Monthly on the last Friday", (4,)),
        ("FREQ=YEARLY", "Yearly on 29 February", (0, 1, 2, 3, 4, 5, 6)),
        ("FREQ=DAILY", "Every day", (0, 1, 2, 3, 4, 5, 6)),
        ("FREQ=DAILY;INTERVAL=14", "Every 14 days", (1,)),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "Every 2 days, only on Monday", (0,)),
        ("FREQ=WEEKLY\nFREQ=WEEKLY;BYDAY=FR", "Every Tuesday; every Friday", (1, 4)),
    ],
)
def test_summary_and_weekdays_from_a_leap_day(text: str, summary: str, weekdays: tuple[int, ...]) -> None:
    leap_tuesday = date(2028, 2, 29)

    assert parse_recurrence(text).summary(valid_from=leap_tuesday) == summary
    assert parse_recurrence(text).weekdays(valid_from=leap_tuesday) == weekdays


@pytest.mark.parametrize(
    ("locale", "start_time", "end_minutes", "words"),
    [
        ("en", time(9), 1020, "Every Tuesday, 09:00 to 17:00, Denver"),
        ("en", time(0), 1440, "Every Tuesday, all day, Denver"),
        ("en", time(18, 30), 1440, "Every Tuesday, 18:30 to 24:00, Denver"),
        ("en", time(22), 1560, "Every Tuesday, 22:00 to 02:00 the next day, Denver"),
        ("es", time(9), 1020, "Todos los martes, de 09:00 a 17:00, Denver"),
        ("es", time(0), 1440, "Todos los martes, todo el día, Denver"),
        ("es", time(22), 1560, "Todos los martes, de 22:00 a 02:00 del día siguiente, Denver"),
    ],
)
def test_describe_hours(locale: str, start_time: time, end_minutes: int, words: str) -> None:
    described = describe_hours(
        recurrence=parse_recurrence("FREQ=WEEKLY"),
        valid_from=date(2027, 1, 5),
        start_time=start_time,
        end_minutes=end_minutes,
        place="Denver",
        locale=locale,
    )

    assert described == words
