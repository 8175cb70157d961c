from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from recurrence import serialize
from wagtail.models import Page, Revision, Site

from cms.clinic_file.entries import whole_file
from cms.clinic_file.format import VISIT_STATES
from cms.clinic_file.session import Loading
from cms.core.models import ClinicSettings, HomePage
from cms.partners.models import Partner
from providers.models import MedicalReview, Offering, ProviderIndexPage, ProviderPage
from schedules.models import (
    Appointment,
    AppointmentEvent,
    AvailabilityRule,
    BookingPolicy,
    Claim,
    Closure,
    Location,
    PatientDetails,
    ProviderException,
    Room,
)
from services.models import ProcedureCategory, ProcedureIndexPage, ProcedurePage
from tests.cms.clinic_file.worlds import NOW, Tree, ignore, load, refusals, small_clinic, visit
from tests.factories import make_appointment

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of our apps and of Wagtail's pages, with their ids."""
    labels = ("core", "partners", "services", "providers", "schedules", "wagtailcore", "wagtailredirects")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def procedure(slug: str = "needling") -> ProcedurePage:
    return ProcedurePage.objects.get(slug=slug)


def provider(slug: str = "sarah") -> ProviderPage:
    return ProviderPage.objects.get(slug=slug)


# A first load ---------------------------------------------------------------------------------------


def test_a_first_load_says_what_it_made() -> None:
    assert load(small_clinic()) == [
        "created clinic Test Clinic",
        "created category skin",
        "created location denver",
        "created room denver/one",
        "updated closures of denver",
        "created location phoenix",
        "created procedure needling",
        "created procedure rest",
        "created procedure talk",
        "created provider sarah",
        "updated exceptions of sarah",
        "created provider tom",
        "created appointment OLD-1",
    ]


def test_a_first_load_makes_the_front_pages_in_place_of_the_welcome_page() -> None:
    welcome = Site.objects.get(is_default_site=True).root_page

    load(small_clinic())

    home = Site.objects.get(is_default_site=True).root_page.specific
    assert isinstance(home, HomePage)
    assert (home.title, home.live) == ("Test Clinic", True)
    assert not Page.objects.filter(pk=welcome.pk).exists()
    assert [type(page.specific) for page in home.get_children()] == [ProcedureIndexPage, ProviderIndexPage]
    assert procedure().get_parent().slug == "procedures"
    assert provider().get_parent().slug == "providers"


def test_procedures_are_published_with_all_that_the_file_says() -> None:
    load(small_clinic())

    page = procedure()
    assert (page.title, page.summary, page.live, page.has_unpublished_changes) == (
        "Needling",
        "Fine needles.",
        True,
        False,
    )
    assert page.category == ProcedureCategory.objects.get(slug="skin")
    assert [dict(block.value, description=block.value["description"].source) for block in page.benefits] == [
        {"title": "Texture", "description": "<p>Smoother.</p>", "icon": None},
        {"title": "Tone", "description": "<p>More even.</p>", "icon": None},
    ]
    assert [dict(block.value, description=block.value["description"].source) for block in page.risks] == [
        {
            "title": "Redness",
            "description": "<p>For a day.</p>",
            "severity": "minor",
            "likelihood": "unknown",
        }
    ]
    assert list(MedicalReview.objects.values_list("page__slug", "reviewed_on", "reviewed_by__slug")) == [
        ("needling", date(2026, 9, 15), "sarah")
    ]


def test_booking_policies_take_the_defaults_of_the_format() -> None:
    load(small_clinic())

    assert BookingPolicy.objects.filter(page=procedure()).values().get() == {
        "id": BookingPolicy.objects.get(page=procedure()).pk,
        "page_id": procedure().pk,
        "duration_minutes": 45,
        "durations": [30],
        "slot_step_minutes": 15,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "min_notice_minutes": 0,
        "horizon_days": 365,
        "cancel_cutoff_minutes": 0,
        "reschedule_cutoff_minutes": 0,
        "max_per_provider_per_day": None,
        "max_per_provider_per_week": None,
        "room_kind": "",
        "requires_confirmation": False,
    }
    assert not BookingPolicy.objects.filter(page=procedure("talk")).exists()


