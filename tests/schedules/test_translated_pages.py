"""Booking across translations: the data hangs on the source, and every page of the family shows it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.models import APIToken, Page

from cms.core.models import ContentPage
from cms.graphql.ids import encode_id
from providers.models import MedicalReview, Offering, ProviderPage
from schedules.fields import procedure_choices
from schedules.forms import ProviderExceptionForm
from schedules.models import AvailabilityRule, BookingPolicy, Claim
from schedules.views.times import ChosenTimeForm, NewTimesForm
from services.models import ProcedurePage
from tests import factories
from tests.api import ask, post
from tests.schedules.worlds import NOW, BookingWorld, make_world
from tests.translating import make_locale, make_second_site, translate

pytestmark = pytest.mark.django_db

ROWS = (AvailabilityRule, BookingPolicy, MedicalReview, Offering)
SLOTS = "localStart token providers { title locale }"
AVAILABILITY = f"""query ($input: AvailabilityInput!) {{ availability(input: $input) {{
  revision nextStart days {{ starts slots {{ {SLOTS} }} }} }} }}"""
ARTICLE = f"""query ($id: ID, $procedure: ID!) {{ procedure(id: $id) {{
  booking {{ durationMinutes }} offeredOn {{ summary provider {{ title }} location {{ name }} }}
  providers {{ nodes {{ title availabilityRules {{ summary }} locations {{ name }}
    nextAvailable(procedure: $procedure) {{ {SLOTS} }} }} }}
  nextAvailable {{ {SLOTS} }} }} }}"""
BOOK = """mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) {
  ... on Appointment { procedure { title } provider { title } }
  ... on BookingRefused { code alternatives { providers { title } } } } }"""


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world() -> BookingWorld:
    world = make_world()
    MedicalReview.objects.create(page=world.procedure, reviewed_on="2027-01-01", reviewed_by=world.provider)
    return world


@pytest.fixture
def procedure_es(world: BookingWorld) -> ProcedurePage:
    return translate(world.procedure, title="Microagujas")


@pytest.fixture
def provider_es(world: BookingWorld) -> ProviderPage:
    return translate(world.provider, honorific="Dra.")


def page_id(page: Page) -> str:
    return encode_id("Page", page.pk)


def availability(procedure: Page, provider: Page | None = None) -> Any:
    asked = {"procedure": page_id(procedure), "from": "2027-03-09", "to": "2027-03-09"}
    if provider:
        asked["provider"] = page_id(provider)
    return ask(AVAILABILITY, input=asked)["availability"]


def without_providers(answer: Any) -> Any:
    slots = answer["days"][0]["slots"]
    return answer | {"days": [{name: slot[name] for name in ("localStart", "token")} for slot in slots]}


def book(token: str, *, key: str = "key-1", **more: Any) -> Any:
    patient = {"name": "Pat Example", "email": "pat@example.com"}
    asked = {"slotToken": token, "patient": patient, "idempotencyKey": key, **more}
    return ask(BOOK, input=asked)["bookAppointment"]


def rows() -> dict[str, list[int]]:
    return {model.__name__: list(model.objects.values_list("page_id", flat=True)) for model in ROWS}


def rows_in_revision(page: ContentPage) -> list[Any]:
    draft = page.get_latest_revision_as_object()
    return [row for relation in page.rows_of_source() for row in getattr(draft, relation).all()]


# Copies -------------------------------------------------------------------------------------------


def test_translating_copies_no_rows(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    procedure, provider = world.procedure.pk, world.provider.pk

    assert rows() == {
        "AvailabilityRule": [provider],
        "BookingPolicy": [procedure],
        "MedicalReview": [procedure],
        "Offering": [provider],
    }
    assert rows_in_revision(procedure_es) + rows_in_revision(provider_es) == []


def test_plain_copy_keeps_the_rows(world: BookingWorld) -> None:
    copied = world.provider.copy(update_attrs={"slug": "copy"})

    assert copied.availability_rules.count() == copied.offerings.count() == 1


def test_alias_has_no_rows_even_when_its_page_is_published_again(world: BookingWorld) -> None:
    before = rows()
    aliases = [page.create_alias(update_slug="alias") for page in (world.provider, world.procedure)]

    for page in (world.provider, world.procedure):
        page.save_revision().publish()

    assert rows() == before
    assert availability(world.procedure)["days"][0]["slots"][0]["providers"] == [
        {"title": "Dr. Sarah White", "locale": "en"}
    ]
    for alias in aliases:
        assert ask("query($id: ID) { page(id: $id) { title } }", id=page_id(alias))["page"]


ALIAS = """query ($id: ID) { procedure(id: $id) { title booking { durationMinutes } offeredOn { summary }
  providers { nodes { title } } nextAvailable { localStart } lastReviewedOn } }"""


def test_alias_of_a_procedure_is_an_article_that_cannot_be_booked(world: BookingWorld) -> None:
    alias = world.procedure.create_alias(update_slug="alias")

    assert ask(ALIAS, id=page_id(alias))["procedure"] == {
        "title": "Micro needling",
        "booking": None,
        "offeredOn": [],
        "providers": {"nodes": []},
        "nextAvailable": None,
        "lastReviewedOn": None,
    }


def test_rows_that_hang_on_a_translation_all_the_same_count_for_nothing(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    before = availability(world.procedure)
    article = ask(ARTICLE, id=page_id(world.procedure), procedure=page_id(world.procedure))
    BookingPolicy.objects.create(page=procedure_es, duration_minutes=10)
    Offering.objects.create(page=provider_es, procedure=world.procedure)
    Offering.objects.create(page=provider_es, procedure=procedure_es)
    AvailabilityRule.objects.create(
        page=provider_es,
        location=world.location,
        recurrence="RRULE:FREQ=DAILY",
        start_time="00:00",
        end_time="24:00",
        valid_from="2027-01-01",
    )

    assert availability(world.procedure) == before
    assert ask(ARTICLE, id=page_id(world.procedure), procedure=page_id(world.procedure)) == article


# Reading ------------------------------------------------------------------------------------------


def test_translations_have_the_slots_of_their_source(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    english = availability(world.procedure, world.provider)
    spanish = availability(procedure_es, provider_es)

    assert len(english["days"][0]["starts"]) == 30
    assert without_providers(spanish) == without_providers(english)
    assert english["days"][0]["slots"][0]["providers"] == [{"title": "Dr. Sarah White", "locale": "en"}]
    assert spanish["days"][0]["slots"][0]["providers"] == [{"title": "Dra. Sarah White", "locale": "es"}]
    assert availability(world.procedure, provider_es) == english
    assert availability(procedure_es, world.provider) == spanish


def test_article_of_a_translation_shows_the_booking_of_its_source(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    def article(page: Page) -> Any:
        return ask(ARTICLE, id=page_id(page), procedure=page_id(page))["procedure"]

    english, spanish = article(world.procedure), article(procedure_es)

    assert english["booking"] == {"durationMinutes": 45}
    assert english["offeredOn"][0]["summary"] == "Dr. Sarah White on Tuesdays"
    expected = repr(english)
    for words in (
        ("Dr. Sarah White on Tuesdays", "Dra. Sarah White: martes"),
        ("Every Tuesday, 09:00 to 17:00, Denver", "Todos los martes, de 09:00 a 17:00, Denver"),
        ("Dr. Sarah", "Dra. Sarah"),
        ("'locale': 'en'", "'locale': 'es'"),
    ):
        assert words[0] in expected
        expected = expected.replace(*words)
    assert repr(spanish) == expected


def test_words_are_those_of_each_page_where_both_languages_are_asked_for(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    found = ask(
        """query ($en: ID!, $es: ID!) { en: provider(id: $en) { availabilityRules { summary } }
        es: provider(id: $es) { availabilityRules { summary } } }""",
        en=page_id(world.provider),
        es=page_id(provider_es),
    )

    rules = {locale: page["availabilityRules"][0]["summary"] for locale, page in found.items()}
    assert rules == {
        "en": "Every Tuesday, 09:00 to 17:00, Denver",
        "es": "Todos los martes, de 09:00 a 17:00, Denver",
    }


def test_untranslated_provider_is_shown_as_they_are(world: BookingWorld, procedure_es: ProcedurePage) -> None:
    slots = availability(procedure_es)["days"][0]["slots"]

    assert slots[0]["providers"] == [{"title": "Dr. Sarah White", "locale": "en"}]


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_spanish_articles(
    world: BookingWorld,
    procedure_es: ProcedurePage,
    provider_es: ProviderPage,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(1, count):
        translate(factories.make_procedure(title=f"Procedure {number}"))

    # Site, procedures, policies, providers, those of the days, hours, locations, reviews, reviewers.
    with django_assert_num_queries(9):
        found = ask(
            """{ procedures(locale: "es") { nodes { booking { durationMinutes } providers { nodes { title } }
            offeredOn { summary location { name } } reviewedBy { title } } } }"""
        )

    assert len(found["procedures"]["nodes"]) == count


@pytest.mark.parametrize("locale", ["en", "es"])
def test_location_filters_find_pages_of_each_locale(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage, locale: str
) -> None:
    found = ask(
        """query ($at: ID, $locale: String) { procedures(location: $at, locale: $locale) { nodes { locale } }
        providers(location: $at, locale: $locale) { nodes { locale } } }""",
        at=encode_id("Location", world.location.pk),
        locale=locale,
    )

    assert found == {name: {"nodes": [{"locale": locale}]} for name in ("procedures", "providers")}


def test_hidden_source_is_not_bookable_in_any_locale(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    world.procedure.unpublish()

    article = ask(ALIAS, id=page_id(procedure_es))["procedure"]

    assert article["title"] == "Microagujas"
    assert (article["booking"], article["offeredOn"], article["nextAvailable"]) == (None, [], None)


# Booking ------------------------------------------------------------------------------------------


def test_visit_found_in_spanish_is_booked_once_for_all_locales(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    slot = availability(procedure_es, provider_es)["days"][0]["slots"][0]
    same_time = availability(world.procedure, world.provider)["days"][0]["slots"][0]

    booked = book(slot["token"], provider=page_id(provider_es), language="es-MX")
    again = book(same_time["token"], key="key-2", provider=page_id(world.provider))
    in_spanish = book(slot["token"], key="key-3", provider=page_id(provider_es), language="es")

    assert booked == {"procedure": {"title": "Microagujas"}, "provider": {"title": "Dra. Sarah White"}}
    assert (again["code"], in_spanish["code"]) == ("SLOT_TAKEN", "SLOT_TAKEN")
    assert again["alternatives"][0]["providers"] == [{"title": "Dr. Sarah White"}]
    assert in_spanish["alternatives"][0]["providers"] == [{"title": "Dra. Sarah White"}]
    assert list(Claim.objects.values_list("resource__provider", flat=True)) == [world.provider.pk]


SLOT_ASKED = {"slotToken": "S", "idempotencyKey": "key-2", "provider": "V"}
PATIENT = {"name": "Pat Example", "email": "pat@example.com"}
NAMES = "providers { title }"
# What takes ids beside bookAppointment, asked with those of translations.
BY_TRANSLATION: dict[str, tuple[str, Any, Any]] = {
    "holdSlot": (
        f"mutation ($input: HoldSlotInput!) {{ found: holdSlot(input: $input) {{"
        f" ... on Hold {{ slot {{ localStart {NAMES} }} }} }} }}",
        SLOT_ASKED,
        {"slot": {"localStart": "2027-03-09T09:00", "providers": [{"title": "Dr. Sarah White"}]}},
    ),
    "bookSeries": (
        "mutation ($input: BookSeriesInput!) { found: bookSeries(input: $input) {"
        " ... on AppointmentSeries { appointments { procedure { title } provider { title } } } } }",
        SLOT_ASKED | {"visits": 2, "patient": PATIENT, "language": "es"},
        {
            "appointments": 2
            * [{"procedure": {"title": "Microagujas"}, "provider": {"title": "Dra. Sarah White"}}]
        },
    ),
    "a series that is refused": (
        "mutation ($input: BookSeriesInput!) { found: bookSeries(input: $input) {"
        f" ... on SeriesRefused {{ dates {{ code alternatives {{ {NAMES} }} }} }} }} }}",
        SLOT_ASKED
        | {"slotToken": "TAKEN", "visits": 2, "patient": PATIENT, "language": "es", "everyWeeks": 12},
        {
            "dates": [
                {"code": "SLOT_TAKEN", "alternatives": 3 * [{"providers": [{"title": "Dra. Sarah White"}]}]},
                {"code": None, "alternatives": []},
            ]
        },
    ),
    "joinWaitlist": (
        "mutation ($input: JoinWaitlistInput!) { found: joinWaitlist(input: $input) {"
        " ... on WaitlistEntry { position } } }",
        {
            "procedure": "P",
            "provider": "V",
            "from": "2027-03-09",
            "to": "2027-03-09",
            "patient": PATIENT,
            "idempotencyKey": "key-2",
        },
        {"position": 1},
    ),
}


@pytest.mark.parametrize(("query", "asked", "answer"), BY_TRANSLATION.values(), ids=BY_TRANSLATION)
def test_ids_of_translations_name_their_sources(
    world: BookingWorld,
    procedure_es: ProcedurePage,
    provider_es: ProviderPage,
    query: str,
    asked: dict[str, Any],
    answer: Any,
) -> None:
    first, *_, later = availability(world.procedure)["days"][0]["slots"]
    book(later["token"])
    names = {"S": first["token"], "TAKEN": later["token"], "P": page_id(procedure_es)}
    names["V"] = page_id(provider_es)

    found = ask(query, input={name: names.get(str(value), value) for name, value in asked.items()})["found"]

    assert found == answer


def test_time_of_a_translation_is_explained_in_its_language(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    _, token = APIToken.create_token(user=factories.make_staff(), name="front desk")
    query = """query ($procedure: ID!, $provider: ID) { explainSlot(
      procedure: $procedure, provider: $provider, startsAt: "2027-03-09T17:00:00Z") {
      isFree reasons { provider { title } } } }"""
    asked = {"procedure": page_id(procedure_es), "provider": page_id(provider_es)}

    assert post(query, bearer=token, **asked).json()["data"]["explainSlot"] == {
        "isFree": True,
        "reasons": [{"provider": {"title": "Dra. Sarah White"}}],
    }


# The admin ----------------------------------------------------------------------------------------


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(factories.make_staff())
    return client


def test_editors_translate_a_procedure_in_the_admin(world: BookingWorld, editor: Client) -> None:
    # Its parents first.
    translate(world.procedure.get_parent().specific)
    submit = reverse("simple_translation:submit_page_translation", args=[world.procedure.pk])

    shown = editor.get(submit)
    answer = editor.post(submit, {"locales": [make_locale("es").pk]})
    made = ProcedurePage.objects.get(locale=make_locale("es"))

    assert shown.status_code == 200
    assert answer.headers["location"] == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert rows()["BookingPolicy"] == [world.procedure.pk]


@pytest.mark.parametrize(("kind", "hints"), [("procedure", 2), ("provider", 2)])
def test_editor_of_a_translation_says_where_the_rows_are(
    world: BookingWorld,
    procedure_es: ProcedurePage,
    provider_es: ProviderPage,
    editor: Client,
    kind: str,
    hints: int,
) -> None:
    source, page = {
        "procedure": (world.procedure, procedure_es),
        "provider": (world.provider, provider_es),
    }[kind]
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])

    shown = editor.get(edit)
    of_source = editor.get(reverse("wagtailadmin_pages:edit", args=[source.pk]))

    hint = "This page is a translation."
    assert shown.content.decode().count(hint) == hints
    assert reverse("wagtailadmin_pages:edit", args=[source.pk]) in shown.content.decode()
    assert hint not in of_source.content.decode()
    assert "schedules-hours-impact" not in shown.content.decode()
    assert {"availability_rules", "booking_policies", "offerings", "medical_reviews"} & set(
        shown.context["form"].formsets
    ) == set()
    assert len(of_source.context["form"].formsets) == len(shown.context["form"].formsets) + hints


def test_saving_a_translation_in_the_editor_changes_its_texts_alone(
    world: BookingWorld, provider_es: ProviderPage, editor: Client
) -> None:
    before = rows()
    values = {
        "name": "Sarah Blanco",
        "honorific": "Dra.",
        "slug": "sarah-white",
        "biography": "null",
        "credentials": "",
        "specialties": "",
        "languages": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }

    answer = editor.post(reverse("wagtailadmin_pages:edit", args=[provider_es.pk]), values)

    assert answer.status_code == 302
    assert ProviderPage.objects.get(pk=provider_es.pk).title == "Dra. Sarah Blanco"
    assert rows() == before


def test_rows_name_sources_only(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage
) -> None:
    message = "This is a translation. Choose “%s” (English)."

    with pytest.raises(ValidationError) as refused:
        Offering(procedure=procedure_es).clean()
    assert refused.value.message_dict == {"procedure": [message % "Micro needling"]}
    with pytest.raises(ValidationError) as refused:
        MedicalReview(reviewed_by=provider_es).clean()
    assert refused.value.message_dict == {"reviewed_by": [message % "Dr. Sarah White"]}
    Offering(procedure=world.procedure).clean()
    MedicalReview().clean()


def test_choices_of_staff_show_each_page_once(
    world: BookingWorld, procedure_es: ProcedurePage, provider_es: ProviderPage, editor: Client
) -> None:
    exceptions = editor.get(reverse("wagtailsnippets_schedules_providerexception:add"))
    visits = editor.get(reverse("appointments:index"))

    assert procedure_choices() == [(world.procedure.pk, "Micro needling")]
    assert isinstance(exceptions.context["form"], ProviderExceptionForm)
    assert list(exceptions.context["form"].fields["provider"].queryset) == [world.provider]
    assert "Dra. Sarah White" not in visits.content.decode()
    times: Any = NewTimesForm().fields
    other: Any = ChosenTimeForm(may_override=True).fields
    procedures, *providers = [times["procedure"], times["provider"], other["override_provider"]]
    assert list(procedures.queryset) == [world.procedure]
    assert [list(field.queryset) for field in providers] == [[world.provider], [world.provider]]
    assert "Dra. Sarah White" not in editor.get(reverse("appointments:block")).content.decode()


def test_page_written_in_spanish_first_stays_the_source(world: BookingWorld) -> None:
    translate(world.procedure.get_parent().specific)
    index = world.procedure.get_parent().get_translation(make_locale("es"))
    page = ProcedurePage(title="Masaje", slug="masaje", summary="Manos.", locale=make_locale("es"))
    page.booking_policies = [BookingPolicy(duration_minutes=30)]
    index.add_child(instance=page)
    english = translate(page, code="en", title="Massage", slug="massage")

    found = ask(ALIAS, id=page_id(english))["procedure"]

    assert (found["title"], found["booking"]) == ("Massage", {"durationMinutes": 30})


def test_live_address_of_a_translation_names_its_locale(
    world: BookingWorld, procedure_es: ProcedurePage, settings: Any
) -> None:
    make_second_site()
    settings.FRONTEND_BASE_URL = "https://clinic.example"

    assert world.procedure.full_url == "http://localhost/procedures/micro-needling/"
    assert procedure_es.full_url == "http://localhost/es/procedures/micro-needling/"
    answer = Client().get("/es/procedures/micro-needling/", headers={"host": "localhost"})
    assert answer.headers["location"] == "https://clinic.example/es/procedures/micro-needling/"
