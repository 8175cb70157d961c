"""StreamField blocks that any page may use in its body.

Descriptions and previews are what editors see in the block picker.
"""

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]
ARTICLE_FEATURES = ["h3", "h4", *TEXT_FEATURES, "document-link", "hr"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=120, label="Heading")

    class Meta:
        icon = "title"
        description = "A heading that starts a new section of the page"
        preview_value = {"text": "How the treatment works"}


class ParagraphBlock(blocks.StructBlock):
    # Not `text`: front ends could not ask for it beside the plain `text` of other blocks.
    content = blocks.RichTextBlock(features=ARTICLE_FEATURES, label="Text")

    class Meta:
        icon = "pilcrow"
        description = "Text with lists, links and small headings"
        preview_value = {"content": "<p>A short visit, a clear plan and <b>time for your questions</b>.</p>"}


class PictureBlock(blocks.StructBlock):
    image = ImageBlock()
    caption = blocks.CharBlock(max_length=250, required=False)

    class Meta:
        icon = "image"
        description = "A picture with an optional caption"
        preview_template = "core/blocks/picture_preview.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(max_length=600)
    attribution = blocks.CharBlock(
        max_length=120,
        required=False,
        help_text="Who said it. Name a patient only with written consent.",
    )

    class Meta:
        icon = "openquote"
        description = "A quotation that stands out from the text"
        preview_value = {"text": "I knew what to expect before I came in.", "attribution": "A patient"}


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        choices=[("note", "Note"), ("important", "Important"), ("emergency", "Emergency")], default="note"
    )
    title = blocks.CharBlock(max_length=120)
    content = blocks.RichTextBlock(features=TEXT_FEATURES, label="Text")

    class Meta:
        icon = "warning"
        description = "A box for something that readers must not miss"
        preview_value = {
            "tone": "important",
            "title": "Before your visit",
            "content": "<p>Tell us about medicines you take and about recent sunburn.</p>",
        }


class BodyBlock(blocks.StreamBlock):
    """The general body of a page."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    picture = PictureBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()

    class Meta:
        required = False


class NavigationLinkBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=60)
    page = blocks.PageChooserBlock(required=False, help_text="A page of this site.")
    url = blocks.URLBlock(required=False, label="Address", help_text="Used where no page is chosen.")

    class Meta:
        icon = "link"


class NavigationItemBlock(NavigationLinkBlock):
    children = blocks.ListBlock(NavigationLinkBlock(), required=False, default=[], label="Items below it")

    class Meta:
        icon = "list-ul"
        description = "An entry of the menu, with the entries below it"