def test_providers_are_published_with_offers_hours_and_exceptions() -> None:
    load(small_clinic())

    page = provider()
    assert (page.title, page.name, page.languages, page.accepting_new_patients, page.live) == (
        "Dr. Sarah White",
        "Sarah White",
        ["en"],
        True,
        True,
    )
    assert list(page.offerings.values_list("procedure__slug", "duration_minutes")) == [
        ("needling", None),
        ("rest", 20),
    ]
    rule = AvailabilityRule.objects.get(page=page)
    assert (rule.location.slug, serialize(rule.recurrence), rule.valid_from, rule.valid_until) == (
        "denver",
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        date(2026, 1, 6),
        None,
    )
    assert (rule.start_time, rule.end_time) == ("09:00", "17:00")
    assert rule.procedures == [procedure("needling").pk]
    exception = ProviderException.objects.get(provider=page)
    assert (exception.starts_on, exception.ends_on, exception.kind) == (
        date(2027, 2, 2),
        date(2027, 2, 2),
        "closed",
    )


def test_hours_past_midnight_and_whole_days_are_stored_as_written() -> None:
    def open_late(file: dict[str, Any]) -> None:
        rule = file["providers"][0]["availability"][0]
        file["providers"][0]["availability"] = [
            {**rule, "start_time": "22:00", "end_time": "2:00"},
            {
                **rule,
                "start_time": "00:00",
                "end_time": "24:00",
                "recurrence": "RRULE:FREQ=MONTHLY;BYDAY=2SA",
            },
        ]

    load(small_clinic(open_late))

    assert [
        (rule.start_time, rule.end_time, serialize(rule.recurrence))
        for rule in provider().availability_rules.all()
    ] == [
        ("22:00", "02:00", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
        ("00:00", "24:00", "RRULE:FREQ=MONTHLY;BYDAY=2SA"),
    ]
    assert load(small_clinic(open_late)) == []


def test_locations_take_the_clinic_s_zone_where_they_name_none() -> None:
    load(small_clinic())

    assert list(Location.objects.order_by("slug").values_list("slug", "time_zone")) == [
        ("denver", "America/Denver"),
        ("phoenix", "America/Phoenix"),
    ]
    assert ClinicSettings.objects.get().languages == ["en"]


def test_visits_come_with_patient_claim_and_event() -> None:
    load(small_clinic())

    appointment = Appointment.objects.get()
    assert (appointment.reference, appointment.status, appointment.starts_at, appointment.local_start) == (
        "OLD-1",
        "booked",
        datetime(2027, 1, 5, 17, tzinfo=UTC),
        "2027-01-05T10:00",
    )
    assert PatientDetails.objects.values_list("name", "email", "phone").get() == (
        "Pat Example",
        "pat@example.com",
        "",
    )
    assert Claim.objects.values_list("starts_at", "ends_at", "is_active").get() == (
        datetime(2027, 1, 5, 17, tzinfo=UTC),
        datetime(2027, 1, 5, 17, 45, tzinfo=UTC),
        True,
    )
    assert AppointmentEvent.objects.values_list("kind", "occurred_at").get() == ("imported", NOW)


@pytest.mark.parametrize("status", VISIT_STATES)
def test_past_visits_keep_their_status(status: str) -> None:
    past = visit(reference="OLD-2", starts_at="2026-01-06T10:00", status=status)

    load(small_clinic(lambda f: f["appointments"].append(past)))

    assert Appointment.objects.get(reference="OLD-2").status == status


def test_a_time_that_comes_twice_is_the_first_one() -> None:
    load(small_clinic(lambda f: f["appointments"][0].update(starts_at="2027-11-07T01:30")))

    assert Appointment.objects.get().starts_at == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)


