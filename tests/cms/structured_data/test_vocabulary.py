"""The validator itself: it passes what schema.org allows, and refuses everything else."""

from typing import Any

import pytest

from tests.cms.structured_data.vocabulary import problems


def document(**node: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@graph": [node]}


THERAPY = {"@type": "MedicalTherapy", "name": "Micro needling"}


def test_what_the_vocabulary_allows_has_no_problem() -> None:
    outcome = {"@type": "MedicalEntity", "name": "Redness"}
    assert problems(document(**THERAPY, adverseOutcome=[outcome], seriousAdverseOutcome=outcome)) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"benefit": "Smooth skin"}, "MedicalTherapy.benefit is no property"),
        ({"expectedPrognosis": "Good"}, "expectedPrognosis does not stand on MedicalTherapy"),
        ({"possibleComplication": "Pain"}, "possibleComplication does not stand on MedicalTherapy"),
        ({"openingHoursSpecification": "Mo 9-5"}, "openingHoursSpecification does not stand on"),
        ({"adverseOutcome": "Redness"}, "MedicalTherapy.adverseOutcome does not take 'Redness'"),
        ({"adverseOutcome": {"@type": "Person", "name": "X"}}, "MedicalTherapy.adverseOutcome does not take"),
        ({"adverseOutcome": {"@id": "https://x.example/#nobody"}}, "MedicalTherapy.adverseOutcome does not"),
        ({"url": "/procedures/"}, "MedicalTherapy.url does not take '/procedures/'"),
        ({"name": ""}, "MedicalTherapy.name does not take ''"),
        ({"adverseOutcome": {"name": "Redness"}}, "a node without a type"),
        ({"potentialAction": {"@type": "BookAction"}}, "unknown type BookAction"),
    ],
)
def test_wrong_output_is_refused(wrong: dict[str, Any], told: str) -> None:
    assert any(each.startswith(told) for each in problems(document(**{**THERAPY, **wrong})))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dayOfWeek", "Monday"),
        ("dayOfWeek", "https://schema.org/Noday"),
        ("opens", "24:00"),
        ("validFrom", "tomorrow"),
    ],
)
def test_wrong_hours_are_refused(name: str, value: str) -> None:
    [told] = problems(document(**{"@type": "OpeningHoursSpecification", name: value}))
    assert told == f"OpeningHoursSpecification.{name} does not take {value!r}"


def test_a_document_without_its_context_is_refused() -> None:
    assert problems({"@graph": [THERAPY]}) == ["no context"]
