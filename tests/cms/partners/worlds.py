"""A clinic with an article and a partner that embeds it, and how tests ask as the partner's readers do."""

from datetime import UTC, date, datetime
from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

from cms.core.models import ClinicSettings
from cms.partners.models import Partner
from providers.models import MedicalReview, ProviderPage
from services.models import ProcedurePage
from tests import factories

KEY = "gym"
ORIGIN = "https://www.gym.example"
ARTICLE = f"/embed/{KEY}/procedures/micro-needling/"
CONTENT = f"{ARTICLE}content.json"
BOOKING = f"/embed/{KEY}/booking/"
# Six in the evening in Denver.
NOW = datetime(2027, 3, 2, 1, tzinfo=UTC)
TODAY = date(2027, 3, 1)


def make_partner(
    *,
    slug: str = KEY,
    name: str = "Gym",
    origins: tuple[str, ...] = (ORIGIN,),
    categories: Any = (),
    procedures: Any = (),
    **fields: Any,
) -> Partner:
    partner = Partner(slug=slug, name=name, allowed_origins=list(origins), **fields)
    partner.full_clean()
    partner.save()
    partner.categories.set(categories)
    partner.procedures.set(procedures)
    return partner


def stream(kind: str, *values: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, value) for value in values]


def make_article(**fields: Any) -> ProcedurePage:
    """An article with every section, whose words no other part of a page has."""
    sections: dict[str, Any] = {
        "introduction": "<p>Tiny channels.</p>",
        "how_it_works": "<p>Collagen grows.</p>",
        "aftercare": "<p>Use sunscreen.</p>",
        "downtime": "One day",
        "duration_minutes_min": 30,
        "duration_minutes_max": 60,
        "what_to_expect": stream(
            "step", {"phase": "before", "title": "Numbing", "description": "<p>Cream.</p>"}
        ),
        "benefits": stream("benefit", {"title": "Texture", "description": "<p>Smoother.</p>"}),
        "risks": stream(
            "risk",
            {
                "title": "Redness",
                "description": "<p>Passes.</p>",
                "severity": "minor",
                "likelihood": "very_common",
            },
            {
                "title": "Scarring",
                "description": "<p>Lasts.</p>",
                "severity": "serious",
                "likelihood": "very_rare",
            },
        ),
        "faqs": stream("faq", {"question": "Does it hurt?", "answer": "<p>Hardly.</p>"}),
    }
    return factories.make_procedure(**(sections | fields))


def make_clinic(**fields: Any) -> ProcedurePage:
    """The usual world: the article, who offers it on Tuesdays, and who reviewed it."""
    article = make_article(**fields)
    provider = factories.make_provider(offers=[article])
    factories.make_rule(provider=provider, location=factories.make_location())
    review(article, by=provider)
    ClinicSettings.objects.update(phone="+1 303 555 0142")
    return ProcedurePage.objects.get(pk=article.pk)


def review(article: ProcedurePage, *, by: ProviderPage | None, on: date = date(2027, 1, 4)) -> None:
    MedicalReview.objects.create(page=article, reviewed_by=by, reviewed_on=on)


def get(path: str, **headers: str) -> Any:
    """Ask without cookies; headers by their names, with underscores for hyphens."""
    named = {"host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().get(path, headers=named)


def content(path: str = CONTENT, **headers: str) -> Any:
    response = get(path, **headers)
    assert response.status_code == 200, response.content
    return response.json()


def tree(html: str | bytes) -> Any:
    """Return HTML as a tree. What is looked for in it is there, or the test fails."""
    return BeautifulSoup(html, "html.parser")