# Loading again --------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing() -> None:
    load(small_clinic())
    before = everything()

    assert load(small_clinic()) == []
    assert everything() == before


def test_the_same_file_twice_leaves_drafts_alone_too() -> None:
    def as_drafts(file: dict[str, Any]) -> None:
        file["procedures"][0]["status"] = file["providers"][0]["status"] = "draft"

    load(small_clinic(as_drafts))
    before = everything()

    assert load(small_clinic(as_drafts)) == []
    assert everything() == before
    assert (procedure().live, provider().live) == (False, False)


def test_a_changed_text_publishes_that_page_alone() -> None:
    load(small_clinic())
    revisions = Revision.objects.count()

    assert load(small_clinic(lambda f: f["procedures"][0].update(summary="Finer needles."))) == [
        "updated procedure needling"
    ]
    assert (procedure().summary, procedure().has_unpublished_changes) == ("Finer needles.", False)
    assert Revision.objects.count() == revisions + 1


def test_changed_rows_of_every_kind_are_updated() -> None:
    def change(file: dict[str, Any]) -> None:
        file["clinic"]["phone"] = "+1 303 555 0100"
        file["categories"][0]["name"] = "Skin care"
        file["locations"][0]["address"] = {"city": "Denver", "postal_code": 80202}
        file["locations"][0]["rooms"] = [{"slug": "two"}]
        file["locations"][0]["closures"] = [{"from": "2028-01-01"}]
        file["procedures"][0]["benefits"].reverse()
        file["procedures"][0]["booking"]["duration_minutes"] = 60
        file["procedures"][0]["last_reviewed_on"] = "2026-10-01"
        file["providers"][0]["offers"].pop()
        file["providers"][0]["availability"][0]["end_time"] = "24:00"
        file["providers"][0]["exceptions"] = [{"from": "2027-03-02", "until": "2027-03-03"}]

    load(small_clinic())

    assert load(small_clinic(change)) == [
        "updated clinic Test Clinic",
        "updated category skin",
        "updated location denver",
        "created room denver/two",
        "updated closures of denver",
        "updated procedure needling",
        "updated provider sarah",
        "updated exceptions of sarah",
    ]
    assert ClinicSettings.objects.get().phone == "+1 303 555 0100"
    assert ProcedureCategory.objects.get().name == "Skin care"
    assert Location.objects.get(slug="denver").postal_code == "80202"
    assert list(Room.objects.order_by("slug").values_list("slug", "name", "kind", "is_active")) == [
        ("one", "Room one", "quiet", True),
        ("two", "Two", "treatment", True),
    ]
    assert list(Closure.objects.values_list("starts_on", "ends_on")) == [(date(2028, 1, 1), date(2028, 1, 1))]
    assert [block.value["title"] for block in procedure().benefits] == ["Tone", "Texture"]
    assert BookingPolicy.objects.get(page=procedure()).duration_minutes == 60
    assert MedicalReview.objects.get().reviewed_on == date(2026, 10, 1)
    assert list(Offering.objects.filter(page=provider()).values_list("procedure__slug", flat=True)) == [
        "needling"
    ]
    assert AvailabilityRule.objects.get().end_time == "24:00"
    assert ProviderException.objects.values_list("starts_on", "ends_on").get() == (
        date(2027, 3, 2),
        date(2027, 3, 3),
    )


