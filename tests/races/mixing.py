"""Clients that do whatever comes to mind, all at once, and write down what they were told.

An attempt calls an operation, as the API and the admin do. `tests/races/histories.py` compares what clients
were told with what is stored.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from random import Random
from typing import Any

from django.db import connection, connections

from cms.core.models import User
from cms.graphql.sites import ServedSite
from schedules.core.wall_clock import edge, to_datetime
from schedules.models import Appointment, Closure, ProviderException
from schedules.operations import (
    Done,
    KeyedRequest,
    Refused,
    block_time,
    book_appointment,
    book_held,
    cancel_appointment,
    hold_slot,
    reschedule_appointment,
    swap_visits,
    unblock,
)
from schedules.tokens import SlotChoice
from tests import factories
from tests.schedules.worlds import NOW, PATIENT, TUESDAY, make_served_site

# Holds last 300 seconds: some lapse before they are booked.
SECONDS_PER_ATTEMPT = 4
DAYS = (TUESDAY, TUESDAY + timedelta(days=7))
EVERY_STEP = 15
# What Django calls in place of executing a statement.
Wrapper = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Procedure:
    key: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Clinic:
    """So few providers and rooms that everybody is in each other's way. One procedure needs a room."""

    site: ServedSite
    staff: User
    location: int
    zone: str
    procedures: tuple[Procedure, ...]
    providers: tuple[int, ...]
    rooms: tuple[int, ...]


def make_clinic() -> Clinic:
    site, location = make_served_site(), factories.make_location()
    buffers = {"buffer_before_minutes": 5, "buffer_after_minutes": 10}
    procedures = [
        factories.make_procedure(booking={"room_kind": "treatment", **buffers}),
        factories.make_procedure(
            title="Check-up", booking={"duration_minutes": 30, "max_per_provider_per_day": 9}
        ),
    ]
    rooms = [factories.make_room(location=location, name=name) for name in ("One", "Two")]
    providers = [
        factories.make_provider(name=name, offers=procedures) for name in ("Ann Lee", "Bo Ray", "Cy Day")
    ]
    for provider in providers:
        factories.make_rule(provider=provider, location=location)
    return Clinic(
        site=site,
        staff=factories.make_staff(),
        location=location.pk,
        zone=location.time_zone,
        procedures=(Procedure(procedures[0].pk, 45), Procedure(procedures[1].pk, 30)),
        providers=tuple(sorted(provider.pk for provider in providers)),
        rooms=tuple(sorted(room.pk for room in rooms)),
    )


