"""Where Wagtail finds the admin of the previews."""

from wagtail import hooks

from cms.previews.viewsets import PreviewViewSet, preview_permissions

hooks.register("register_admin_viewset", PreviewViewSet)
hooks.register("register_permissions", preview_permissions)
