"""The rules read literally and slowly: sets of minutes and days, nothing shared with the code under test."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schedules.core.slots import DayException, Offer, Question, World

CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Answer = list[tuple[int, int, int, tuple[int, ...]]]


@lru_cache(maxsize=256)
def _labels(zone: str, utc_day: int) -> list[datetime]:
    """Return the wall-clock label of each minute of one UTC day."""
    midnight = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=utc_day)
    tz = ZoneInfo(zone)
    return [(midnight + timedelta(minutes=m)).astimezone(tz).replace(tzinfo=None) for m in range(1440)]


def label(at: int, zone: str) -> datetime:
    return _labels(zone, at // 1440)[at % 1440]


@lru_cache(maxsize=4096)
def edge(day: date, minutes: int, zone: str) -> int:
    """Return the first instant whose label has reached the one asked for."""
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    at = int((wanted - datetime(1970, 1, 1)).total_seconds()) // 60 - 16 * 60
    while label(at, zone) < wanted:
        at += 1
    return at


def selects(text: str, anchor: date, day: date) -> bool:
    lines = text.replace("RRULE:", "").split("\n")
    return any(_line_selects(_with_defaults(line, anchor), anchor, day) for line in lines)


def _line_selects(line: str, anchor: date, day: date) -> bool:
    parts = dict(part.split("=") for part in line.split(";"))
    periods_apart = _period_number(parts, day) - _period_number(parts, anchor)
    if periods_apart % int(parts.get("INTERVAL", "1")):
        return False
    return day in _chosen(line, _period_number(parts, day), day.year)


@lru_cache(maxsize=1024)
def _chosen(line: str, number: int, year: int) -> list[date]:
    """Return the dates chosen in one period, trying each day of `year` and a week on either side."""
    parts = dict(part.split("=") for part in line.split(";"))
    around = [date(year, 1, 1) + timedelta(days=n) for n in range(-7, 373)]
    chosen = [day for day in around if _period_number(parts, day) == number and _fits(parts, day)]
    if "BYSETPOS" in parts:
        places = [int(place) for place in parts["BYSETPOS"].split(",")]
        keep = [p - 1 if p > 0 else len(chosen) + p for p in places]
        chosen = [chosen[place] for place in keep if 0 <= place < len(chosen)]
    return chosen


def _with_defaults(line: str, anchor: date) -> str:
    if "BYDAY=" in line or "BYMONTHDAY=" in line:
        return line
    month = "" if "BYMONTH=" in line else f";BYMONTH={anchor.month}"
    frequency = line[line.index("FREQ=") + 5 :].split(";", maxsplit=1)[0]
    return (
        line
        + {
            "DAILY": "",
            "WEEKLY": f";BYDAY={CODES[anchor.weekday()]}",
            "MONTHLY": f";BYMONTHDAY={anchor.day}",
            "YEARLY": f";BYMONTHDAY={anchor.day}{month}",
        }[frequency]
    )


def _period_number(parts: dict[str, str], day: date) -> int:
    if parts["FREQ"] == "DAILY":
        return day.toordinal()
    if parts["FREQ"] == "WEEKLY":
        # Day 1 of the proleptic calendar is a Monday.
        return (day.toordinal() - 1 - CODES.index(parts.get("WKST", "MO"))) // 7
    return day.year * 12 + day.month if parts["FREQ"] == "MONTHLY" else day.year


def _fits(parts: dict[str, str], day: date) -> bool:
    length = calendar.monthrange(day.year, day.month)[1]
    if "BYMONTH" in parts and str(day.month) not in parts["BYMONTH"].split(","):
        return False
    numbers = {str(day.day), str(day.day - length - 1)}
    if "BYMONTHDAY" in parts and not numbers & set(parts["BYMONTHDAY"].split(",")):
        return False
    return "BYDAY" not in parts or any(_is_day(parts, word, day) for word in parts["BYDAY"].split(","))


def _is_day(parts: dict[str, str], word: str, day: date) -> bool:
    if CODES[day.weekday()] != word[-2:]:
        return False
    if len(word) == 2:
        return True
    whole_year = parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts
    number = day.timetuple().tm_yday if whole_year else day.day
    length = (365 + calendar.isleap(day.year)) if whole_year else calendar.monthrange(day.year, day.month)[1]
    return int(word[:-2]) in ((number - 1) // 7 + 1, -((length - number) // 7 + 1))


def find(world: World, question: Question) -> Answer:
    """Return (start, end, location, providers) of every free visit, trying every minute."""
    free: dict[tuple[int, int, int], list[int]] = {}
    zones = {**world.zones, **{rule.location: rule.zone for rule in world.rules}}
    busy = _busy(world, question)
    for offer in world.offers:
        for location, zone in zones.items():
            hours = _open_minutes(world, question, offer, location, zone)
            for start in range(question.first, question.last):
                if _is_free(world, question, offer, location, zone, hours, busy, start):
                    free.setdefault((start, start + offer.duration, location), []).append(offer.provider)
    return [(*key, tuple(sorted(free[key]))) for key in sorted(free)]


def _busy(world: World, question: Question) -> set[tuple[int, int]]:
    return {
        (claim.resource, at)
        for claim in world.claims
        if claim.appointment not in question.ignore
        for at in range(claim.start, claim.end)
    }


def _open_minutes(world: World, question: Question, offer: Offer, location: int, zone: str) -> set[int]:
    hours: set[int] = set()
    days = _days(question, offer, zone)
    mine = [rule for rule in world.rules if rule.provider == offer.provider]
    for rule in mine:
        if rule.location != location or (rule.procedures and question.procedure not in rule.procedures):
            continue
        for day in days:
            ended = rule.valid_until is not None and day > rule.valid_until
            if day >= rule.valid_from and not ended and selects(rule.recurrence.text, rule.valid_from, day):
                hours |= set(range(edge(day, rule.start_minutes, zone), edge(day, rule.end_minutes, zone)))
    for each in world.exceptions:
        works_here = not mine or any(rule.location == location for rule in mine)
        here = each.location == location or (each.location is None and works_here)
        if each.kind == "open" and each.provider == offer.provider and here:
            hours |= _exception_minutes(each, days, zone)
    for each in world.exceptions:
        if (
            each.kind == "closed"
            and each.provider in (None, offer.provider)
            and each.location in (None, location)
        ):
            hours -= _exception_minutes(each, days, zone)
    return hours


def _days(question: Question, offer: Offer, zone: str) -> list[date]:
    first, last = label(question.first, zone).date(), label(question.last + offer.duration, zone).date()
    return [first + timedelta(days=n) for n in range(-3, (last - first).days + 4)]


def _exception_minutes(each: DayException, days: list[date], zone: str) -> set[int]:
    start = 0 if each.start_minutes is None else each.start_minutes
    end = 1440 if each.end_minutes is None else each.end_minutes
    if end <= start:
        end += 1440
    minutes: set[int] = set()
    for day in days:
        if each.first <= day <= each.last:
            minutes |= set(range(edge(day, start, zone), edge(day, end, zone)))
    return minutes


def _is_free(
    world: World,
    question: Question,
    offer: Offer,
    location: int,
    zone: str,
    hours: set[int],
    busy: set[tuple[int, int]],
    start: int,
) -> bool:
    policy, local = question.policy, label(start, zone)
    if (local.hour * 60 + local.minute) % policy.step or not _is_in_time(question, zone, start):
        return False
    if any(at not in hours for at in range(start, start + offer.duration)):
        return False
    claim = range(start - policy.buffer_before, start + offer.duration + policy.buffer_after)
    if any((offer.resource, at) in busy for at in claim):
        return False
    kind, cap = policy.room_kind, policy.max_per_provider_per_day
    if kind is not None and not any(_room_is_free(world, kind, location, busy, claim)):
        return False
    if cap is not None and _visits(world, question, offer, [local.date()]) >= cap:
        return False
    cap = policy.max_per_provider_per_week
    week = [day for day in _near(local.date()) if _week(day) == _week(local.date())]
    return cap is None or _visits(world, question, offer, week) < cap


def _is_in_time(question: Question, zone: str, start: int) -> bool:
    policy, today = question.policy, question.now.astimezone(ZoneInfo(zone)).date()
    is_early_enough = start * 60 >= question.now.timestamp() + policy.min_notice * 60
    return is_early_enough and (label(start, zone).date() - today).days <= policy.horizon_days


def _room_is_free(
    world: World, kind: str, location: int, busy: set[tuple[int, int]], claim: range
) -> Iterator[bool]:
    for room in world.rooms:
        if room.location == location and room.kind == kind:
            yield all((room.resource, at) not in busy for at in claim)


def _near(day: date) -> list[date]:
    return [day + timedelta(days=n) for n in range(-6, 7)]


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _visits(world: World, question: Question, offer: Offer, days: list[date]) -> int:
    return sum(
        claim.resource == offer.resource
        and claim.procedure == question.procedure
        and claim.visit_on in days
        and claim.appointment not in question.ignore
        for claim in world.claims
    )
