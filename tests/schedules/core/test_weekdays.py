from datetime import date

import pytest

from schedules.core.recurrence import parse_recurrence
from schedules.core.weekdays import offer_words, regular_days

TUESDAY = date(2026, 1, 6)

WORDS = [
    (["FREQ=WEEKLY;BYDAY=TU"], "Tuesdays", "martes"),
    (["FREQ=WEEKLY"], "Tuesdays", "martes"),
    (["FREQ=WEEKLY;BYDAY=TU,TH"], "Tuesdays and Thursdays", "martes y jueves"),
    (["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"], "Mondays to Fridays", "de lunes a viernes"),
    (["FREQ=WEEKLY;BYDAY=MO,WE,FR"], "Mondays, Wednesdays and Fridays", "lunes, miércoles y viernes"),
    (["FREQ=DAILY"], "Mondays to Sundays", "de lunes a domingo"),
    (["FREQ=MONTHLY;BYDAY=2SA"], "some Saturdays", "algunos sábados"),
    (["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"], "some Tuesdays", "algunos martes"),
    (["FREQ=WEEKLY;BYDAY=TU;BYMONTH=6"], "some Tuesdays", "algunos martes"),
    (
        ["FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=2SA"],
        "Tuesdays and some Saturdays",
        "martes y algunos sábados",
    ),
    (["FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=2TU"], "Tuesdays", "martes"),
]


@pytest.mark.parametrize(("rules", "english", "spanish"), WORDS)
def test_offer_words(rules: list[str], english: str, spanish: str) -> None:
    days = regular_days((parse_recurrence(rule), TUESDAY) for rule in rules)

    words = {locale: offer_words("Sarah White", days, locale=locale) for locale in ("en", "es-mx", "tlh")}
    assert words == {
        "en": f"Sarah White on {english}",
        "es-mx": f"Sarah White: {spanish}",
        "tlh": f"Sarah White on {english}",
    }
