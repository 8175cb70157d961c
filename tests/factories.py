"""Worlds for tests, built through the models: everything is published unless a test says otherwise.

Without arguments: the clinic in Denver, micro needling of 45 minutes every 15 minutes, and Dr. Sarah White,
who works there on Tuesdays from 09:00 to 17:00 since 6 January 2026.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from wagtail.models import Page, Site

from cms.core.models import ClinicSettings, ContentPage, HomePage, User
from providers.models import Offering, ProviderIndexPage, ProviderPage
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
    Resource,
    Room,
)
from services.models import ProcedureCategory, ProcedureIndexPage, ProcedurePage

AnyPage = TypeVar("AnyPage", bound=ContentPage)
IndexPage = TypeVar("IndexPage", ProcedureIndexPage, ProviderIndexPage)

PASSWORD = "a-long-enough-password"
RULES_START_ON = date(2026, 1, 6)
CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def make_site(*, name: str = "Mile High Chiropractic", hostname: str = "localhost") -> Site:
    """Return the default site with its home page and both index pages, made if there is none yet."""
    site = Site.objects.filter(is_default_site=True).first()
    if site and isinstance(site.root_page.specific, HomePage):
        return site
    home = _add_page(parent=Page.objects.get(depth=1), page=HomePage(title=name, slug="home-page"))
    _add_page(parent=home, page=ProcedureIndexPage(title="Procedures", slug="procedures"))
    _add_page(parent=home, page=ProviderIndexPage(title="Providers", slug="providers"))
    values = {"hostname": hostname, "root_page": home, "site_name": name}
    made, _ = Site.objects.update_or_create(is_default_site=True, defaults=values)
    ClinicSettings.objects.update_or_create(site=made, defaults={"name": name, "time_zone": "America/Denver"})
    return made


def make_location(
    *, name: str = "Denver", slug: str | None = None, time_zone: str = "America/Denver", **fields: Any
) -> Location:
    return Location.objects.create(name=name, slug=slug or slugify(name), time_zone=time_zone, **fields)


def make_room(
    *, location: Location, name: str = "Room 1", kind: str = "treatment", is_active: bool = True
) -> Room:
    return Room.objects.create(
        location=location, name=name, slug=slugify(name), kind=kind, is_active=is_active
    )


def make_category(*, name: str = "Skin") -> ProcedureCategory:
    return ProcedureCategory.objects.create(name=name, slug=slugify(name))


def make_procedure(
    *,
    title: str = "Micro needling",
    slug: str | None = None,
    bookable: bool = True,
    booking: dict[str, Any] | None = None,
    live: bool = True,
    **fields: Any,
) -> ProcedurePage:
    """`booking` overrides values of the policy (45 minutes, step 15); `fields` are fields of the page."""
    fields.setdefault("summary", f"What {title.lower()} is and what to expect.")
    page = ProcedurePage(title=title, slug=slug or slugify(title), live=live, **fields)
    if bookable:
        policy = {"duration_minutes": 45, "slot_step_minutes": 15} | (booking or {})
        page.booking_policies = [BookingPolicy(**policy)]
    return _add_page(parent=_index(ProcedureIndexPage), page=page)


def make_provider(
    *,
    name: str = "Sarah White",
    honorific: str = "Dr.",
    slug: str | None = None,
    offers: Sequence[ProcedurePage] = (),
    live: bool = True,
    **fields: Any,
) -> ProviderPage:
    title = f"{honorific} {name}".strip()
    page = ProviderPage(
        title=title, name=name, honorific=honorific, slug=slug or slugify(name), live=live, **fields
    )
    page.offerings = [Offering(procedure=procedure) for procedure in offers]
    return _add_page(parent=_index(ProviderIndexPage), page=page)


def make_rule(
    *,
    provider: ProviderPage,
    location: Location,
    recurrence: str = "RRULE:FREQ=WEEKLY;BYDAY=TU",
    start_time: str = "09:00",
    end_time: str = "17:00",
    valid_from: date = RULES_START_ON,
    valid_until: date | None = None,
    procedures: Sequence[ProcedurePage] = (),
) -> AvailabilityRule:
    """Add regular hours to the provider's page and publish it."""
    # A fresh copy: publishing leaves unsaved rows in the memory of the page it was called on.
    page = ProviderPage.objects.get(pk=provider.pk)
    rule = AvailabilityRule(
        location=location,
        recurrence=recurrence,
        start_time=start_time,
        end_time=end_time,
        valid_from=valid_from,
        valid_until=valid_until,
        procedures=[procedure.pk for procedure in procedures],
        sort_order=page.availability_rules.count(),
    )
    page.availability_rules.add(rule)
    page.save_revision().publish()
    return AvailabilityRule.objects.filter(page=page).latest("pk")


