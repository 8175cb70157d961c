"""Articles for tests, with every part filled."""

from typing import Any

from cms.core.models import ClinicImage
from services.models import ProcedurePage
from tests.factories import make_procedure

BENEFITS = ["Skin texture", "Radiance", "Pore size"]
RISKS = [
    ("Sensitivity", "moderate", "unknown"),
    ("Redness", "minor", "very_common"),
    ("Infection", "serious", "rare"),
    ("Scarring", "serious", "very_rare"),
    ("Swelling", "minor", "common"),
]


def benefit(
    title: str, *, text: str = "<p>It may improve.</p>", icon: ClinicImage | None = None
) -> tuple[str, Any]:
    return "benefit", {"title": title, "description": text, "icon": icon}


def risk(
    title: str, severity: str, likelihood: str, *, text: str = "<p>It may happen.</p>"
) -> tuple[str, Any]:
    return "risk", {"title": title, "description": text, "severity": severity, "likelihood": likelihood}


def make_article(*, title: str = "Micro needling", text: str = "<p>Text</p>", **fields: Any) -> ProcedurePage:
    """Return a published article with `text` in all of its rich texts."""
    icon = fields.pop("icon", None)
    parts: dict[str, Any] = {
        "also_known_as": ["Collagen induction therapy"],
        "introduction": text,
        "how_it_works": text,
        "aftercare": text,
        "what_to_expect": [("step", {"phase": "before", "title": "Numbing", "description": text})],
        "benefits": [benefit(name, text=text, icon=icon) for name in BENEFITS],
        "risks": [risk(*values, text=text) for values in RISKS],
        "faqs": [("faq", {"question": "Does it hurt?", "answer": text})],
        "body": [("heading", {"text": "More"}), ("paragraph", {"content": text})],
        "duration_minutes_min": 30,
        "duration_minutes_max": 60,
        "downtime": "A few days",
    }
    return make_procedure(title=title, **(parts | fields))
