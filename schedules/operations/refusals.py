"""Why a request is refused. Expected, told to the client, and nothing was written."""

from schedules.queries import (
    SlotSearch,
)


class Refused(Exception):
    """An expected refusal; nothing was written. The message says cause and remedy to a patient."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SlotTaken(Refused):
    """Somebody else has the time. Carries what a search for alternatives needs."""

    def __init__(self, *, procedure: int, search: SlotSearch, wanted: int) -> None:
        super().__init__("This time has just been taken. Please choose another.")
        self.procedure = procedure
        self.search = search
        self.wanted = wanted


class NotOffered(Refused): ...


class TooSoon(Refused): ...


class TooFar(Refused): ...


class DailyLimit(Refused): ...


class HoldExpired(Refused): ...


class TooManyHolds(Refused): ...


class HeldTooLong(Refused): ...


class TooManyWaits(Refused): ...


class CutoffPassed(Refused): ...


class InvalidState(Refused): ...


class TooEarly(Refused): ...


class NotFound(Refused): ...


class IdempotencyConflict(Refused): ...


class Busy(Refused): ...


class InvalidInput(Refused):
    def __init__(self, *, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