def make_closure(
    *,
    starts_on: date,
    ends_on: date | None = None,
    location: Location | None = None,
    start_time: str | None = None,
    end_time: str | None = None,
    label: str = "",
) -> Closure:
    return Closure.objects.create(
        starts_on=starts_on,
        ends_on=ends_on or starts_on,
        location=location,
        start_time=start_time,
        end_time=end_time,
        label=label,
    )


def make_exception(
    *,
    provider: ProviderPage,
    starts_on: date,
    ends_on: date | None = None,
    kind: str = ProviderException.Kind.CLOSED,
    start_time: str | None = None,
    end_time: str | None = None,
    location: Location | None = None,
    label: str = "",
) -> ProviderException:
    return ProviderException.objects.create(
        provider=provider,
        starts_on=starts_on,
        ends_on=ends_on or starts_on,
        kind=kind,
        start_time=start_time,
        end_time=end_time,
        location=location,
        label=label,
    )


def make_appointment(
    *,
    procedure: ProcedurePage,
    provider: ProviderPage,
    location: Location,
    starts_at: datetime,
    minutes: int = 45,
    room: Room | None = None,
    status: str = Appointment.Status.BOOKED,
    reference: str = "AAAA-1111",
    patient_name: str = "Pat Example",
    note: str = "",
) -> Appointment:
    """A visit as booking leaves it: with its patient, first event and claims."""
    local = starts_at.astimezone(ZoneInfo(location.time_zone))
    appointment = Appointment.objects.create(
        reference=reference,
        procedure=procedure,
        provider=provider,
        location=location,
        room=room,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        time_zone=location.time_zone,
        local_start=f"{local:%Y-%m-%dT%H:%M}",
        status=status,
        created_at=CREATED_AT,
        updated_at=CREATED_AT,
    )
    PatientDetails.objects.create(
        appointment=appointment,
        name=patient_name,
        email="pat@example.com",
        phone="+1 303 555 0100",
        note=note,
    )
    AppointmentEvent.objects.create(
        appointment=appointment,
        kind=AppointmentEvent.Kind.BOOKED,
        cause=AppointmentEvent.Cause.PATIENT,
        version=appointment.version,
        occurred_at=CREATED_AT,
    )
    _claim(appointment)
    return appointment


def make_staff(*, username: str = "desk", is_superuser: bool = True, **fields: Any) -> User:
    """A member of staff with PASSWORD. Not a superuser: has no permissions until a test gives some."""
    return User.objects.create_user(
        username=username, password=PASSWORD, is_superuser=is_superuser, is_staff=True, **fields
    )


def _claim(appointment: Appointment) -> None:
    frees = {Appointment.Status.CANCELLED, Appointment.Status.DECLINED, Appointment.Status.NO_SHOW}
    resources = [Resource.objects.get_or_create(provider=appointment.provider)[0]]
    if appointment.room:
        resources.append(Resource.objects.get_or_create(room=appointment.room)[0])
    for resource in resources:
        Claim.objects.create(
            resource=resource,
            appointment=appointment,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            is_active=appointment.status not in frees,
        )


def _index(model: type[IndexPage]) -> IndexPage:
    make_site()
    return model.objects.first()


def _add_page(*, parent: Page, page: AnyPage) -> AnyPage:
    """Store the page below `parent`, published if it is meant to be live."""
    is_live = page.live
    page.live = False
    parent.add_child(instance=page)
    revision = page.save_revision()
    if is_live:
        revision.publish()
    return type(page).objects.get(pk=page.pk)
