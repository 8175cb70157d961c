"""Form widgets of the schedule. Their scripts only arrange; what a rule means is said by the server."""

from dataclasses import dataclass
from typing import Any

from django import forms

from schedules.core.recurrence import InvalidRecurrence, Recurrence, parse_recurrence
from schedules.core.recurrence_rule import WEEKDAY_CODES, Rule

WEEKDAYS = tuple(
    zip(
        WEEKDAY_CODES,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
MONTHS = tuple(
    enumerate(
        (
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        start=1,
    )
)
MONTH_DAYS = range(1, 32)
LAST_DAY = -1
PATTERNS = (
    ("weekly", "Every week"),
    ("daily", "Every day"),
    ("monthly-weekday", "Every month, on a weekday"),
    ("monthly-day", "Every month, on a day of the month"),
    ("yearly", "Every year, on a date"),
    ("advanced", "Advanced rule"),
)
ORDINALS = ((1, "first"), (2, "second"), (3, "third"), (4, "fourth"), (5, "fifth"), (-1, "last"))
WORKING_DAYS = ",".join(WEEKDAY_CODES[:5])
ALL_DAYS = ",".join(WEEKDAY_CODES)
WEEKDAY_GROUPS = (*WEEKDAYS, (WORKING_DAYS, "weekday (Monday to Friday)"), (ALL_DAYS, "day"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """How the controls of the widget stand."""

    pattern: str = "weekly"
    interval: int = 1
    weekdays: tuple[str, ...] = ()
    ordinal: int = 1
    weekday: str = WEEKDAY_CODES[0]
    month_day: int = 1
    month: int = 1


def controls_for(text: str) -> Controls:
    """Return the controls that express the rule; the pattern `advanced` where they cannot."""
    if not text.strip():
        return Controls()
    try:
        recurrence = parse_recurrence(text)
    except InvalidRecurrence:
        return Controls(pattern="advanced")
    controls = _controls_for_rule(recurrence.rules[0])
    # The controls must stand for the very same rule, or saving would change it.
    is_same = _is_offered(controls) and recurrence == _recurrence_of(controls)
    return controls if is_same else Controls(pattern="advanced")


def rule_text(controls: Controls) -> str:
    """Return the RRULE line of the controls; the widget's script composes the same one."""
    interval = f";INTERVAL={controls.interval}" if controls.interval > 1 else ""
    match controls.pattern:
        case "weekly":
            parts = f"WEEKLY{interval};BYDAY={','.join(controls.weekdays)}"
        case "daily":
            parts = f"DAILY{interval}"
        case "monthly-weekday" if "," in controls.weekday:
            parts = f"MONTHLY{interval};BYDAY={controls.weekday};BYSETPOS={controls.ordinal}"
        case "monthly-weekday":
            parts = f"MONTHLY{interval};BYDAY={controls.ordinal}{controls.weekday}"
        case "monthly-day":
            parts = f"MONTHLY{interval};BYMONTHDAY={controls.month_day}"
        case _:
            parts = f"YEARLY{interval};BYMONTH={controls.month};BYMONTHDAY={controls.month_day}"
    return f"RRULE:FREQ={parts}"


def _is_offered(controls: Controls) -> bool:
    return (
        controls.ordinal in dict(ORDINALS)
        and controls.weekday in dict(WEEKDAY_GROUPS)
        and (controls.month_day in MONTH_DAYS or controls.month_day == LAST_DAY)
    )


def _recurrence_of(controls: Controls) -> Recurrence | None:
    try:
        return parse_recurrence(rule_text(controls))
    except InvalidRecurrence:
        return None


def _controls_for_rule(rule: Rule) -> Controls:
    codes = tuple(WEEKDAY_CODES[weekday] for _, weekday in rule.days)
    day, month = next(iter(rule.month_days), 1), next(iter(rule.months), 1)
    if rule.frequency == "WEEKLY":
        return Controls(interval=rule.interval, weekdays=codes)
    if rule.frequency == "DAILY":
        return Controls(pattern="daily", interval=rule.interval)
    if rule.frequency == "YEARLY":
        return Controls(pattern="yearly", interval=rule.interval, month=month, month_day=day)
    if not codes:
        return Controls(pattern="monthly-day", interval=rule.interval, month_day=day)
    ordinal = next(iter(rule.positions), rule.days[0][0])
    return Controls(
        pattern="monthly-weekday", interval=rule.interval, ordinal=ordinal, weekday=",".join(codes)
    )


class RecurrenceInput(forms.Textarea):
    """Controls for common patterns over a text field with RRULE lines, which is what the form submits.

    Without JavaScript only the text field shows. Works in rows that are added to a page later."""

    template_name = "schedules/widgets/recurrence.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 2, "autocomplete": "off", "spellcheck": "false"} | (attrs or {}))

    class Media:
        css = {"all": ["schedules/hours.css"]}
        js = ["schedules/hours.js"]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-pattern" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {
            "controls": controls_for(context["widget"]["value"] or ""),
            "described_by": context["widget"]["attrs"].get("aria-describedby"),
            "patterns": PATTERNS,
            "weekdays": WEEKDAYS,
            "weekday_groups": WEEKDAY_GROUPS,
            "ordinals": ORDINALS,
            "months": MONTHS,
            "month_days": MONTH_DAYS,
        }


class WallClockInput(forms.TextInput):
    """A local time such as 09:00; leaving the field completes 9, 930 or 5pm."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        standard = {
            "placeholder": "such as 09:00",
            # Room for what the script understands, such as 5:30 pm.
            "maxlength": 10,
            "autocomplete": "off",
            "data-controller": "schedules-time",
            "data-action": "change->schedules-time#complete",
        }
        super().__init__(standard | (attrs or {}))

    class Media:
        js = ["schedules/hours.js"]
