"""The argument `previewToken`: a root field answers with a draft."""

from dataclasses import dataclass

import graphene
from wagtail.models import Page

from cms.graphql.context import GraphQLContext
from cms.graphql.errors import BadInput
from cms.graphql.ids import encode_id
from cms.graphql.types import PAGE_KIND, DateTime
from cms.graphql.visibility import visible_pages
from cms.previews.operations import CannotBeShown, PageIsBusy, WrittenDraft, rolled_back, write_draft
from cms.previews.queries import find_preview

ARGUMENT = "previewToken"


def preview_token() -> graphene.String:
    """Return the argument for a root field; its resolver passes the value to `previewed_page`."""
    return graphene.String(
        description="Shows the draft that this token was made for, and needs no other argument. By POST only."
    )


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """The one preview of a request, kept on its context."""

    token: str
    draft: WrittenDraft


def refused() -> BadInput:
    """Return the one answer to every token that does not show the page asked for, whatever the reason."""
    return BadInput("This preview is unknown or over. Open it again in the editor.", ARGUMENT)


def previewed_page(token: str, context: GraphQLContext) -> int:
    """Let the rest of the request see the token's draft in place of its page; return the key of that page.

    The answer becomes private. Raises BadInput."""
    context.make_private()
    shown = context.preview
    if shown is None:
        shown = context.preview = ShownPreview(token=token, draft=_show(token, context))
    if shown.token != token:
        raise BadInput(
            "A request shows one preview. Ask for the other one in a request of its own.", ARGUMENT
        )
    return shown.draft.page_id


def _show(token: str, context: GraphQLContext) -> WrittenDraft:
    if context.request.method != "POST":
        raise BadInput("Send the token by POST: addresses end up in logs.", ARGUMENT)
    preview = find_preview(token, now=context.now)
    if preview is None:
        raise refused()
    context.cleanup.enter_context(rolled_back())
    try:
        draft = write_draft(preview)
    except PageIsBusy:
        raise BadInput("The page is being saved at this moment. Ask again.", ARGUMENT) from None
    except CannotBeShown:
        raise BadInput(
            "The draft lacks too much to be shown. Go on editing, and ask again.", ARGUMENT
        ) from None
    own_page = Page.objects.filter(pk=draft.page_id)
    if not visible_pages(own_page, site=context.site, now=context.now).exists():
        raise BadInput(
            "The page is not for the public: it or a page above it is restricted, or it is of another site.",
            ARGUMENT,
        )
    context.extensions["preview"] = {
        "page": encode_id(PAGE_KIND, preview.page_id) if preview.page_id else None,
        "expiresAt": DateTime.serialize(preview.expires_at),
        "placeholders": list(draft.placeholders),
    }
    return draft
