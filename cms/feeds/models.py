"""Calendar feeds: who may see a provider's visits in a calendar application."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from cms.core.models import require_source
from providers.models import ProviderPage


class CalendarFeed(models.Model):
    """An address at which a calendar application reads one provider's visits. The token is kept as a hash."""

    provider = models.ForeignKey(ProviderPage, on_delete=models.CASCADE, related_name="calendar_feeds")
    label = models.CharField(max_length=80, help_text="Which device or person it is for, such as “Phone”.")
    token_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    # A day, not an instant: enough to find feeds that nobody reads any more.
    last_used_on = models.DateField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["provider_id", "label", "id"]
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="feeds_calendarfeed_token")]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        require_source(self, field="provider")
        # Devices that read it would show somebody else's visits.
        if CalendarFeed.objects.filter(pk=self.pk).exclude(provider_id=self.provider_id).exists():
            raise ValidationError({"provider": "A calendar stays with its provider: make another one."})
