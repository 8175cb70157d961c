"""Admin of the navigation menus."""

from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core.models import NavigationMenu


class NavigationMenuViewSet(SnippetViewSet):
    model = NavigationMenu
    icon = "list-ul"
    menu_label = "Navigation"
    add_to_settings_menu = True
    list_display = ["handle", "site"]
