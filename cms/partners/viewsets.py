"""Admin of the partners."""

from wagtail.snippets.views.snippets import SnippetViewSet

from cms.partners.models import Partner


class PartnerViewSet(SnippetViewSet):
    model = Partner
    icon = "globe"
    menu_label = "Partners"
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["name", "slug"]
    search_fields = ["name"]
    search_backend_name = None
