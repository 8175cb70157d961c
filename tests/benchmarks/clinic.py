"""A clinic of the size that the numbers are about, the same on every run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cms.core.models import ClinicImage
from cms.graphql.image_presets import PRESETS
from providers.models import ProviderPage
from schedules.models import Appointment, AvailabilityRule, Claim, Location, Resource
from services.models import ProcedurePage
from tests.factories import (
    CREATED_AT,
    RULES_START_ON,
    make_location,
    make_procedure,
    make_provider,
    make_site,
)
from tests.hiding import make_image
from tests.services.articles import make_article

# A Monday morning in Denver.
NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)
DAYS = 31
PROCEDURES = 200
PROVIDERS = 100
# How many perform the ordinary procedures; the others only the one that all perform.
USUAL_PROVIDERS = 20
WORKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
# Each provider has this part of the hours from 09:00 to 17:00 booked.
BOOKED_HOURS = range(9, 17)
BOOKED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Clinic:
    """`searched` are procedures by the number of those who perform them."""

    location: Location
    providers: list[ProviderPage]
    searched: dict[int, ProcedurePage]
    claims: int


def build_clinic() -> Clinic:
    make_site()
    location = make_location()
    searched = {
        count: make_procedure(title=f"With {count} providers") for count in (1, USUAL_PROVIDERS, PROVIDERS)
    }
    procedures = [article(number) for number in range(PROCEDURES - len(searched))]
    providers = [provider(number, searched=searched, procedures=procedures) for number in range(PROVIDERS)]
    open_on_workdays(providers=providers, location=location)
    claims = book_hours(providers=providers, location=location, procedure=searched[PROVIDERS])
    return Clinic(location=location, providers=providers, searched=searched, claims=claims)


def article(number: int) -> ProcedurePage:
    return make_article(
        title=f"Procedure {number:03}",
        text="<p>A paragraph of about the length that such texts have: two or three short sentences.</p>",
        hero_image=picture(f"Hero {number}", preset="CARD"),
    )


def picture(title: str, *, preset: str) -> ClinicImage:
    image = make_image(title)
    image.get_renditions(*PRESETS[preset].specs)
    return image


def provider(
    number: int, *, searched: dict[int, ProcedurePage], procedures: list[ProcedurePage]
) -> ProviderPage:
    """Return a provider with a photo; each ordinary procedure has two of the usual ones."""
    offers = [procedure for count, procedure in searched.items() if number < count]
    if number < USUAL_PROVIDERS:
        half = USUAL_PROVIDERS // 2
        offers += [each for index, each in enumerate(procedures) if index % half == number % half]
    photo = picture(f"Photo {number}", preset="THUMBNAIL")
    return make_provider(name=f"Provider {number:03}", offers=offers, photo=photo)


def open_on_workdays(*, providers: list[ProviderPage], location: Location) -> None:
    """Give everybody weekly hours, written without publishing a hundred pages again."""
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(
            page=page,
            location=location,
            recurrence=WORKDAYS,
            start_time="09:00",
            end_time="17:00",
            valid_from=RULES_START_ON,
        )
        for page in providers
    )


def book_hours(*, providers: list[ProviderPage], location: Location, procedure: ProcedurePage) -> int:
    """Book some full hours of every weekday of two months; return how many. Written past the operations."""
    random = Random(NOW.toordinal())
    zone = ZoneInfo(location.time_zone)
    midnight = NOW.astimezone(zone).replace(hour=0, minute=0)
    starts = [
        (page, midnight + timedelta(days=day, hours=hour))
        for page in providers
        for day in range(1, 2 * DAYS)
        for hour in BOOKED_HOURS
        if (midnight + timedelta(days=day)).weekday() < 5 and random.random() < BOOKED_SHARE
    ]
    visits = Appointment.objects.bulk_create(
        Appointment(
            reference=f"BENCH-{number}",
            procedure=procedure,
            provider=page,
            location=location,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            time_zone=location.time_zone,
            local_start=f"{start:%Y-%m-%dT%H:%M}",
            status=Appointment.Status.BOOKED,
            created_at=CREATED_AT,
            updated_at=CREATED_AT,
        )
        for number, (page, start) in enumerate(starts)
    )
    resources = {
        each.provider_id: each
        for each in Resource.objects.bulk_create(Resource(provider=page) for page in providers)
    }
    Claim.objects.bulk_create(
        Claim(
            resource=resources[visit.provider_id],
            appointment=visit,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
        )
        for visit in visits
    )
    return len(visits)
