"""What a partner's record takes, and what the database refuses."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms.partners.assets import labels
from cms.partners.core import contrast, day_words, full_colour, origin_of
from cms.partners.models import Partner, PartnerViews
from tests.cms.partners.worlds import ORIGIN, TODAY, make_partner

pytestmark = pytest.mark.django_db


def refused(**fields: Any) -> dict[str, list[str]]:
    partner = Partner(name="Gym", slug="gym", **fields)
    with pytest.raises(ValidationError) as raised:
        partner.full_clean()
    return raised.value.message_dict


@pytest.mark.parametrize(
    "accent", ["#0f766e", "#00aa66", "#d6336c", "#1971c2", "#e03131", "#7048e8", "#0A6", "#767676"]
)
def test_colours_that_can_be_seen_are_stored_in_full(accent: str) -> None:
    partner = make_partner(accent=accent)

    assert partner.accent == full_colour(accent)
    assert min(contrast(partner.accent, "#ffffff"), contrast(partner.accent, "#15181c")) >= 3
    assert contrast(partner.theme.on_accent, partner.accent) >= 4.5


@pytest.mark.parametrize(
    ("accent", "said"),
    [
        ("#ffeb3b", "on white"),
        ("#ffffff", "1.0 to 1 on white"),
        ("#111111", "on the dark background"),
        ("#000080", "on the dark background"),
    ],
)
def test_colours_that_cannot_be_seen_are_refused_with_their_contrast(accent: str, said: str) -> None:
    [message] = refused(accent=accent)["accent"]

    assert said in message
    assert "Choose a colour with at least 3 to 1" in message


@pytest.mark.parametrize("accent", ["red", "#12345", "#fff;}", "url(x)", "#ggg", "#fff\n;"])
def test_what_is_no_colour_is_refused(accent: str) -> None:
    [message] = refused(accent=accent)["accent"]

    assert message == f"“{accent}” is not a colour: write it like #0f766e."


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"allowed_origins": ["https://gym.example/page"]}, "allowed_origins"),
        ({"allowed_origins": ["https://*.gym.example"]}, "allowed_origins"),
        ({"allowed_origins": ["http://gym.example"]}, "allowed_origins"),
        ({"allowed_origins": ["https://gym.example; script-src *"]}, "allowed_origins"),
        ({"locales": ["xx"]}, "locales"),
        ({"radius_px": 33}, "radius_px"),
        ({"daily_quota": 0}, "daily_quota"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"content": "some"}, "content"),
    ],
)
def test_wrong_values_are_refused_by_field(fields: dict[str, Any], field: str) -> None:
    assert list(refused(**fields)) == [field]


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("https://gym.example:443", "write https://gym.example."),
        ("https://Gym.example/", "write https://gym.example."),
        ("https://gym.example/page?x#y", "write https://gym.example."),
        ("http://localhost:80", "write http://localhost."),
        ("https://gym.example:99999", "write scheme and host only"),
        ("https://münchen.example", "write scheme and host only"),
        ("null", "write scheme and host only"),
    ],
)
def test_origins_that_no_browser_sends_are_refused_with_what_to_write(origin: str, said: str) -> None:
    assert said in refused(allowed_origins=[origin])["allowed_origins"][0]


BROKEN: dict[str, dict[str, Any]] = {
    "partners_partner_slug": {},
    "partners_partner_key_shape": {"slug": "a/b"},
    "partners_partner_accent_colour": {"slug": "b", "accent": "red"},
    "partners_partner_radius_range": {"slug": "b", "radius_px": 33},
    "partners_partner_quota_positive": {"slug": "b", "daily_quota": 0},
    "partners_partner_known_choices": {"slug": "b", "scheme": "neon"},
}


@pytest.mark.parametrize("constraint", BROKEN)
def test_database_refuses_impossible_partners(constraint: str) -> None:
    make_partner()
    fields = {"slug": "gym", "name": "Other", **BROKEN[constraint]}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Partner.objects.create(**fields)


BROKEN_VIEWS: dict[str, dict[str, Any]] = {
    "partners_partnerviews_one_row_each": {},
    "partners_partnerviews_known_kind": {"kind": "print"},
    "partners_partnerviews_positive": {"kind": "element", "views": 0},
}


@pytest.mark.parametrize("constraint", BROKEN_VIEWS)
def test_database_refuses_impossible_counts(constraint: str) -> None:
    counted: dict[str, Any] = {
        "partner": make_partner(),
        "day": TODAY,
        "kind": "article",
        "origin": ORIGIN,
        "views": 1,
    }
    PartnerViews.objects.create(**counted)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PartnerViews.objects.create(**counted | BROKEN_VIEWS[constraint])


def test_deleted_partner_takes_its_counts_along() -> None:
    partner = make_partner()
    PartnerViews.objects.create(partner=partner, day=TODAY, kind="article", views=1)
    partner.delete()

    assert not PartnerViews.objects.exists()


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://www.gym.example/page?x=1", "https://www.gym.example"),
        ("https://GYM.example:443/", "https://gym.example"),
        ("http://localhost:8000/x", "http://localhost:8000"),
        ("http://[::1]:80/x", "http://[::1]"),
        ("ftp://gym.example/", ""),
        ("https://gym.example:99999/", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_origin_is_what_browsers_send(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_days_in_words() -> None:
    words = {locale: day_words(TODAY, texts=labels(locale)) for locale in ("en", "es", "es-mx", "tlh")}

    assert words == {
        "en": "March 1, 2027",
        "es": "1 de marzo de 2027",
        "es-mx": "1 de marzo de 2027",
        "tlh": "March 1, 2027",
    }


def test_languages_have_the_same_texts() -> None:
    english, spanish = labels("en"), labels("es")

    assert {name: type(text) for name, text in english.items()} == {
        name: type(text) for name, text in spanish.items()
    }
    assert english is not spanish
