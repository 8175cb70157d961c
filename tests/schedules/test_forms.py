from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from recurrence import deserialize

from providers.models import ProviderPage
from schedules.forms import RecurrenceFormField, TypedHoursForm
from schedules.models import AvailabilityRule
from schedules.widgets import RecurrenceInput, WallClockInput
from tests.factories import make_location


def test_recurrence_cleans_to_the_canonical_text() -> None:
    assert RecurrenceFormField().clean("freq=weekly;byday=th,tu") == "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Choose on which days the hours apply."),
        ("FREQ=WEEKLY;COUNT=3", "COUNT is not supported: give the last date in 'valid until' instead."),
        ("FREQ=YEARLY;BYWEEKNO=3", "BYWEEKNO is not supported: use BYMONTH with BYDAY instead."),
    ],
)
def test_recurrence_is_refused_with_the_remedy(text: str, message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        RecurrenceFormField().clean(text)

    assert refusal.value.messages == [message]


def test_recurrence_has_changed_only_when_its_text_differs() -> None:
    stored = deserialize("RRULE:FREQ=WEEKLY;BYDAY=TU")
    field = RecurrenceFormField()

    assert not field.has_changed(stored, "RRULE:FREQ=WEEKLY;BYDAY=TU")
    assert field.has_changed(stored, "RRULE:FREQ=WEEKLY;BYDAY=WE")
    assert not field.has_changed(None, "")


def test_provider_editor_uses_the_widgets() -> None:
    form = ProviderPage.get_edit_handler().get_form_class().formsets["availability_rules"].form
    fields: dict[str, forms.Field] = form.base_fields

    assert type(fields["recurrence"].widget) is RecurrenceInput
    assert type(fields["start_time"].widget) is WallClockInput
    assert AvailabilityRule.panels


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"start_time": "", "location": ""}, []),
        ({"valid_until": "2034-12-31"}, ["The last day is before the first."]),
        ({"start_time": "9am"}, ["Use 24-hour time such as 09:00 or 17:30."]),
        (
            {"end_time": "09:00"},
            ["Start and end are the same time. For the whole day use 00:00 to 24:00."],
        ),
        ({"valid_from": "tomorrow"}, ["Enter a valid date."]),
    ],
)
def test_problems_are_what_is_wrong_and_not_what_is_missing(
    changes: dict[str, Any], problems: list[str]
) -> None:
    typed = {
        "recurrence": "FREQ=WEEKLY;BYDAY=TU",
        "location": str(make_location().pk),
        "valid_from": "2035-01-02",
        "valid_until": "",
        "start_time": "09:00",
        "end_time": "17:00",
    }

    assert TypedHoursForm(typed | changes).problems() == problems