def test_what_the_file_leaves_out_goes_back_to_its_default() -> None:
    def leave_out(file: dict[str, Any]) -> None:
        for key in ("category", "benefits", "risks", "last_reviewed_on", "reviewed_by", "booking"):
            file["procedures"][0].pop(key)
        for key in ("honorific", "offers", "availability", "exceptions"):
            file["providers"][0].pop(key)
        file["locations"][0].pop("closures")
        file.pop("appointments")

    load(small_clinic())
    load(small_clinic(leave_out))

    page = procedure()
    assert (page.category, list(page.benefits), list(page.risks)) == (None, [], [])
    assert not BookingPolicy.objects.filter(page=page).exists()
    assert not MedicalReview.objects.exists()
    assert provider().title == "Sarah White"
    assert not Offering.objects.filter(page=provider()).exists()
    assert not AvailabilityRule.objects.exists()
    assert not ProviderException.objects.exists()
    assert not Closure.objects.exists()
    assert Appointment.objects.count() == 1


def test_rows_and_blocks_that_stay_keep_their_ids() -> None:
    def add(file: dict[str, Any]) -> None:
        file["procedures"][0]["benefits"].insert(0, {"title": "Radiance", "description": "Brighter."})
        file["procedures"][0]["booking"]["slot_step_minutes"] = 30
        file["providers"][0]["availability"][0]["end_time"] = "18:00"

    load(small_clinic())
    blocks = [block.id for block in procedure().benefits]
    policy, rule = BookingPolicy.objects.get(page=procedure()).pk, AvailabilityRule.objects.get().pk
    load(small_clinic(add))

    assert [block.id for block in procedure().benefits][1:] == blocks
    assert BookingPolicy.objects.get(page=procedure()).pk == policy
    assert AvailabilityRule.objects.get().pk == rule


def test_offers_may_change_places() -> None:
    load(small_clinic())
    ids = dict(Offering.objects.filter(page=provider()).values_list("procedure__slug", "pk"))

    assert load(small_clinic(lambda f: f["providers"][0]["offers"].reverse())) == ["updated provider sarah"]
    assert list(provider().offerings.values_list("procedure__slug", "pk")) == [
        ("rest", ids["rest"]),
        ("needling", ids["needling"]),
    ]


def test_what_the_format_does_not_know_is_kept() -> None:
    load(small_clinic())
    page = procedure()
    page.seo_title, page.noindex = "For search engines", True
    page.save_revision().publish()

    load(small_clinic(lambda f: f["procedures"][0].update(summary="Finer needles.")))

    assert (procedure().seo_title, procedure().noindex, procedure().summary) == (
        "For search engines",
        True,
        "Finer needles.",
    )


def test_an_editor_s_draft_is_not_published_along() -> None:
    load(small_clinic())
    page = procedure()
    page.seo_title = "Half an idea"
    page.save_revision()

    load(small_clinic(lambda f: f["procedures"][0].update(summary="Finer needles.")))

    assert (procedure().seo_title, procedure().summary) == ("", "Finer needles.")
    assert Revision.objects.for_instance(procedure()).count() == 3


def test_visits_that_are_here_stay_as_the_front_desk_left_them() -> None:
    load(small_clinic())
    Appointment.objects.update(status="arrived")

    assert load(small_clinic(lambda f: f["appointments"][0].update(starts_at="2027-01-06T11:00"))) == []
    assert Appointment.objects.values_list("status", "local_start").get() == ("arrived", "2027-01-05T10:00")


# Live, draft, gone ----------------------------------------------------------------------------------


def test_status_draft_takes_a_live_page_down_and_live_puts_it_back() -> None:
    load(small_clinic())

    assert load(small_clinic(lambda f: f["procedures"][2].update(status="draft"))) == [
        "unpublished procedure talk"
    ]
    assert procedure("talk").live is False
    assert load(small_clinic(lambda f: f["procedures"][2].update(status="draft"))) == []
    assert load(small_clinic()) == ["updated procedure talk"]
    assert procedure("talk").live is True


def test_status_live_counts_more_than_a_date_that_an_editor_set() -> None:
    load(small_clinic(lambda f: f["procedures"][2].update(status="draft")))
    page = procedure("talk").get_latest_revision_as_object()
    page.go_live_at = datetime(2199, 1, 1, tzinfo=UTC)
    page.save_revision()

    assert load(small_clinic()) == ["updated procedure talk"]
    assert procedure("talk").live is True
    assert load(small_clinic()) == []


