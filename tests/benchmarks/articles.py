"""The content of the comparison as pages of this site."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.core.models import ClinicImage
from cms.graphql.image_presets import PRESETS
from services.models import ProcedurePage
from tests.benchmarks.content import ARTICLES, PROVIDER_NAMES, Article
from tests.benchmarks.measuring import WARM_UP, Asker
from tests.factories import make_procedure, make_provider, make_site
from tests.hiding import make_image
from tests.services.articles import benefit, risk


def build_articles() -> None:
    make_site()
    images = [image(name) for name in PROVIDER_NAMES]
    procedures = [procedure(article, image=images[article.image]) for article in ARTICLES]
    for place, name in enumerate(PROVIDER_NAMES):
        offers = [
            page for page, article in zip(procedures, ARTICLES, strict=True) if place in article.providers
        ]
        make_provider(name=name, offers=offers)


def image(title: str) -> ClinicImage:
    made = make_image(title)
    made.get_renditions(*PRESETS["CARD"].specs)
    return made


def procedure(article: Article, *, image: ClinicImage) -> ProcedurePage:
    return make_procedure(
        title=article.title,
        slug=article.slug,
        summary=article.summary,
        introduction=article.introduction,
        how_it_works=article.how_it_works,
        hero_image=image,
        benefits=[benefit(part.title, text=part.description) for part in article.benefits],
        risks=[risk(part.title, part.severity, "unknown", text=part.description) for part in article.risks],
        bookable=False,
    )


def statements(query: str) -> int:
    """Count the statements of a request once caches are warm."""
    asker = Asker()
    for _ in range(WARM_UP):
        asker.ask(query)
    with CaptureQueriesContext(connection) as captured:
        asker.ask(query)
    return len(captured)
