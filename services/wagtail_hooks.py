"""Where Wagtail finds the admin of the procedures."""

from wagtail.snippets.models import register_snippet

from services.viewsets import ProcedureCategoryViewSet

register_snippet(ProcedureCategoryViewSet)