def without_talk_and_tom(file: dict[str, Any]) -> None:
    file["procedures"].pop(2)
    file["providers"].pop(1)


def test_what_the_file_no_longer_names_stays_without_prune() -> None:
    load(small_clinic())

    assert load(small_clinic(without_talk_and_tom)) == []
    assert (procedure("talk").live, provider("tom").live) == (True, True)


def test_prune_unpublishes_what_the_file_no_longer_names_and_deletes_nothing() -> None:
    load(small_clinic())
    pages = Page.objects.count()

    assert load(small_clinic(without_talk_and_tom), prune=True) == [
        "unpublished procedure talk",
        "unpublished provider tom",
    ]
    assert (procedure("talk").live, provider("tom").live) == (False, False)
    assert (procedure().live, provider().live) == (True, True)
    assert (Page.objects.count(), Appointment.objects.count()) == (pages, 1)
    assert load(small_clinic(without_talk_and_tom), prune=True) == []


def test_prune_takes_rooms_that_the_file_does_not_name_out_of_use() -> None:
    load(small_clinic())
    renamed = small_clinic(lambda f: f["locations"][0].update(rooms=[{"slug": "two", "kind": "quiet"}]))

    assert load(renamed) == ["created room denver/two"]
    assert load(renamed, prune=True) == ["updated room denver/one"]

    assert dict(Room.objects.values_list("slug", "is_active")) == {"one": False, "two": True}


def test_hours_that_the_front_desk_entered_stay() -> None:
    load(small_clinic())
    denver, day = Location.objects.get(slug="denver"), date(2027, 6, 1)
    Closure.objects.create(location=denver, starts_on=day, ends_on=day, label="Painters")
    ProviderException.objects.create(provider=provider(), starts_on=day, ends_on=day, label="Ill")

    assert load(small_clinic()) == []

    assert Closure.objects.filter(label="Painters").exists()
    assert ProviderException.objects.filter(label="Ill").exists()


def test_putting_the_file_in_front_of_a_draft_is_told() -> None:
    load(small_clinic())
    draft = procedure()
    draft.summary = "An editor's words."
    draft.save_revision()

    assert load(small_clinic(lambda f: f["procedures"][0].update(summary="New words."))) == [
        "updated procedure needling",
        "put in front of an editor's draft: procedure needling",
    ]


def test_dry_run_says_what_it_would_do_and_changes_nothing() -> None:
    load(small_clinic())
    before = everything()

    def change(file: dict[str, Any]) -> None:
        without_talk_and_tom(file)
        file["procedures"][0]["summary"] = "Finer needles."
        file["appointments"].append(visit(reference="OLD-2", starts_at="2027-01-12T10:00"))

    assert load(small_clinic(change), prune=True, dry_run=True) == [
        "updated procedure needling",
        "created appointment OLD-2",
        "unpublished procedure talk",
        "unpublished provider tom",
    ]
    assert everything() == before


# All or nothing -------------------------------------------------------------------------------------


def test_a_file_with_problems_changes_nothing_and_names_all_of_them() -> None:
    load(small_clinic())
    before = everything()

    def break_it(file: dict[str, Any]) -> None:
        file["clinic"]["colour"] = "red"
        file["procedures"][0]["summary"] = "Changed."
        file["procedures"].append({"slug": "new", "title": "New", "summary": "New."})
        file["providers"][0]["availability"][0].pop("location")
        file["providers"][0]["availability"].append(
            {
                "location": "boulder",
                "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE:20270105T090000Z",
                "valid_from": "2026-01-06",
                "start_time": "09:00",
                "end_time": "17:00",
            }
        )
        file["appointments"].append(visit(reference="OLD-2"))

    assert refusals(small_clinic(break_it)) == [
        "clinic.colour: unknown key; known are name, time_zone, phone, email, welcome, languages",
        "providers[0].availability[0].location: is required",
        "providers[0].availability[1].location: the file has no location with the slug “boulder”",
        "providers[0].availability[1].recurrence: EXDATE is not supported: "
        "add an exception that closes the dates instead.",
        "appointments[1]: OLD-2 overlaps OLD-1 (appointments[0]): the same provider, sarah",
    ]
    assert everything() == before


