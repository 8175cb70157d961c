"""StreamField blocks of a procedure article."""

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms.core.blocks import TEXT_FEATURES

PHASES = [("before", "Before"), ("during", "During"), ("after", "After")]
SEVERITIES = [("minor", "Minor"), ("moderate", "Moderate"), ("serious", "Serious")]
LIKELIHOODS = [
    ("very_common", "Very common: more than 1 in 10 people"),
    ("common", "Common: 1 to 10 in 100"),
    ("uncommon", "Uncommon: 1 to 10 in 1,000"),
    ("rare", "Rare: 1 to 10 in 10,000"),
    ("very_rare", "Very rare: fewer than 1 in 10,000"),
    ("unknown", "Not known"),
]


class ExpectationBlock(blocks.StructBlock):
    phase = blocks.ChoiceBlock(choices=PHASES, help_text="When it happens, seen from the visit.")
    title = blocks.CharBlock(max_length=120)
    description = blocks.RichTextBlock(features=TEXT_FEATURES, required=False)

    class Meta:
        icon = "list-ol"
        label = "Step"
        label_format = "{phase}: {title}"
        description = "One thing that patients experience before, during or after the visit"
        preview_value = {
            "phase": "before",
            "title": "Cleaning and numbing",
            "description": "<p>We clean the skin and apply a numbing cream.</p>",
        }


class BenefitBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, help_text="In two or three words.")
    description = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        required=False,
        help_text="What patients may notice. Say “may”, never promise a result.",
    )
    icon = ImageChooserBlock(required=False, help_text="A small decorative picture.")

    class Meta:
        icon = "plus-inverse"
        label = "Benefit"
        label_format = "{title}"
        description = "Something that the treatment may improve"
        preview_value = {
            "title": "Smoother texture",
            "description": "<p>The skin may feel more even to the touch.</p>",
        }


class RiskBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, help_text="In two or three words.")
    description = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        required=False,
        help_text="What may happen, how long it lasts and what to do about it.",
    )
    severity = blocks.ChoiceBlock(choices=SEVERITIES, help_text="How bad it is when it happens.")
    likelihood = blocks.ChoiceBlock(choices=LIKELIHOODS, default="unknown", help_text="How often it happens.")

    class Meta:
        icon = "warning"
        label = "Risk"
        label_format = "{title} ({severity})"
        description = "A side effect or complication that patients must know"
        preview_value = {
            "title": "Redness",
            "description": "<p>The skin is often red for a few days.</p>",
            "severity": "minor",
            "likelihood": "very_common",
        }


class FaqBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=200)
    answer = blocks.RichTextBlock(features=TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = "Question"
        label_format = "{question}"
        description = "A question that patients ask, with its answer"
        preview_value = {
            "question": "Does it hurt?",
            "answer": "<p>A numbing cream keeps most people comfortable.</p>",
        }
