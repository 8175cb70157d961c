"""Drafts that a front end may show for an hour, each to whoever holds its token."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail.models import Page


class Preview(models.Model):
    """One draft of one page, as it was when the preview was opened."""

    token_hash = models.CharField(max_length=64)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    # Null for a page that is not created yet; `parent` then says where it will stand.
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The editor's panel opens a new one after every change; only the last of them is kept.
    in_panel = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    # Short-lived copies: deleting a page must not ask about them.
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="previews_preview_token"),
            models.CheckConstraint(
                condition=models.Q(page__isnull=False, parent__isnull=True)
                | models.Q(page__isnull=True, parent__isnull=False),
                name="previews_preview_page_or_parent",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="previews_preview_expires_at")]

    def __str__(self) -> str:
        return f"preview {self.pk}"
