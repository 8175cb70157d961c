"""Every committed change that readers can see moves the content version, and no other."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.state import ProjectState
from django.db.models import F
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms.core.models import ClinicDocument, ClinicImage, ClinicSettings, NavigationMenu
from cms.delivery.models import ContentChange, ContentVersion
from cms.delivery.triggers import unwatch_table, watch_table
from cms.graphql.versions import content_version
from schedules.models import BookingPolicy
from services.models import ProcedureIndexPage, ProcedurePage
from tests import factories, hiding

# Tables whose rows no answer of the content API depends on.
UNWATCHED = {
    # Bookings and what they are made of: never kept as content.
    "schedules_appointment",
    "schedules_appointmentevent",
    "schedules_block",
    "schedules_claim",
    "schedules_closure",
    "schedules_idempotencykey",
    "schedules_managetoken",
    "schedules_outboxevent",
    "schedules_patientdetails",
    "schedules_providerexception",
    "schedules_resource",
    "schedules_room",
    "schedules_waitlistentry",
    "schedules_waitlistoffer",
    # Staff and their rights. Which group may read a restricted page does not matter: the public may not.
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "core_user",
    "core_user_groups",
    "core_user_user_permissions",
    "wagtailcore_apitoken",
    "wagtailcore_collectionviewrestriction_groups",
    "wagtailcore_groupapprovaltask",
    "wagtailcore_groupapprovaltask_groups",
    "wagtailcore_groupcollectionpermission",
    "wagtailcore_grouppagepermission",
    "wagtailcore_groupsitepermission",
    "wagtailcore_pageviewrestriction_groups",
    "wagtailusers_userprofile",
    # Editing: drafts, history, comments and workflows.
    "wagtailadmin_editingsession",
    "wagtailadmin_formstate",
    "wagtailcore_comment",
    "wagtailcore_commentreply",
    "wagtailcore_modellogentry",
    "wagtailcore_pagelogentry",
    "wagtailcore_pagesubscription",
    "wagtailcore_referenceindex",
    "wagtailcore_revision",
    "wagtailcore_task",
    "wagtailcore_taskstate",
    "wagtailcore_uploadedfile",
    "wagtailcore_workflow",
    "wagtailcore_workflowcontenttype",
    "wagtailcore_workflowpage",
    "wagtailcore_workflowstate",
    "wagtailcore_workflowtask",
    # Not part of the API.
    "delivery_contentchange",
    "delivery_contentversion",
    "delivery_storeddocument",
    "django_content_type",
    # Private calendars, read by their own addresses.
    "feeds_calendarfeed",
    "django_session",
    # How often content was seen does not change what is seen.
    "partners_partnerviews",
    "previews_preview",
    "recurrence_date",
    "recurrence_param",
    "recurrence_recurrence",
    "recurrence_rule",
    "simple_translation_simpletranslation",
    "taggit_tag",
    "taggit_taggeditem",
    "wagtailadmin_admin",
    "wagtailembeds_embed",
    "wagtailsearch_indexentry",
    # Replaced by models of ours.
    "wagtaildocs_document",
    "wagtailimages_image",
    "wagtailimages_rendition",
}


def watched_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname IN ('delivery_rows_changed', 'delivery_row_changed')"
            " GROUP BY tgrelid HAVING count(*) = 2"
        )
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_is_watched_or_known_to_show_nothing() -> None:
    managed = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    tables = {model._meta.db_table for model in managed}

    assert watched_tables() & UNWATCHED == set()
    assert tables - watched_tables() - UNWATCHED == set()


def moved_by(change: Callable[[], Any]) -> set[str] | None:
    """Return the tables that `change` moved the version for, or None if it stayed."""
    before = content_version()
    change()
    after = content_version()
    assert after >= before
    changed = set(ContentChange.objects.filter(version=after).values_list("tag", flat=True))
    return changed if after > before else None


def edit_draft(page: ProcedurePage) -> None:
    draft = page.get_latest_revision_as_object()
    draft.title = "Only a draft"
    draft.save_revision()


@pytest.mark.django_db(transaction=True)
def test_changes_of_pages_move_the_version() -> None:
    factories.make_site()
    page = factories.make_procedure()
    provider = factories.make_provider(offers=[page])
    index = ProcedureIndexPage.objects.get()
    rows = Page.objects.filter(pk=page.pk)
    changes: dict[str, Callable[[], Any]] = {
        "publish": lambda: page.save_revision().publish(),
        "unpublish": page.unpublish,
        "move": lambda: Page.objects.get(pk=page.pk).move(index.get_parent(), pos="last-child"),
        "copy": lambda: index.copy(recursive=False, update_attrs={"slug": "copy", "title": "Copy"}),
        "update": lambda: rows.update(title="Renamed"),
        "raw": lambda: connection.cursor().execute("UPDATE services_procedurepage SET summary = 'New'"),
        "expiry": lambda: rows.update(expire_at=hiding.LONG_AGO),
        "restriction": lambda: hiding.restrict(page),
        "restriction lifted": lambda: PageViewRestriction.objects.all().delete(),
        "offering": lambda: provider.offerings.all().delete(),
        "booking policy": lambda: BookingPolicy.objects.update(duration_minutes=50),
        "delete": lambda: ProcedurePage.objects.get(pk=page.pk).delete(),
    }
    moved = {name: moved_by(change) for name, change in changes.items()}

    assert [name for name, tables in moved.items() if tables is None] == []
    assert moved["raw"] == {"services_procedurepage"}
    assert moved["restriction"] == {"wagtailcore_pageviewrestriction"}
    assert moved["publish"] == {"wagtailcore_page"}


@pytest.mark.django_db(transaction=True)
def test_changes_of_files_settings_and_places_move_the_version() -> None:
    site = factories.make_site()
    image = hiding.make_image()
    location = factories.make_location()
    provider = factories.make_provider()
    root = Collection.get_first_root_node()
    changes: dict[str, Callable[[], Any]] = {
        "core_clinicdocument": lambda: ClinicDocument.objects.create(title="Leaflet", file="leaflet.pdf"),
        "core_clinicimage": lambda: ClinicImage.objects.update(description="A room"),
        "core_clinicrendition": lambda: image.get_rendition("width-10"),
        "core_clinicsettings": lambda: ClinicSettings.objects.update(phone="555"),
        "core_navigationmenu": lambda: NavigationMenu.objects.create(site=site, handle="main"),
        "schedules_availabilityrule": lambda: factories.make_rule(provider=provider, location=location),
        "schedules_location": lambda: factories.make_location(name="Boulder"),
        "services_procedurecategory": factories.make_category,
        "wagtailcore_collection": lambda: root.add_child(name="Papers"),
        "wagtailcore_collectionviewrestriction": lambda: CollectionViewRestriction.objects.create(
            collection=root, restriction_type="login"
        ),
        "wagtailcore_site": lambda: Site.objects.update(site_name="Other"),
        "wagtailredirects_redirect": lambda: Redirect.objects.create(old_path="/old", redirect_link="/new"),
    }
    moved = {name: moved_by(change) for name, change in changes.items()}

    assert [name for name, tables in moved.items() if name not in (tables or ())] == []


@pytest.mark.django_db(transaction=True)
def test_changes_that_no_reader_sees_leave_the_version() -> None:
    page = factories.make_procedure()
    location = factories.make_location()
    changes: dict[str, Callable[[], Any]] = {
        "draft": lambda: edit_draft(page),
        "lock": lambda: Page.objects.filter(pk=page.pk).update(locked=True),
        "the same again": lambda: Page.objects.filter(pk=page.pk).update(title=F("title")),
        "saved as it is": lambda: ProcedurePage.objects.get(pk=page.pk).save(clean=False),
        "closure": lambda: factories.make_closure(location=location, starts_on=factories.RULES_START_ON),
        "group": lambda: Group.objects.create(name="Gardeners"),
    }

    assert {name: moved_by(change) for name, change in changes.items()} == dict.fromkeys(changes)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_moves_the_version_once_and_one_that_fails_never() -> None:
    version = content_version()

    with transaction.atomic():
        for number in range(3):
            factories.make_location(name=f"Place {number}")
        factories.make_category()
        assert content_version() == version
    moved = content_version()
    assert moved > version
    assert dict(ContentChange.objects.filter(version=moved).values_list("tag", "purged_version")) == {
        "schedules_location": 0,
        "services_procedurecategory": 0,
    }

    with transaction.atomic():
        factories.make_location(name="Not kept")
        transaction.set_rollback(True)
    assert content_version() == moved


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_that_is_rolled_back_takes_its_note_along() -> None:
    version = content_version()
    with transaction.atomic():
        savepoint = transaction.savepoint()
        factories.make_location(name="Forgotten")
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.savepoint_rollback(savepoint)
        factories.make_location(name="Kept")

    assert content_version() > version


@pytest.mark.django_db(transaction=True)
def test_publishing_at_once_counts_each_and_locks_up_nobody() -> None:
    pages = [factories.make_procedure(title=f"Procedure {number}") for number in range(2)]
    places = [factories.make_location(name=f"Place {number}") for number in range(2)]
    barrier = threading.Barrier(2)

    def publish(number: int) -> int:
        """Change the same tables as the other, in the opposite order, and commit at the same moment."""
        steps = [
            lambda: pages[number].save_revision().publish(),
            lambda: type(places[0]).objects.filter(pk=places[number].pk).update(city="Golden"),
        ]
        try:
            with transaction.atomic():
                for step in steps if number else reversed(steps):
                    step()
                barrier.wait()
            return content_version()
        finally:
            connections.close_all()

    before = content_version()
    with ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(publish, range(2)))

    assert max(seen) == content_version() > before


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_one_that_is_being_committed_and_counts_too() -> None:
    """The first has moved the version and is not committed; the second may not take the same number."""
    place = factories.make_location()
    is_moved, may_commit = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                factories.make_category()
                connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
                is_moved.set()
                may_commit.wait()
        finally:
            connections.close_all()

    def second() -> None:
        try:
            is_moved.wait()
            type(place).objects.filter(pk=place.pk).update(city="Golden")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(first), pool.submit(second)]
        is_moved.wait()
        wait_until_blocked()
        may_commit.set()
        for future in running:
            future.result()

    versions = dict(ContentChange.objects.values_list("tag", "version"))
    assert versions["schedules_location"] == content_version() > versions["services_procedurecategory"]


def wait_until_blocked() -> None:
    with connection.cursor() as cursor:
        blocked = 0
        while not blocked:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
            )
            (blocked,) = cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_unwatched_table_moves_nothing() -> None:
    """The helpers that migrations use, on a table of this test."""
    states = ProjectState(), ProjectState()
    with connection.schema_editor() as editor:
        editor.execute("CREATE TABLE passing (id int, title text, note text)")
        watch_table("passing", ignored=["note"]).database_forwards("", editor, *states)
    run = connection.cursor().execute
    watched = {
        "insert": moved_by(lambda: run("INSERT INTO passing VALUES (1, 'One', 'note')")),
        "ignored": moved_by(lambda: run("UPDATE passing SET note = 'other'")),
        "update": moved_by(lambda: run("UPDATE passing SET title = 'Two'")),
        "delete": moved_by(lambda: run("DELETE FROM passing")),
    }
    with connection.schema_editor() as editor:
        unwatch_table("passing", ignored=["note"]).database_forwards("", editor, *states)

    assert watched == {
        "insert": {"passing"},
        "ignored": None,
        "update": {"passing"},
        "delete": {"passing"},
    }
    assert moved_by(lambda: run("INSERT INTO passing VALUES (2, 'Two', 'note')")) is None


@pytest.mark.django_db
def test_version_has_one_row() -> None:
    with pytest.raises(IntegrityError, match="delivery_contentversion_one_row"):
        ContentVersion.objects.create(id=2, version=1)
