"""Admin of the procedure categories."""

from wagtail.snippets.views.snippets import SnippetViewSet

from services.models import ProcedureCategory


class ProcedureCategoryViewSet(SnippetViewSet):
    model = ProcedureCategory
    icon = "tag"
    menu_label = "Categories"
    menu_order = 220
    add_to_admin_menu = True
    list_display = ["name", "slug"]
    search_fields = ["name"]
    search_backend_name = None
