"""Where Wagtail finds the admin of the feeds."""

from wagtail import hooks

from cms.feeds.viewsets import CalendarFeedViewSet, patient_permissions

hooks.register("register_admin_viewset", CalendarFeedViewSet)
hooks.register("register_permissions", patient_permissions)
