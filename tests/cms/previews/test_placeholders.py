"""Incomplete drafts: what is missing is filled and named, and never breaks a field that is promised."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_object_type, is_required_argument
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.core.blocks import BodyBlock
from cms.core.models import ContentPage, HomePage
from cms.previews.models import Preview
from cms.previews.operations import open_preview
from cms.schema import schema
from providers.models import MedicalReview, Offering, ProviderIndexPage, ProviderPage
from schedules.models import AvailabilityRule, BookingPolicy
from services.blocks import BenefitBlock, ExpectationBlock, FaqBlock, RiskBlock
from services.models import ProcedureIndexPage, ProcedurePage
from tests.api import post
from tests.factories import make_category, make_location, make_procedure, make_provider, make_site, make_staff
from tests.hiding import make_image

pytestmark = pytest.mark.django_db
FAR_AWAY = datetime(2099, 1, 1, tzinfo=UTC)
BODY = (
    "body { id ... on HeadingBlock { text } ... on ParagraphBlock { content { html text } } "
    "... on PictureBlock { image { alt } caption } ... on QuoteBlock { words: text attribution } "
    "... on CalloutBlock { tone title content { html } } }"
)
# What a form, an old revision or a deleted thing may leave in the place of a value.
LEFTOVERS: list[Any] = [None, "", [], {}, "nonsense", 999_999_999, "2027-02-31"]
# The rows below a page and their keys are always there: Wagtail makes them from the database.
SOUND = {"pk", "availability_rules", "booking_policies", "medical_reviews", "offerings"}
MODELS: list[type[ContentPage]] = [
    HomePage,
    ProcedureIndexPage,
    ProviderIndexPage,
    ProcedurePage,
    ProviderPage,
]
Place = tuple[str | int, ...]


def full_page(model: type[ContentPage]) -> ContentPage:
    """Return the page of `model` with everything in it that a draft can hold, unsaved."""
    procedure, image = make_procedure(), make_image()
    provider = make_provider(offers=[procedure])
    body = [
        (name, block.meta.preview_value)
        for name, block in BodyBlock().child_blocks.items()
        if name != "picture"
    ]
    body.append(("picture", {"image": image, "caption": "A room"}))
    page = model.objects.get()
    if isinstance(page, HomePage):
        page.headline, page.introduction, page.hero_image = "Welcome", "<p>Hello</p>", image
        page.body = body
    if isinstance(page, ProcedurePage):
        page.what_to_expect = [("step", ExpectationBlock().meta.preview_value)]
        page.benefits = [("benefit", BenefitBlock().meta.preview_value | {"icon": image})]
        page.risks = [("risk", RiskBlock().meta.preview_value)]
        page.faqs = [("faq", FaqBlock().meta.preview_value)]
        page.body, page.hero_image, page.category = body, image, make_category()
        page.duration_minutes_min, page.duration_minutes_max = 30, 60
        page.medical_reviews = [MedicalReview(reviewed_on=date(2027, 1, 2), reviewed_by=provider)]
        page.booking_policies = [BookingPolicy(duration_minutes=45)]
    if isinstance(page, ProviderPage):
        page.photo, page.offerings = image, [Offering(procedure=procedure)]
        page.availability_rules = [
            AvailabilityRule(
                location=make_location(),
                recurrence="RRULE:FREQ=WEEKLY;BYDAY=TU",
                start_time="09:00",
                end_time="17:00",
                valid_from=date(2027, 1, 5),
            )
        ]
    return page


def full_content(model: type[ContentPage]) -> tuple[str, dict[str, Any]]:
    """Return the token of a preview of a full page, and what is stored of it with its streams read."""
    token = open_preview(page=full_page(model), user=make_staff(), in_panel=False, now=FAR_AWAY)
    content = Preview.objects.get().content
    return token, {name: read(value) for name, value in content.items()}


def read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.startswith("[{") else value


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Yield where in a stored draft something can be missing."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        if key not in SOUND and above[-1:] not in [(name,) for name in SOUND]:
            yield (*above, key)
        yield from places(part, (*above, key))


def has(part: Any, key: str | int) -> bool:
    if isinstance(part, list):
        return isinstance(key, int) and key < len(part)
    return isinstance(part, dict) and key in part


def replaced(content: Any, changes: dict[Place, Any]) -> Any:
    changed = json.loads(json.dumps(content))
    for place, leftover in changes.items():
        *way, last = place
        part = changed
        for key in way:
            part = part[key] if has(part, key) else None
        if has(part, last):
            part[last] = leftover
    return changed


def stored(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content as revisions hold it: streams as text."""
    streams = {"body", "what_to_expect", "benefits", "risks", "faqs"}
    return {name: json.dumps(value) if name in streams else value for name, value in content.items()}


def selection(of_type: GraphQLObjectType, *, levels: int) -> str:
    """Return every field of a type that can be asked for without arguments, some levels deep."""
    found = []
    for name, declared in of_type.fields.items():
        target = get_named_type(declared.type)
        if any(map(is_required_argument, declared.args.values())):
            continue
        if is_leaf_type(target):
            found.append(name)
        elif is_object_type(target) and levels:
            found.append(f"{name} {selection(target, levels=levels - 1)}")
        elif name == "body":
            found.append(BODY)
    return f"{{ __typename {' '.join(found)} }}"


