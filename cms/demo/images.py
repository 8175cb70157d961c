"""Give the demo clinic's pages their pictures. The clinic file has no key for images."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.core.files import File
from django.db import transaction

from cms.core.models import ClinicImage, ContentPage
from providers.models import ProviderPage
from services.models import ProcedurePage

FOLDER = Path(__file__).parent / "pictures"

HEROES = {
    "micro-needling": "Drawing of fine needles above layers of skin",
    "initial-consultation": "Drawing of two speech bubbles that overlap",
    "chiropractic-adjustment": "Drawing of a spine seen from behind",
    "spinal-decompression": "Drawing of spinal discs with space between them, above a treatment table",
    "sports-massage": "Drawing of muscle fibers as flowing bands",
    "dry-needling": "Drawing of four thin needles above a muscle",
    "cupping-therapy": "Drawing of four cups on a curved back",
    "posture-assessment": "Drawing of a standing figure along a plumb line",
    "prenatal-chiropractic-care": "Drawing of nested circles around a small bright one",
    "custom-orthotics": "Drawing of a pair of shoe inserts",
    "kinesiology-taping": "Drawing of three bands of elastic tape",
}
PORTRAITS = {
    "sarah-white": "Drawn portrait of Dr. Sarah White with brown hair and a white coat",
    "james-okafor": "Drawn portrait of Dr. James Okafor with short black hair and a blue jacket",
    "maria-delgado": "Drawn portrait of Maria Delgado with dark hair and a green jacket",
    "daniel-kim": "Drawn portrait of Dr. Daniel Kim with short black hair and a white coat",
    "helen-brooks": "Drawn portrait of Dr. Helen Brooks with gray hair and a purple jacket",
    "amira-haddad": "Drawn portrait of Amira Haddad with dark hair and a cream jacket",
}


@transaction.atomic
def attach_demo_images() -> int:
    """Publish a picture on each demo page that has none yet; return how many pages were changed."""
    heroes = attach(model=ProcedurePage, field="hero_image", descriptions=HEROES)
    return heroes + attach(model=ProviderPage, field="photo", descriptions=PORTRAITS)


def attach(*, model: type[ContentPage], field: str, descriptions: Mapping[str, str]) -> int:
    changed = 0
    for page in model.objects.filter(slug__in=list(descriptions)).order_by("pk"):
        # Of a live page the published version, so that no draft of an editor is published along with it.
        version = page if page.live else page.get_latest_revision_as_object()
        if getattr(version, field) is None:
            setattr(version, field, demo_image(slug=page.slug, description=descriptions[page.slug]))
            revision = version.save_revision(log_action=True)
            if page.live:
                revision.publish()
            changed += 1
    return changed


def demo_image(*, slug: str, description: str) -> ClinicImage:
    """Return the picture from the library, added if it is not there."""
    title = f"{slug.replace('-', ' ').capitalize()} (demo)"
    present = ClinicImage.objects.filter(title=title).first()
    if present:
        return present
    with (FOLDER / f"{slug}.jpg").open("rb") as stream:
        image = ClinicImage(title=title, description=description, file=File(stream, name=f"demo-{slug}.jpg"))
        image.save()
    return image
