"""Where Wagtail finds the admin of the partners."""

from wagtail.snippets.models import register_snippet

from cms.partners.viewsets import PartnerViewSet

register_snippet(PartnerViewSet)
