"""The usual world of the booking tests, and short ways to ask and book in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from cms.graphql.sites import ServedSite, served
from providers.models import ProviderPage
from schedules.core.wall_clock import edge, to_datetime
from schedules.core.world import Slot
from schedules.models import Appointment, AppointmentEvent, Claim, IdempotencyKey, Location
from schedules.operations import Done, KeyedRequest, Patient, book_appointment
from schedules.queries import SlotSearch, load_schedule, open_slots
from schedules.tokens import SlotChoice
from services.models import ProcedurePage
from tests import factories

NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)
TUESDAY = date(2027, 3, 9)
PATIENT = Patient(name="Pat Example", email="pat@example.com", phone="+1 303 555 0100")


@dataclass(frozen=True)
class BookingWorld:
    site: ServedSite
    location: Location
    procedure: ProcedurePage
    provider: ProviderPage

    def starts(self, *, on: date = TUESDAY, now: datetime = NOW, **search: Any) -> list[str]:
        """Return the local times of the free slots of one day at the location."""
        return [local_time(slot.start, self.location) for slot in self.slots(on=on, now=now, **search)]

    def slots(self, *, on: date = TUESDAY, now: datetime = NOW, **search: Any) -> list[Slot]:
        schedule = load_schedule(procedure_id=self.procedure.pk, site=self.site, now=now)
        first = edge(day=on, minutes=0, zone=self.location.time_zone)
        last = edge(day=on, minutes=1440, zone=self.location.time_zone)
        return open_slots(schedule=schedule, search=SlotSearch(**search), first=first, last=last, now=now)

    def choice(
        self,
        local_time: str,
        *,
        on: date = TUESDAY,
        minutes: int = 45,
        providers: tuple[ProviderPage, ...] = (),
    ) -> SlotChoice:
        hours, mins = map(int, local_time.split(":"))
        return SlotChoice(
            procedure=self.procedure.pk,
            location=self.location.pk,
            start=edge(day=on, minutes=hours * 60 + mins, zone=self.location.time_zone),
            duration=minutes,
            providers=tuple(provider.pk for provider in providers or (self.provider,)),
        )

    def request(self, key: str, *, operation: str = "book", **payload: Any) -> KeyedRequest:
        return KeyedRequest(site=self.site, operation=operation, key=key, payload=payload)

    def book(
        self,
        local_time: str = "10:00",
        *,
        key: str = "first-key",
        now: datetime = NOW,
        provider: ProviderPage | None = None,
        patient: Patient = PATIENT,
        **choice: Any,
    ) -> Done:
        return book_appointment(
            choice=self.choice(local_time, **choice),
            provider=provider.pk if provider else None,
            patient=patient,
            request=self.request(key, slot=local_time, choice=str(choice)),
            language="en",
            now=now,
        )


def make_served_site() -> ServedSite:
    site = served(factories.make_site())
    assert site
    return site


def make_world(**booking: Any) -> BookingWorld:
    """Denver, micro needling of 45 minutes every 15, Dr. Sarah White on Tuesdays from 09:00 to 17:00."""
    site = make_served_site()
    location = factories.make_location()
    procedure = factories.make_procedure(booking=booking)
    provider = factories.make_provider(offers=[procedure])
    factories.make_rule(provider=provider, location=location)
    return BookingWorld(site=site, location=location, procedure=procedure, provider=provider)


def add_provider(world: BookingWorld, *, name: str) -> ProviderPage:
    """Add a provider with the same procedure and the same Tuesdays."""
    provider = factories.make_provider(name=name, offers=[world.procedure])
    factories.make_rule(provider=provider, location=world.location)
    return provider


def local_time(minutes: int, location: Location) -> str:
    midnight = edge(day=TUESDAY, minutes=0, zone=location.time_zone)
    hours, mins = divmod((minutes - midnight) % 1440, 60)
    return f"{hours:02}:{mins:02}"


def at(local_time: str, *, on: date = TUESDAY, zone: str = "America/Denver") -> datetime:
    hours, mins = map(int, local_time.split(":"))
    return to_datetime(edge(day=on, minutes=hours * 60 + mins, zone=zone))


def everything() -> dict[str, Any]:
    """Return what a booking can write, to prove that a refusal wrote nothing."""
    return {
        "appointments": sorted(Appointment.objects.values_list("pk", "status", "version", "starts_at")),
        "claims": sorted(Claim.objects.values_list("pk", "resource_id", "starts_at", "ends_at", "is_active")),
        "events": sorted(AppointmentEvent.objects.values_list("pk", "kind")),
        "keys": sorted(IdempotencyKey.objects.values_list("pk", "key")),
    }


def overlaps() -> list[tuple[int, int]]:
    """Return pairs of active claims of one resource that share time."""
    claims = list(Claim.objects.filter(is_active=True).order_by("resource_id", "starts_at"))
    return [
        (one.pk, two.pk)
        for one, two in pairwise(claims)
        if one.resource_id == two.resource_id and two.starts_at < one.ends_at
    ]
