"""`jsonLd` over HTTP: what it tells, what it keeps to itself, and what it costs."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, Site

from cms.core.models import ClinicSettings
from cms.graphql.documents import Documents
from cms.graphql.limits import Limits
from cms.graphql.sites import served
from cms.previews.operations import open_preview
from cms.schema import schema
from cms.structured_data.queries import clinic_json_ld
from providers.models import MedicalReview
from services.models import ProcedurePage
from tests.api import ask
from tests.cms.structured_data.vocabulary import nodes, problems
from tests.factories import make_location, make_procedure, make_provider, make_rule, make_site, make_staff
from tests.hiding import WAYS_TO_HIDE, restrict_parent
from tests.translating import translate

pytestmark = pytest.mark.django_db

NOW = "2027-03-09T08:00:00Z"
PROCEDURE = '{ procedure(slug: "micro-needling") { jsonLd } }'


def text(html: str) -> str:
    return f"<p>{html}</p>"


def article(**fields: Any) -> dict[str, Any]:
    return {
        "summary": "Small needles & patience.",
        "also_known_as": ["Collagen induction"],
        "how_it_works": text("Needles make tiny channels."),
        "aftercare": text("Keep out of the sun."),
        "what_to_expect": [
            ("step", {"phase": "before", "title": "Arrive", "description": text("Without make-up.")}),
            ("step", {"phase": "after", "title": "At home", "description": text("Cool the skin.")}),
        ],
        "benefits": [("benefit", {"title": "Smoother skin", "description": text("After weeks.")})],
        "risks": [
            risk("Redness", "minor"),
            risk("Infection", "serious"),
            risk("Swelling", "moderate"),
        ],
        "faqs": [("faq", {"question": "Does it hurt?", "answer": text("A little.")})],
        **fields,
    }


def risk(title: str, severity: str) -> tuple[str, dict[str, str]]:
    told = {"title": title, "description": text(f"{title} may follow."), "severity": severity}
    return "risk", {**told, "likelihood": "rare"}


def make_world(**fields: Any) -> ProcedurePage:
    """The clinic of the factories with a whole article, reviewed by Dr. Sarah White."""
    site = make_site()
    ClinicSettings.objects.filter(site=site).update(phone="+1 303 555 0100", languages=["en"])
    procedure = make_procedure(**article(**fields))
    provider = make_provider(
        offers=[procedure],
        specialties=["Dermatology", "Kindness"],
        credentials=["MD"],
        languages=["en", "es"],
    )
    place = make_location(
        street="1 Main St", city="Denver", region="CO", postal_code="80202", latitude=39.7, longitude=-105
    )
    make_rule(provider=provider, location=place)
    page = ProcedurePage.objects.get(pk=procedure.pk)
    page.medical_reviews.add(MedicalReview(reviewed_on=date(2027, 1, 4), reviewed_by=provider))
    page.save_revision().publish()
    return ProcedurePage.objects.get(pk=procedure.pk)


def graph(query: str = PROCEDURE, *path: str) -> list[dict[str, Any]]:
    """Return the nodes of a document that keeps to the vocabulary."""
    data = ask(query)
    for name in path or (next(iter(data)),):
        data = data[name]
    document = json.loads(data["jsonLd"])
    assert problems(document) == []
    return document["@graph"]


def of_type(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [node for node in found if kind in node["@type"]]


def test_a_procedure_tells_its_article() -> None:
    make_world()
    url = "http://localhost/procedures/micro-needling/"

    with time_machine.travel(NOW, tick=False):
        found = graph()

    [therapy] = of_type(found, "MedicalTherapy")
    assert therapy == {
        "@type": "MedicalTherapy",
        "@id": f"{url}#procedure",
        "name": "Micro needling",
        "url": url,
        "alternateName": ["Collagen induction"],
        "description": "Small needles & patience.\nSmoother skin: After weeks.",
        "howPerformed": "Needles make tiny channels.",
        "preparation": "Arrive: Without make-up.",
        "followup": "At home: Cool the skin.\nKeep out of the sun.",
        "adverseOutcome": [
            {"@type": "MedicalEntity", "name": "Redness", "description": "Redness may follow."},
            {"@type": "MedicalEntity", "name": "Swelling", "description": "Swelling may follow."},
        ],
        "seriousAdverseOutcome": [
            {"@type": "MedicalEntity", "name": "Infection", "description": "Infection may follow."}
        ],
        "potentialAction": {
            "@type": "ReserveAction",
            "target": {"@type": "EntryPoint", "urlTemplate": url},
        },
    }
    [page] = of_type(found, "MedicalWebPage")
    assert page["about"] == page["mainEntity"] == {"@id": therapy["@id"]}
    assert page["lastReviewed"] == "2027-01-04"
    assert page["reviewedBy"] == {"@id": "http://localhost/providers/sarah-white/#provider"}
    assert page["inLanguage"] == "en"
    [faq] = of_type(found, "FAQPage")
    assert faq["mainEntity"] == [
        {
            "@type": "Question",
            "name": "Does it hurt?",
            "acceptedAnswer": {"@type": "Answer", "text": "A little."},
        }
    ]
    [trail] = of_type(found, "BreadcrumbList")
    assert [(item["position"], item["name"]) for item in trail["itemListElement"]] == [
        (1, "Mile High Chiropractic"),
        (2, "Procedures"),
        (3, "Micro needling"),
    ]


def test_a_doctor_is_a_physician_with_the_specialty_that_exists() -> None:
    make_world()

    [doctor] = of_type(graph(), "IndividualPhysician")

    assert doctor["name"] == "Dr. Sarah White"
    assert doctor["honorificPrefix"] == "Dr."
    assert doctor["medicalSpecialty"] == ["https://schema.org/Dermatology"]
    assert doctor["knowsAbout"] == ["Dermatology", "Kindness"]
    assert doctor["knowsLanguage"] == ["en", "es"]
    assert doctor["availableService"] == [{"@id": "http://localhost/procedures/micro-needling/#procedure"}]
    assert doctor["practicesAt"] == [{"@id": "http://localhost/#location-denver"}]


def test_who_is_no_doctor_is_told_as_a_person() -> None:
    procedure = make_procedure()
    make_provider(name="Ann Hand", honorific="", offers=[procedure])

    [person] = of_type(graph(), "Person")

    assert person["@type"] == "Person"
    assert "availableService" not in person


def test_a_place_tells_address_and_opening_hours() -> None:
    make_world()

    with time_machine.travel(NOW, tick=False):
        [place] = of_type(graph("{ clinic { jsonLd } }"), "MedicalClinic")

    assert place == {
        "@type": "MedicalClinic",
        "@id": "http://localhost/#location-denver",
        "name": "Mile High Chiropractic, Denver",
        "url": "http://localhost/",
        "parentOrganization": {"@id": "http://localhost/#clinic"},
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "1 Main St",
            "addressLocality": "Denver",
            "addressRegion": "CO",
            "postalCode": "80202",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 39.7, "longitude": -105.0},
        "telephone": "+1 303 555 0100",
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": ["https://schema.org/Tuesday"],
                "opens": "09:00",
                "closes": "17:00",
            }
        ],
    }


def test_days_that_do_not_come_every_week_are_no_opening_hours() -> None:
    provider = make_provider()
    make_rule(provider=provider, location=make_location(), recurrence="RRULE:FREQ=MONTHLY;BYDAY=1MO")

    [place] = of_type(graph("{ clinic { jsonLd } }"), "MedicalClinic")

    assert "openingHoursSpecification" not in place


def test_a_provider_tells_the_profile_and_what_is_offered() -> None:
    make_world()

    found = graph('{ provider(slug: "sarah-white") { jsonLd } }')

    [page] = of_type(found, "ProfilePage")
    [doctor] = of_type(found, "IndividualPhysician")
    [therapy] = of_type(found, "MedicalTherapy")
    assert page["mainEntity"] == {"@id": doctor["@id"]}
    assert doctor["availableService"] == [{"@id": therapy["@id"]}]
    assert doctor["potentialAction"]["target"]["urlTemplate"] == "http://localhost/providers/sarah-white/"


def test_what_is_not_there_is_left_out() -> None:
    make_procedure(bookable=False)

    found = graph()

    assert of_type(found, "FAQPage") == []
    [therapy] = of_type(found, "MedicalTherapy")
    assert set(therapy) == {"@type", "@id", "name", "url", "description"}
    [page] = of_type(found, "MedicalWebPage")
    assert not {"lastReviewed", "reviewedBy"} & set(page)


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("", "http://localhost/procedures/micro-needling/"),
        ("https://book.example/?p={procedure}&l={location}", "https://book.example/?p=micro-needling"),
        ("https://book.example/?l={location}", "https://book.example/"),
        ("/book/{procedure}/", "http://localhost/book/micro-needling/"),
    ],
)
def test_the_booking_address_can_be_set(setting: str, address: str) -> None:
    make_procedure()

    with override_settings(BOOKING_URL=setting):
        [therapy] = of_type(graph(), "MedicalTherapy")

    assert therapy["potentialAction"]["target"]["urlTemplate"] == address


def test_nothing_in_a_text_ends_the_script_element() -> None:
    nasty = "</script><!-- & \u2028 \u2029"
    make_world(summary=nasty, risks=[risk(nasty, "serious")])

    raw = ask(PROCEDURE)["procedure"]["jsonLd"]

    assert not set("<>&\u2028\u2029") & set(raw)
    [therapy] = of_type(json.loads(raw)["@graph"], "MedicalTherapy")
    assert therapy["description"].startswith(nasty)
    assert therapy["seriousAdverseOutcome"][0]["name"] == nasty


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_a_hidden_provider_is_not_told(hide: Callable[[Page], None]) -> None:
    procedure = make_procedure()
    other = make_provider(name="Ann Hand", honorific="", offers=[procedure])
    hidden = make_provider(offers=[procedure])
    make_rule(provider=hidden, location=make_location())
    page = ProcedurePage.objects.get(pk=procedure.pk)
    page.medical_reviews.add(MedicalReview(reviewed_on=date(2027, 1, 4), reviewed_by=hidden))
    page.save_revision().publish()
    assert "Sarah White" in ask(PROCEDURE)["procedure"]["jsonLd"]

    hide(hidden)

    raw = ask(PROCEDURE)["procedure"]["jsonLd"]
    assert "Sarah White" not in raw
    assert "OpeningHours" not in raw
    assert (other.name in raw) is (hide is not restrict_parent)


@pytest.mark.parametrize("hide", WAYS_TO_HIDE.values(), ids=WAYS_TO_HIDE)
def test_a_hidden_procedure_is_not_told(hide: Callable[[Page], None]) -> None:
    procedure = make_procedure()
    make_provider(offers=[procedure])
    query = '{ provider(slug: "sarah-white") { jsonLd } }'
    assert "Micro needling" in ask(query)["provider"]["jsonLd"]

    hide(procedure)

    assert "Micro needling" not in ask(query)["provider"]["jsonLd"]


def test_a_translation_speaks_its_language() -> None:
    procedure = make_world()
    provider = procedure.offerings.get().page
    translate(procedure, title="Microagujas", summary="Agujas pequeñas.")
    translate(provider, name="Sara Blanca")

    found = graph('{ procedure(slug: "micro-needling", locale: "es") { jsonLd } }')

    [page] = of_type(found, "MedicalWebPage")
    [therapy] = of_type(found, "MedicalTherapy")
    assert page["inLanguage"] == "es"
    assert page["lastReviewed"] == "2027-01-04"
    assert therapy["name"] == "Microagujas"
    assert therapy["url"] == "http://localhost/es/procedures/micro-needling/"
    assert [each["name"] for each in of_type(found, "IndividualPhysician")] == ["Dr. Sara Blanca"]


LIST = "{ procedures { nodes { title jsonLd } } }"
PROVIDERS = "{ providers { nodes { name jsonLd } } }"


@pytest.mark.parametrize(("query", "statements"), [(LIST, 11), (PROVIDERS, 9)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_number_of_statements(
    count: int, query: str, statements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_site()
    place = make_location()
    for number in range(count):
        procedure = make_procedure(title=f"Procedure {number}", slug=f"p{number}", **article())
        provider = make_provider(name=f"Provider {number}", slug=f"d{number}", offers=[procedure])
        make_rule(provider=provider, location=place)
        page = ProcedurePage.objects.get(pk=procedure.pk)
        page.medical_reviews.add(MedicalReview(reviewed_on=date(2027, 1, 4), reviewed_by=provider))
        page.save_revision().publish()
    ask(query)

    with django_assert_num_queries(statements):
        data = ask(query)

    [found] = data.values()
    assert len(found["nodes"]) == count
    for node in found["nodes"]:
        assert problems(json.loads(node["jsonLd"])) == []
        assert list(nodes(json.loads(node["jsonLd"])))


def test_all_documents_of_a_request_share_the_clinic(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_world()
    alone = "{ procedures { nodes { jsonLd } } }"
    together = "{ procedures { nodes { jsonLd } } clinic { jsonLd } }"

    with django_assert_num_queries(11):
        ask(alone)
    # One more, for the field `clinic` itself.
    with django_assert_num_queries(12):
        ask(together)


def test_a_document_costs_more_than_a_plain_text() -> None:
    documents = Documents(schema.graphql_schema, limits=Limits.from_settings())
    assert documents.get("{ procedures(first: 3) { nodes { title } } }").shape.cost({}) == 3
    assert documents.get("{ procedures(first: 3) { nodes { jsonLd } } }").shape.cost({}) == 63
    assert documents.get("{ clinic { jsonLd } }").shape.cost({}) == 21


def test_an_answer_is_kept_until_the_hours_change() -> None:
    make_world()
    provider = make_provider(name="Ann Hand", slug="ann")
    make_rule(
        provider=provider,
        location=make_location(name="Berlin", time_zone="Europe/Berlin"),
        valid_until=date(2027, 3, 9),
    )
    found = clinic_json_ld(
        site=served(Site.objects.get()), now=datetime(2027, 3, 9, 8, tzinfo=UTC), frontend_url=""
    )

    # Midnight in Berlin.
    assert found.fresh_until == datetime(2027, 3, 9, 23, tzinfo=UTC)


def test_a_draft_tells_itself_to_whoever_may_see_it() -> None:
    page = make_world()
    page.title = "Drafted needling"
    now = datetime.fromisoformat(NOW)
    token = open_preview(page=page, user=make_staff(), in_panel=False, now=now)

    with time_machine.travel(now, tick=False):
        draft = ask(
            "query Draft($token: String!) { procedure(previewToken: $token) { jsonLd } }", token=token
        )

    assert "Drafted needling" in draft["procedure"]["jsonLd"]
    assert "Drafted needling" not in ask(PROCEDURE)["procedure"]["jsonLd"]


def test_a_kept_answer_ends_with_the_hours_that_it_tells() -> None:
    make_rule(
        provider=make_provider(),
        location=make_location(time_zone="Europe/Berlin"),
        valid_until=date(2027, 3, 9),
    )
    query = "{ clinic { jsonLd } }"

    with time_machine.travel("2027-03-09T22:59:50Z", tick=False):
        assert "2027-03-09" in ask(query)["clinic"]["jsonLd"]
    with time_machine.travel("2027-03-09T23:00:00Z", tick=False):
        assert "OpeningHours" not in ask(query)["clinic"]["jsonLd"]
