"""The clinic that both sites of the comparison show, as plain values: the same on every run."""

from dataclasses import dataclass

PROCEDURES = 200
PROVIDERS = 20
PROVIDERS_EACH = 3
BENEFITS = 7
RISKS = 4
SEVERITIES = ("minor", "moderate", "serious")
SENTENCE = "After the visit the skin may feel tight and warm for a day, which passes without any treatment."
PARAGRAPH = f"<p>{' '.join([SENTENCE] * 3)}</p>"


@dataclass(frozen=True, slots=True)
class Part:
    """A benefit, or a risk where it has a severity."""

    title: str
    description: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """`providers` are places in PROVIDER_NAMES; `image` is one of as many images as there are providers."""

    title: str
    slug: str
    summary: str
    introduction: str
    how_it_works: str
    benefits: tuple[Part, ...]
    risks: tuple[Part, ...]
    providers: tuple[int, ...]
    image: int


def _article(number: int) -> Article:
    benefits = (Part(f"Benefit {place} of {number:03}", f"<p>{SENTENCE}</p>") for place in range(BENEFITS))
    risks = (
        Part(f"Risk {place} of {number:03}", f"<p>{SENTENCE}</p>", SEVERITIES[place % 3])
        for place in range(RISKS)
    )
    return Article(
        title=f"Procedure {number:03}",
        slug=f"procedure-{number:03}",
        summary=f"What number {number:03} is and what to expect of it. {SENTENCE}",
        introduction=PARAGRAPH,
        how_it_works=PARAGRAPH * 5,
        benefits=tuple(benefits),
        risks=tuple(risks),
        providers=tuple(sorted((number + step * 7) % PROVIDERS for step in range(PROVIDERS_EACH))),
        image=number % PROVIDERS,
    )


PROVIDER_NAMES = tuple(f"Provider {number:02}" for number in range(PROVIDERS))
ARTICLES = tuple(_article(number) for number in range(PROCEDURES))
