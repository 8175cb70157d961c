"""Where Wagtail finds the admin of what all apps share."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.core.viewsets import NavigationMenuViewSet

register_snippet(NavigationMenuViewSet)


@hooks.register("insert_editor_js")
def label_rich_text() -> SafeString:
    return format_html('<script src="{}"></script>', static("core/rich_text_labels.js"))
