"""Where Wagtail finds the admin of the partners."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.partners.viewsets import PartnerViewSet, report_menu_item

register_snippet(PartnerViewSet)
hooks.register("register_reports_menu_item", report_menu_item)
