"""Finding visits by what is known of a patient."""

import re

from django.db.models import F, Func, Q, QuerySet, TextField

from schedules.models import Appointment

NOT_DIGITS = re.compile(r"\D")
MIN_DIGITS = 4


class Digits(Func):
    """The digits of a text, so that a phone number is found however it was written."""

    template = "REGEXP_REPLACE(%(expressions)s, '[^0-9]', '', 'g')"
    output_field = TextField()


def visits_of_patient(words: str) -> QuerySet[Appointment]:
    """Return the visits whose patient's name has all the words, or whose email or phone has the text.

    The latest first."""
    by_name = Q()
    for word in words.split():
        by_name &= Q(patient__name__icontains=word)
    found = by_name | Q(patient__email__icontains=words.strip())
    digits = NOT_DIGITS.sub("", words)
    if len(digits) >= MIN_DIGITS:
        found |= Q(digits__contains=digits)
    visits = Appointment.objects.visits().annotate(digits=Digits(F("patient__phone")))
    return (
        visits.filter(found)
        .select_related("patient", "procedure", "provider", "location", "room")
        .order_by("-starts_at", "-pk")
    )