def document(model: type[ContentPage]) -> str:
    of_type = schema.graphql_schema.type_map[model.__name__]
    assert isinstance(of_type, GraphQLObjectType)
    fields = selection(of_type, levels=2)
    page = f"page(previewToken: $token) {{ ... on {model.__name__} {fields} }}"
    return f"query Draft($token: String!) {{ {page} }}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_complete_draft_has_no_placeholders(model: type[ContentPage]) -> None:
    make_site()
    token, _ = full_content(model)

    answer = post(document(model), token=token).json()

    assert "errors" not in answer
    assert answer["extensions"]["preview"]["placeholders"] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_gap_breaks_the_answer(model: type[ContentPage]) -> None:
    """Whatever parts of the draft are missing or wrong, every field that is promised is there."""
    token, content = full_content(model)
    query = document(model)
    gaps = st.dictionaries(
        st.sampled_from(sorted(places(content), key=str)), st.sampled_from(LEFTOVERS), max_size=12
    )

    @settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(gaps)
    def holds(changes: dict[Place, Any]) -> None:
        Preview.objects.update(content=stored(replaced(content, changes)))
        answer = post(query, token=token).json()
        assert "errors" not in answer, (changes, answer)

    holds()


FILLED = [
    ({("title",): ""}, ["title"], {"title": "Untitled"}),
    ({("slug",): ""}, ["slug"], {"slug": "preview"}),
    ({("summary",): ""}, ["summary"], {"summary": "[Summary]"}),
    ({("risks", 0, "value", "severity"): ""}, ["risks.0.severity"], {"risks": [{"severity": "MINOR"}]}),
    (
        {("risks", 0, "value", "likelihood"): None},
        ["risks.0.likelihood"],
        {"risks": [{"likelihood": "UNKNOWN"}]},
    ),
    ({("risks", 0, "value", "title"): ""}, ["risks.0.title"], {"risks": [{"title": "[Title]"}]}),
    ({("risks", 0, "value"): {}}, ["risks.0.title", "risks.0.severity", "risks.0.likelihood"], {}),
    ({("risks", 0, "type"): "gone"}, ["risks"], {"risks": []}),
    (
        {("what_to_expect", 0, "value", "phase"): "gone"},
        ["whatToExpect.0.phase"],
        {"whatToExpect": [{"phase": "BEFORE"}]},
    ),
    (
        {("faqs", 0, "value", "answer"): ""},
        ["faqs.0.answer"],
        {"faqs": [{"answer": {"html": "<p>[Answer]</p>"}}]},
    ),
    ({("hero_image",): 999_999}, ["heroImage"], {"heroImage": None}),
    ({("category",): 999_999}, ["category"], {"category": None}),
    (
        {("duration_minutes_min",): 90},
        ["durationMinutesMax", "durationMinutesMin"],
        {"durationMinutesMin": None},
    ),
    ({("medical_reviews", 0, "reviewed_on"): "2027-02-31"}, ["medicalReviews"], {"lastReviewedOn": None}),
    ({("medical_reviews", 0, "reviewed_by"): 999_999}, ["medicalReviews.0.reviewedBy"], {"reviewedBy": None}),
    ({("booking_policies", 0, "duration_minutes"): None}, ["bookingPolicies"], {"booking": None}),
]


@pytest.mark.parametrize(("changes", "gaps", "shown"), FILLED)
def test_gap_is_filled_and_named(changes: dict[Place, Any], gaps: list[str], shown: dict[str, Any]) -> None:
    token, content = full_content(ProcedurePage)
    Preview.objects.update(content=stored(replaced(content, changes)))

    answer = post(
        "query Draft($token: String!) { procedure(previewToken: $token) { title slug summary "
        "heroImage { alt } "
        "category { name } durationMinutesMin whatToExpect { phase } risks { title severity likelihood } "
        "faqs { answer { html } } lastReviewedOn reviewedBy { name } booking { durationMinutes } } }",
        token=token,
    ).json()

    assert answer["extensions"]["preview"]["placeholders"] == gaps
    page = answer["data"]["procedure"]
    assert {name: part_of(page[name], value) for name, value in shown.items()} == shown


def part_of(found: Any, pattern: Any) -> Any:
    """Return of `found` what `pattern` speaks of."""
    if isinstance(pattern, list) and pattern:
        return [part_of(item, pattern[0]) for item in found]
    return {name: found[name] for name in pattern} if isinstance(pattern, dict) else found


def test_half_filled_rows_are_left_out_and_the_others_stay() -> None:
    token, content = full_content(ProviderPage)
    whole = content["availability_rules"][0]
    content["availability_rules"] = [
        whole | {"pk": None, "recurrence": ""},
        whole,
        whole | {"pk": None, "start_time": "18:00", "end_time": "18:00"},
        whole | {"pk": None, "location": 999_999},
    ]
    content["offerings"] *= 2
    Preview.objects.update(content=stored(content))

    answer = post(
        "query Draft($token: String!) { provider(previewToken: $token) "
        "{ availabilityRules { startTime } procedures { nodes { title } } } }",
        token=token,
    ).json()

    assert answer["data"]["provider"] == {
        "availabilityRules": [{"startTime": "09:00"}],
        "procedures": {"nodes": [{"title": "Micro needling"}]},
    }
    assert sorted(answer["extensions"]["preview"]["placeholders"]) == ["availabilityRules", "offerings"]
