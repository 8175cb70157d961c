"""What this app adds to the editors of provider and procedure pages, and how its fields are edited."""

from django import forms
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel

from cms.core.source_rows import SourceRowsPanel
from providers.models import ProviderPage
from schedules.fields import FencedRecurrenceField, WallClockField
from schedules.forms import LocationForm, RecurrenceFormField
from schedules.models import AvailabilityRule, Location
from schedules.widgets import RecurrenceInput, WallClockInput
from services.models import ProcedurePage


class HoursImpactPanel(HelpPanel):
    """Stands where hours are edited: on the source, and not on its translations."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.form.source is None


register_form_field_override(
    FencedRecurrenceField, override={"form_class": RecurrenceFormField, "widget": RecurrenceInput}
)
register_form_field_override(WallClockField, override={"widget": WallClockInput})

Location.base_form_class = LocationForm
AvailabilityRule.panels = [
    FieldPanel("recurrence", heading="Repeats"),
    # A select rather than a chooser: clinics have few locations, and choosing one takes one key.
    FieldRowPanel(
        [
            "start_time",
            FieldPanel(
                "end_time",
                help_text="Up to 24:00. Earlier than the start: the next day.",
                widget=WallClockInput({"placeholder": "such as 17:00"}),
            ),
        ]
    ),
    FieldRowPanel(
        [
            FieldPanel("location", widget=forms.Select),
            FieldPanel("valid_from", help_text="“Every 2 weeks” counts from here."),
            "valid_until",
        ]
    ),
    HelpPanel(template="schedules/panels/hours_summary.html"),
    FieldPanel("procedures", heading="Only for these procedures", widget=forms.CheckboxSelectMultiple),
]

ProviderPage.add_panels(
    SourceRowsPanel("availability_rules", heading="Regular hours", label="Hours"), tab="Availability"
)
ProviderPage.add_panels(
    HoursImpactPanel(heading="Visits outside these hours", template="schedules/panels/hours_impact.html"),
    tab="Availability",
)
ProcedurePage.add_panels(
    SourceRowsPanel(
        "booking_policies",
        heading="Online booking",
        label="Booking policy",
        max_num=1,
        help_text="Without a booking policy patients can read the article but not book a visit.",
    ),
    tab="Booking",
)