def test_problems_of_the_database_are_named_beside_those_of_the_format() -> None:
    load(small_clinic())
    make_appointment(
        procedure=procedure(),
        provider=provider(),
        location=Location.objects.get(slug="denver"),
        starts_at=datetime(2027, 1, 12, 17, 30, tzinfo=UTC),
        reference="HERE-1",
    )
    before = everything()

    def break_it(file: dict[str, Any]) -> None:
        file["categories"].append({"slug": "skin-2", "name": "x" * 81})
        file["appointments"].append(visit(reference="OLD-2", starts_at="2027-01-12T10:00"))

    assert refusals(small_clinic(break_it)) == [
        "categories[1].name: must have at most 80 characters",
        "appointments[1]: OLD-2 overlaps HERE-1, which the provider has already",
    ]
    assert everything() == before


def test_a_refusal_of_the_models_names_the_key_of_the_file() -> None:
    home = HomePage(title="Home", slug="other-home")
    Page.get_first_root_node().add_child(instance=home)
    before = everything()

    # The pattern of the format is looser than Django's check of addresses.
    assert refusals(small_clinic(lambda f: f["clinic"].update(email="a@b..example.com"))) == [
        "clinic.email: Enter a valid email address."
    ]
    assert everything() == before


def test_a_refusal_of_the_database_is_a_problem_without_values() -> None:
    load(small_clinic())
    file = whole_file(small_clinic())
    loading = Loading(file=file, now=NOW, progress=ignore, problems=[])

    with loading.reporting(file.entries("locations")[0]):
        Location.objects.create(slug="denver", name="Denver", time_zone="America/Denver")

    assert [str(problem) for problem in loading.problems] == [
        "locations[0]: the database refused it: "
        'duplicate key value violates unique constraint "schedules_location_slug"'
    ]
    assert Location.objects.count() == 2


def test_no_default_site_is_a_problem() -> None:
    Site.objects.update(is_default_site=False)

    assert refusals(small_clinic()) == [
        "(file): there is no default site to load into: add one in the admin, under Settings, Sites"
    ]


def with_partner(*origins: str) -> Tree:
    partner = {"slug": "gym", "name": "Gym", "allowed_origins": list(origins)}
    return small_clinic(lambda f: f.update(partners=[partner]))


def test_partners_are_stored_and_updated() -> None:
    load(with_partner("https://gym.example"))
    load(with_partner("https://gym.example", "https://www.gym.example:8443"))

    found = Partner.objects.values_list("slug", "name", "allowed_origins")
    assert list(found) == [("gym", "Gym", ["https://gym.example", "https://www.gym.example:8443"])]


WRITE_AN_ORIGIN = "is not an origin: write scheme and host only, in ASCII, such as https://www.example.com."


@pytest.mark.parametrize(
    ("origin", "fault"),
    [
        ("https://gym.example/path", "is not how browsers write it: write https://gym.example."),
        ("http://gym.example", WRITE_AN_ORIGIN),
        ("*", WRITE_AN_ORIGIN),
        ("https://*.example", WRITE_AN_ORIGIN),
    ],
)
def test_a_partner_s_address_that_is_no_origin_is_refused(origin: str, fault: str) -> None:
    assert refusals(with_partner(origin)) == [f"partners[0].allowed_origins: “{origin}” {fault}"]
    assert not Partner.objects.exists()
