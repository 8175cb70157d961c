import json

import pytest
from jsonschema import Draft202012Validator

from cms.clinic_file.format import CLINIC_FILE
from cms.clinic_file.format_problems import format_problems
from cms.clinic_file.reading import Plain
from tests.cms.clinic_file.worlds import Change, checks

TOO_LONG = "x" * 300


def test_the_schema_is_one_and_prints_as_json() -> None:
    Draft202012Validator.check_schema(json.loads(json.dumps(CLINIC_FILE)))


def test_the_small_clinic_has_no_problems() -> None:
    assert checks(lambda file: None) == []


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (lambda f: f.pop("clinic"), ["clinic: is required"]),
        (
            lambda f: f.pop("locations"),
            [
                "locations: is required",
                "providers[0].availability[0].location: the file has no location with the slug “denver”",
                "appointments[0].location: the file has no location with the slug “denver”",
            ],
        ),
        (
            lambda f: f["clinic"].update(timezone="UTC"),
            ["clinic.timezone: unknown key; did you mean time_zone?"],
        ),
        (
            lambda f: f["clinic"].update(colour="red"),
            ["clinic.colour: unknown key; known are name, time_zone, phone, email, welcome, languages"],
        ),
        (
            lambda f: f["providers"][0]["availability"][0].update(colour="red", hue="red"),
            [
                "providers[0].availability[0].colour: unknown key; known are "
                "location, recurrence, valid_from, valid_until, start_time, end_time, procedures",
                "providers[0].availability[0].hue: unknown key; known are "
                "location, recurrence, valid_from, valid_until, start_time, end_time, procedures",
            ],
        ),
        (
            lambda f: f["providers"][0]["availability"][0].pop("location"),
            ["providers[0].availability[0].location: is required"],
        ),
        (
            lambda f: f["clinic"].update(time_zone="Mars/Base"),
            ["clinic.time_zone: must be an IANA time zone such as America/Denver"],
        ),
        (lambda f: f["clinic"].update(phone=3035550100), ["clinic.phone: must be text: put it in quotes"]),
        (
            lambda f: f["clinic"].update(email="nobody"),
            ["clinic.email: must be an e-mail address such as someone@example.com"],
        ),
        (lambda f: f["clinic"].update(name=" "), ["clinic.name: must be one line of text that is not blank"]),
        (
            lambda f: f["clinic"].update(name="a\nb"),
            ["clinic.name: must be one line of text that is not blank"],
        ),
        (
            lambda f: f["procedures"][0].update(title=TOO_LONG),
            ["procedures[0].title: must have at most 255 characters"],
        ),
        (
            lambda f: f["locations"][1].update(slug="a b"),
            ["locations[1].slug: must be letters, digits, hyphens and underscores"],
        ),
        (
            lambda f: f["procedures"][0]["booking"].update(duration_minutes=4, slot_step_minutes=241),
            [
                "procedures[0].booking.duration_minutes: must be at least 5",
                "procedures[0].booking.slot_step_minutes: must be at most 240",
            ],
        ),
        (
            lambda f: f["procedures"][0]["booking"].update(horizon_days=3651),
            ["procedures[0].booking.horizon_days: must be at most 3650"],
        ),
        (
            lambda f: f["procedures"][0]["booking"].update(duration_minutes="45"),
            ["procedures[0].booking.duration_minutes: must be a whole number"],
        ),
        (
            lambda f: f["procedures"][0].update(booking={}),
            ["procedures[0].booking.duration_minutes: is required"],
        ),
        (
            lambda f: f["procedures"][0]["risks"][0].update(severity="awful"),
            ["procedures[0].risks[0].severity: must be one of minor, moderate, serious"],
        ),
        (lambda f: f["procedures"][0].update(benefits={}), ["procedures[0].benefits: must be a list"]),
        (
            lambda f: f["procedures"][0].update(also_known_as=["a", "a"]),
            ["procedures[0].also_known_as: lists the same item twice"],
        ),
        (
            lambda f: f["providers"][0]["availability"][0].update(valid_from="2026-02-30"),
            ["providers[0].availability[0].valid_from: must be a date such as 2027-01-05"],
        ),
        (
            lambda f: f["providers"][0]["availability"][0].update(start_time="24:00"),
            ['providers[0].availability[0].start_time: must be a 24-hour time such as "09:00"'],
        ),
        (
            lambda f: f["providers"][0].update(languages=["english please"]),
            [
                "providers[0].languages[0]: must be a language code such as en or es",
                "providers[0].languages[0]: must have at most 12 characters",
            ],
        ),
        (
            lambda f: f["providers"][0].update(accepting_new_patients="yes"),
            ["providers[0].accepting_new_patients: must be true or false"],
        ),
        (
            lambda f: f.update(locations=[]),
            [
                "locations: must have at least 1 item(s)",
                "providers[0].availability[0].location: the file has no location with the slug “denver”",
                "appointments[0].location: the file has no location with the slug “denver”",
            ],
        ),
        (
            lambda f: f["appointments"][0].update(starts_at="2027-01-05T10:00Z"),
            ["appointments[0].starts_at: must be a local time without zone such as 2027-01-05T10:00"],
        ),
        (
            lambda f: f["appointments"][0]["patient"].update(email="secret"),
            ["appointments[0].patient.email: must be an e-mail address such as someone@example.com"],
        ),
        (lambda f: f["appointments"][0].pop("patient"), ["appointments[0].patient: is required"]),
    ],
)
def test_format_problems_name_their_path(change: Change, problems: list[str]) -> None:
    assert checks(change) == problems


@pytest.mark.parametrize("tree", [[], "text", 5, None])
def test_a_file_that_is_no_mapping_is_one_problem(tree: Plain) -> None:
    assert [str(problem) for problem in format_problems(tree)] == [
        "(file): must be a mapping of keys to values"
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f["clinic"].update(email=None, phone=None, languages=None),
        lambda f: f["locations"][0].update(address={"postal_code": 80202}, rooms=None),
        lambda f: (
            f["procedures"][0].update(booking=None, last_reviewed_on=None, reviewed_by=None)
            or f["appointments"][0].update(duration_minutes=45)
        ),
        lambda f: f["procedures"][0]["booking"].update(max_per_provider_per_day=None, room_kind=None),
        lambda f: f["providers"][0]["availability"][0].update(
            valid_until=None, end_time="24:00", start_time="9:00"
        ),
        lambda f: f["appointments"][0].update(starts_at="2027-01-05T10:00:00"),
        lambda f: f["clinic"].update(name="Folded text\n"),
    ],
)
def test_what_the_format_allows_is_no_problem(change: Change) -> None:
    assert checks(change) == []