@dataclass(frozen=True, slots=True)
class State:
    """A visit or hold as an answer showed it."""

    visit: int
    version: int
    status: str
    procedure: int
    provider: int
    room: int | None
    starts_at: datetime

    @classmethod
    def of(cls, row: Appointment) -> "State":
        return cls(
            visit=row.pk,
            version=row.version,
            status=str(row.status),
            procedure=row.procedure_id,
            provider=row.provider_id,
            room=row.room_id,
            starts_at=row.starts_at,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What a client was told: a refusal by name, or what was done. `key` is of a request that was granted."""

    attempt: str
    refusal: str = ""
    states: tuple[State, ...] = ()
    key: str = ""
    block: int | None = None
    is_gone: bool = False


@dataclass(slots=True)
class Mine:
    """A visit or hold of a client, with the secret that opens it and the request that made it."""

    state: State
    token: str
    repeat: Callable[[], Done] | None = None


@dataclass(slots=True)
class Client:
    """Does one thing after another; `clock` counts for all clients of a process."""

    name: str
    clinic: Clinic
    random: Random
    clock: Iterator[int]
    told: list[Told] = field(default_factory=list)
    visits: list[Mine] = field(default_factory=list)
    holds: list[Mine] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    closures: list[int] = field(default_factory=list)
    absences: list[int] = field(default_factory=list)

    def attempt(self) -> None:
        acts, weights = zip(*WEIGHTS.items(), strict=True)
        [act] = self.random.choices(acts, weights)
        now = NOW + timedelta(seconds=SECONDS_PER_ATTEMPT * next(self.clock))
        try:
            self.told.append(act(self, now) or book(self, now))
        except Refused as refusal:
            self.told.append(Told(attempt=act.__name__, refusal=type(refusal).__name__))

    # What is asked for

    def choice(self, procedure: Procedure | None = None) -> tuple[SlotChoice, int | None]:
        random, clinic = self.random, self.clinic
        wish = procedure or random.choice(clinic.procedures)
        providers = tuple(sorted(random.sample(clinic.providers, random.randint(1, len(clinic.providers)))))
        choice = SlotChoice(
            procedure=wish.key,
            location=clinic.location,
            start=self.start(random.choice(DAYS)),
            duration=wish.minutes,
            providers=providers,
        )
        return choice, random.choice([None, *providers])

    def start(self, day: date) -> int:
        # An hour more on either side than there is: some are refused for that.
        minutes = self.random.randrange(8 * 60, 18 * 60, EVERY_STEP)
        return edge(day=day, minutes=minutes, zone=self.clinic.zone)

    def request(self, operation: str) -> KeyedRequest:
        key = f"{self.name}-{len(self.told)}"
        return KeyedRequest(site=self.clinic.site, operation=operation, key=key, payload={"key": key})

    def procedure_of(self, mine: Mine) -> Procedure:
        return next(each for each in self.clinic.procedures if each.key == mine.state.procedure)

    def one_of(self, things: list[Mine]) -> Mine | None:
        return self.random.choice(things) if things else None


# What a client may do. Without the visit or hold that it takes, it books.


def book(client: Client, now: datetime) -> Told:
    choice, provider = client.choice()
    request = client.request("book")

    def act() -> Done:
        return book_appointment(
            choice=choice, provider=provider, patient=PATIENT, request=request, language="en", now=now
        )

    done = act()
    state = State.of(done.appointment)
    client.visits.append(Mine(state=state, token=done.manage_token or "", repeat=act))
    return Told("book", states=(state,), key=request.key)


def repeat(client: Client, now: datetime) -> Told | None:
    """Send a request again that was granted: it shows the visit as it is, and makes none."""
    mine = client.one_of(client.visits)
    if mine is None or mine.repeat is None:
        return None
    done = mine.repeat()
    assert (done.appointment.pk, done.manage_token) == (mine.state.visit, mine.token)
    return Told("repeat", states=(State.of(done.appointment),))


def hold(client: Client, now: datetime) -> Told:
    return _hold(client, now, replaced=None)


def replace_hold(client: Client, now: datetime) -> Told | None:
    mine = client.one_of(client.holds)
    return _hold(client, now, replaced=mine) if mine else None


def _hold(client: Client, now: datetime, *, replaced: Mine | None) -> Told:
    choice, provider = client.choice()
    request = client.request("hold")
    held = hold_slot(
        choice=choice,
        provider=provider,
        replaces=replaced.token if replaced else None,
        client_key=client.name,
        request=request,
        now=now,
    )
    if replaced:
        client.holds.remove(replaced)
    state = State.of(held.appointment)
    client.holds.append(Mine(state=state, token=held.token))
    return Told("replace_hold" if replaced else "hold", states=(state,), key=request.key)


def confirm_hold(client: Client, now: datetime) -> Told | None:
    mine = client.one_of(client.holds)
    if mine is None:
        return None
    request = client.request("book")
    # Whatever is said, it is not tried again.
    client.holds.remove(mine)
    done = book_held(token=mine.token, provider=None, patient=PATIENT, request=request, language="", now=now)
    state = State.of(done.appointment)
    client.visits.append(Mine(state=state, token=done.manage_token or ""))
    return Told("confirm_hold", states=(state,), key=request.key)


def move(client: Client, now: datetime) -> Told | None:
    mine = client.one_of(client.visits)
    if mine is None:
        return None
    choice, provider = client.choice(client.procedure_of(mine))
    request = client.request("reschedule")
    done = reschedule_appointment(
        token=mine.token, choice=choice, provider=provider, request=request, now=now
    )
    mine.state = State.of(done.appointment)
    return Told("move", states=(mine.state,), key=request.key)


def cancel(client: Client, now: datetime) -> Told | None:
    mine = client.one_of(client.visits)
    if mine is None:
        return None
    request = client.request("cancel")
    done = cancel_appointment(token=mine.token, reason="", request=request, now=now)
    client.visits.remove(mine)
    return Told("cancel", states=(State.of(done.appointment),), key=request.key)


def swap(client: Client, now: datetime) -> Told | None:
    if len(client.visits) < 2:
        return None
    one, other = client.random.sample(client.visits, 2)
    moved = swap_visits(
        one=(one.state.visit, one.state.version),
        other=(other.state.visit, other.state.version),
        actor=client.clinic.staff,
        site=client.clinic.site,
        reason="",
        now=now,
    )
    one.state, other.state = map(State.of, moved)
    return Told("swap", states=(one.state, other.state))


def block(client: Client, now: datetime) -> Told:
    random, clinic = client.random, client.clinic
    start = client.start(random.choice(DAYS))
    on_provider = random.random() < 0.5
    made = block_time(
        starts_at=to_datetime(start),
        ends_at=to_datetime(start + random.choice((20, 60, 120))),
        actor=clinic.staff,
        reason="",
        provider=random.choice(clinic.providers) if on_provider else None,
        room=None if on_provider else random.choice(clinic.rooms),
        now=now,
    )
    client.blocks.append(made.pk)
    return Told("block", block=made.pk)


def lift_block(client: Client, now: datetime) -> Told | None:
    if not client.blocks:
        return None
    key = client.blocks.pop()
    unblock(block_id=key, now=now)
    return Told("lift_block", block=key, is_gone=True)


NOON = {"start_time": "12:00", "end_time": "13:30"}


def close(client: Client, now: datetime) -> Told:
    day = client.random.choice(DAYS)
    client.closures.append(Closure.objects.create(starts_on=day, ends_on=day, **NOON).pk)
    return Told("close")


def reopen(client: Client, now: datetime) -> Told | None:
    if not client.closures:
        return None
    Closure.objects.filter(pk=client.closures.pop()).delete()
    return Told("reopen")


def send_away(client: Client, now: datetime) -> Told:
    """Close one provider."""
    day, provider = client.random.choice(DAYS), client.random.choice(client.clinic.providers)
    made = ProviderException.objects.create(
        provider_id=provider, kind=ProviderException.Kind.CLOSED, starts_on=day, ends_on=day, **NOON
    )
    client.absences.append(made.pk)
    return Told("send_away")


def call_back(client: Client, now: datetime) -> Told | None:
    if not client.absences:
        return None
    ProviderException.objects.filter(pk=client.absences.pop()).delete()
    return Told("call_back")


WEIGHTS: dict[Callable[[Client, datetime], Told | None], int] = {
    book: 28,
    hold: 14,
    replace_hold: 14,
    confirm_hold: 14,
    move: 14,
    cancel: 15,
    swap: 4,
    repeat: 2,
    block: 2,
    lift_block: 4,
    close: 2,
    reopen: 8,
    send_away: 2,
    call_back: 6,
}


def mix(
    *, clinic: Clinic, seed: str, attempts: int, threads: int, wrapper: Wrapper | None = None
) -> list[Told]:
    """Make `attempts` by as many threads of this process, each on a connection of its own.

    The wrapper is put around each statement."""
    clock = itertools.count()
    ready = threading.Barrier(threads)

    def run(number: int) -> list[Told]:
        name = f"{seed}-{number}"
        client = Client(name=name, clinic=clinic, random=Random(name), clock=clock)
        try:
            connection.ensure_connection()
            ready.wait()
            with connection.execute_wrapper(wrapper) if wrapper else nullcontext():
                for _ in range(attempts // threads):
                    client.attempt()
        finally:
            connections.close_all()
        return client.told

    with ThreadPoolExecutor(threads) as pool:
        return [told for part in pool.map(run, range(threads)) for told in part]


def mix_in_processes(*, clinic: Clinic, seed: str, attempts: int, processes: int, threads: int) -> list[Told]:
    """Make `attempts` by processes with `threads` each."""
    connections.close_all()
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        parts = [
            pool.submit(
                mix, clinic=clinic, seed=f"{seed}-{number}", attempts=attempts // processes, threads=threads
            )
            for number in range(processes)
        ]
        return [told for part in parts for told in part.result()]
