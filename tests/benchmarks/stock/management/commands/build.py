"""`python -m django build`: migrate, fill, and print the SQL statements of each question."""

import json
import sys
from io import BytesIO
from typing import Any

import PIL.Image
from django.core.files.images import ImageFile
from django.core.management import BaseCommand, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Image
from wagtail.models import Page, Site

from tests.benchmarks.content import ARTICLES, PROVIDER_NAMES, Article, Part
from tests.benchmarks.stock.models import ProcedurePage, ProviderPage


class Command(BaseCommand):
    help = "Fill the database. Reads questions as a JSON object of documents, prints one of numbers."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        home = Site.objects.get(is_default_site=True).root_page
        images = [image(name) for name in PROVIDER_NAMES]
        providers = [provider(name, home=home) for name in PROVIDER_NAMES]
        for article in ARTICLES:
            procedure(article, home=home, images=images, providers=providers)
        questions = json.load(sys.stdin)
        self.stdout.write(json.dumps({name: statements(query) for name, query in questions.items()}))


def image(title: str) -> Image:
    content = BytesIO()
    PIL.Image.new("RGB", (64, 48), "teal").save(content, "PNG")
    content.seek(0)
    made = Image.objects.create(title=title, file=ImageFile(content, name="picture.png"))
    made.get_rendition("fill-480x320|format-webp")
    return made


def provider(name: str, *, home: Page) -> ProviderPage:
    page = ProviderPage(title=f"Dr. {name}", slug=name.lower().replace(" ", "-"), name=name)
    return home.add_child(instance=page)


def procedure(article: Article, *, home: Page, images: list[Image], providers: list[ProviderPage]) -> None:
    page = ProcedurePage(
        title=article.title,
        slug=article.slug,
        summary=article.summary,
        introduction=article.introduction,
        how_it_works=article.how_it_works,
        benefits=[("benefit", benefit(part)) for part in article.benefits],
        risks=[("risk", risk(part)) for part in article.risks],
        image=images[article.image],
    )
    page.providers = [providers[place] for place in article.providers]
    home.add_child(instance=page)


def benefit(part: Part) -> dict[str, str]:
    return {"title": part.title, "description": part.description}


def risk(part: Part) -> dict[str, str]:
    return {"title": part.title, "description": part.description, "severity": part.severity}


def statements(query: str) -> int:
    """Count the statements of a request once caches are warm."""
    client = Client()
    for _ in range(2):
        client.post("/graphql/", {"query": query}, content_type="application/json")
    with CaptureQueriesContext(connection) as captured:
        client.post("/graphql/", {"query": query}, content_type="application/json")
    return len(captured)
