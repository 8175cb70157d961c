"""When and where: locations, availability, appointments and the claims that keep them apart."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.core.fields import within
from cms.core.models import time_zone_field
from providers.models import VISIT_MINUTES, ProviderPage
from schedules.fields import FencedRecurrenceField, ProcedureKeysField, WallClockField
from services.models import ProcedurePage

SAME_TIME = "Start and end are the same time. For the whole day use 00:00 to 24:00."
BUFFER_MINUTES = [MaxValueValidator(720)]
CUTOFF_MINUTES = [MaxValueValidator(525_600)]


# Places -------------------------------------------------------------------------------------------


class Location(ClusterableModel):
    """A place where visits happen. Its zone decides what every local time there means."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, help_text="The name used in addresses and filters.")
    time_zone = time_zone_field(help_text="Such as America/Denver.")
    street = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel(["slug", "time_zone"]),
        MultiFieldPanel(
            [
                "street",
                FieldRowPanel(["city", "region"]),
                FieldRowPanel(["postal_code", "country"]),
                "phone",
                FieldRowPanel(["latitude", "longitude"]),
            ],
            heading="Address",
        ),
        InlinePanel("rooms", heading="Rooms", label="Room"),
    ]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="schedules_location_slug")]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    kind = models.SlugField(
        max_length=40, help_text="One word that procedures ask for, such as treatment or massage."
    )
    is_active = models.BooleanField("in use", default=True)

    panels = [FieldRowPanel(["name", "slug"]), FieldRowPanel(["kind", "is_active"])]

    class Meta:
        ordering = ["location_id", "name"]
        constraints = [
            models.UniqueConstraint(fields=["location", "slug"], name="schedules_room_slug_per_location")
        ]

    def __str__(self) -> str:
        return self.name


# Availability -------------------------------------------------------------------------------------


class AvailabilityRule(Orderable):
    """Local hours that recur. Drafted, published and rolled back with the provider's page.

    `end_time` before `start_time` runs past midnight and belongs to its start date. Dates are inclusive.
    """

    page = ParentalKey(ProviderPage, on_delete=models.CASCADE, related_name="availability_rules")
    # Not protected: drafts that name a location which is gone must still open.
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    recurrence = FencedRecurrenceField()
    valid_from = models.DateField(help_text="The first possible day; “every 2 weeks” counts from here.")
    valid_until = models.DateField(null=True, blank=True, help_text="The last possible day.")
    start_time = WallClockField(help_text="In the location's time.")
    end_time = WallClockField(
        help_text="24:00 is midnight. Earlier than the start means the next day.",
    )
    # Keys, not relations: rows that vanish with a procedure would open its hours for all others.
    procedures = ProcedureKeysField(help_text="Empty: all that this provider offers.")

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(start_time=models.F("end_time")),
                name="schedules_availabilityrule_not_empty",
                violation_error_message=SAME_TIME,
            ),
            models.CheckConstraint(
                condition=models.Q(start_time__lt="24:00"),
                name="schedules_availabilityrule_start_before_midnight",
                violation_error_message="A window cannot start at 24:00. Use 00:00 of the next day.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="schedules_availabilityrule_dates_in_order",
                violation_error_message="The last day is before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_time} to {self.end_time}"

    def clean(self) -> None:
        super().clean()
        clean_hours(start_time=self.start_time, end_time=self.end_time)


def clean_hours(*, start_time: str | None, end_time: str | None) -> None:
    """Refuse an empty window and one that starts at 24:00. Raises ValidationError by field."""
    if start_time and start_time == end_time:
        raise ValidationError({"end_time": SAME_TIME})
    if start_time == "24:00":
        raise ValidationError({"start_time": "A window cannot start at 24:00. Use 00:00 of the next day."})


class DatedHours(models.Model):
    """Local days, both inclusive, whole or the same part of each."""

    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", help_text="The same day for one day only.")
    start_time = WallClockField(null=True, blank=True, help_text="Leave both times empty for whole days.")
    end_time = WallClockField(null=True, blank=True)
    label = models.CharField(max_length=120, blank=True, help_text="The reason, as staff see it.")
    # A clinic file replaces what came from one, and leaves alone what the front desk entered.
    from_file = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The last day is before the first."})
        if bool(self.start_time) != bool(self.end_time):
            missing = "end_time" if self.start_time else "start_time"
            raise ValidationError({missing: "Give both times, or none for whole days."})
        clean_hours(start_time=self.start_time, end_time=self.end_time)


def dated_hours_constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=models.Q(ends_on__gte=models.F("starts_on")), name=f"schedules_{name}_dates_in_order"
        ),
        models.CheckConstraint(
            condition=models.Q(start_time__isnull=True, end_time__isnull=True)
            | models.Q(start_time__isnull=False, end_time__isnull=False)
            & ~models.Q(start_time=models.F("end_time"))
            & models.Q(start_time__lt="24:00"),
            name=f"schedules_{name}_times_in_pairs",
        ),
    ]


class Closure(DatedHours):
    """Days on which a location, or the whole clinic, is closed."""

    location = models.ForeignKey(
        Location,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="closures",
        help_text="Empty: the whole clinic.",
    )

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = dated_hours_constraints("closure")

    def __str__(self) -> str:
        return self.label or f"Closed from {self.starts_on}"


class ProviderException(DatedHours):
    """Days on which one provider is away, or works extra hours."""

    class Kind(models.TextChoices):
        CLOSED = "closed", "Away"
        OPEN = "open", "Extra hours"

    provider = models.ForeignKey(ProviderPage, on_delete=models.CASCADE, related_name="exceptions")
    location = models.ForeignKey(
        Location,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Empty: every location.",
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CLOSED)

    class Meta:
        ordering = ["-starts_on", "id"]
        verbose_name = "provider exception"
        constraints = [
            *dated_hours_constraints("providerexception"),
            models.CheckConstraint(
                condition=models.Q(kind="closed") | models.Q(start_time__isnull=False),
                name="schedules_providerexception_open_has_times",
                violation_error_message="Extra hours need a start and an end.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.starts_on}"

    def clean(self) -> None:
        super().clean()
        if self.kind == self.Kind.OPEN and not self.start_time:
            raise ValidationError({"start_time": "Extra hours need a start and an end."})


# Booking ------------------------------------------------------------------------------------------


class BookingPolicy(models.Model):
    """How a procedure is booked online. Published with the article; without one it is not bookable."""

    page = ParentalKey(ProcedurePage, on_delete=models.CASCADE, related_name="booking_policies")
    duration_minutes = models.PositiveIntegerField(
        "visit (minutes)",
        validators=within(VISIT_MINUTES),
        help_text="How long the provider and the room are busy.",
    )
    durations = ArrayField(
        models.PositiveIntegerField(validators=within(VISIT_MINUTES)),
        default=list,
        blank=True,
        size=10,
        verbose_name="other lengths (minutes)",
        help_text="Separated by commas, where patients may choose.",
    )
    slot_step_minutes = models.PositiveIntegerField(
        "start every (minutes)",
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text="15 offers 09:00, 09:15, 09:30 and so on.",
    )
    buffer_before_minutes = models.PositiveIntegerField(
        "preparation (minutes)", default=0, validators=BUFFER_MINUTES
    )
    buffer_after_minutes = models.PositiveIntegerField(
        "clean-up (minutes)", default=0, validators=BUFFER_MINUTES
    )
    min_notice_minutes = models.PositiveIntegerField(
        "book at least (minutes before)", default=0, validators=CUTOFF_MINUTES
    )
    horizon_days = models.PositiveIntegerField(
        "book at most (days ahead)", default=365, validators=[MaxValueValidator(3650)]
    )
    cancel_cutoff_minutes = models.PositiveIntegerField(
        "cancel until (minutes before)", default=0, validators=CUTOFF_MINUTES
    )
    reschedule_cutoff_minutes = models.PositiveIntegerField(
        "move until (minutes before)", default=0, validators=CUTOFF_MINUTES
    )
    max_per_provider_per_day = models.PositiveIntegerField(
        "at most per provider and day",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    max_per_provider_per_week = models.PositiveIntegerField(
        "at most per provider and week",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="Weeks begin on Monday.",
    )
    room_kind = models.SlugField(
        max_length=40, blank=True, help_text="The kind of room the visit needs. Empty: none."
    )
    requires_confirmation = models.BooleanField(
        "staff must confirm", default=False, help_text="Visits stay requests until the front desk confirms."
    )

    panels = [
        FieldRowPanel(["duration_minutes", "durations"]),
        FieldRowPanel(["slot_step_minutes", "room_kind"]),
        FieldRowPanel(["buffer_before_minutes", "buffer_after_minutes"]),
        FieldRowPanel(["min_notice_minutes", "horizon_days"]),
        FieldRowPanel(["cancel_cutoff_minutes", "reschedule_cutoff_minutes"]),
        FieldRowPanel(["max_per_provider_per_day", "max_per_provider_per_week"]),
        "requires_confirmation",
    ]

    class Meta:
        verbose_name_plural = "booking policies"
        constraints = [
            models.UniqueConstraint(fields=["page"], name="schedules_bookingpolicy_one_per_page"),
            models.CheckConstraint(
                condition=models.Q(duration_minutes__range=VISIT_MINUTES),
                name="schedules_bookingpolicy_duration_range",
            ),
            models.CheckConstraint(
                condition=models.Q(slot_step_minutes__range=(5, 240)),
                name="schedules_bookingpolicy_step_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duration_minutes} minutes"


class Resource(models.Model):
    """What can be claimed and locked: one row per provider and per room that a booking ever considered."""

    provider = models.OneToOneField(
        ProviderPage, null=True, blank=True, on_delete=models.CASCADE, related_name="resource"
    )
    room = models.OneToOneField(
        Room, null=True, blank=True, on_delete=models.CASCADE, related_name="resource"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(provider__isnull=False, room__isnull=True)
                | models.Q(provider__isnull=True, room__isnull=False),
                name="schedules_resource_provider_or_room",
            )
        ]

    def __str__(self) -> str:
        return f"resource {self.pk}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visits(self) -> "AppointmentQuerySet":
        """Leave out what is, or was, only a hold."""
        return self.filter(hold_expires_at__isnull=True)


class Appointment(models.Model):
    """A visit, or a time held for one. A visit is never deleted: it is cancelled, declined or missed."""

    class Status(models.TextChoices):
        HELD = "held", "Held"
        REQUESTED = "requested", "Requested"
        BOOKED = "booked", "Booked"
        ARRIVED = "arrived", "Arrived"
        FULFILLED = "fulfilled", "Fulfilled"
        CANCELLED = "cancelled", "Cancelled"
        DECLINED = "declined", "Declined"
        NO_SHOW = "no_show", "No-show"
        EXPIRED = "expired", "Expired"

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=40, editable=False)
    procedure = models.ForeignKey(ProcedurePage, on_delete=models.PROTECT, related_name="appointments")
    provider = models.ForeignKey(ProviderPage, on_delete=models.PROTECT, related_name="appointments")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="appointments")
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = time_zone_field(help_text="The location's zone when the visit was promised.")
    local_start = models.CharField(max_length=16, help_text="The local time as it was promised.")
    status = models.CharField(max_length=10, choices=Status)
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=100, blank=True, help_text="The site or partner it came from.")
    language = models.CharField(max_length=12, blank=True)
    series = models.UUIDField(null=True, editable=False, help_text="The same for visits booked together.")
    is_overbooked = models.BooleanField(
        default=False, db_default=False, help_text="Staff booked it beside others; why is in its history."
    )
    # Emptied when the hold becomes a visit: a row that has it is a hold, whatever became of it.
    hold_expires_at = models.DateTimeField(null=True, editable=False)
    # Since when its client has kept this time, by this hold and those before.
    held_since = models.DateTimeField(null=True, editable=False)
    hold_token_hash = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # A keyed hash of the address that holds; never the address.
    client_key = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()

    # Not content: indexing its references would slow every booking.
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["starts_at", "id"]
        permissions = [("overbook_appointment", "Can book beside other visits and outside the hours")]
        indexes = [
            models.Index(fields=["starts_at", "provider"], name="schedules_appointment_day"),
            models.Index(
                fields=["hold_expires_at"],
                condition=models.Q(hold_expires_at__isnull=False),
                name="schedules_appointment_holds",
            ),
            models.Index(
                fields=["series"],
                condition=models.Q(series__isnull=False),
                name="schedules_appointment_series",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uuid"], name="schedules_appointment_uuid"),
            models.UniqueConstraint(fields=["reference"], name="schedules_appointment_reference"),
            models.UniqueConstraint(
                fields=["hold_token_hash"],
                condition=~models.Q(hold_token_hash=""),
                name="schedules_appointment_hold_token",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="schedules_appointment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[
                        "requested",
                        "booked",
                        "arrived",
                        "fulfilled",
                        "cancelled",
                        "declined",
                        "no_show",
                        "held",
                        "expired",
                    ]
                ),
                name="schedules_appointment_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="held") | models.Q(hold_expires_at__isnull=False),
                name="schedules_appointment_held_expires",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PatientDetails(models.Model):
    """What we know of the patient of one visit: as little as possible, erasable on its own."""

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="patient")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    cancellation_reason = models.CharField(max_length=250, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name_plural = "patient details"

    def __str__(self) -> str:
        return f"patient of appointment {self.appointment_id}"


class Block(models.Model):
    """Time that staff keep free of visits: a provider's meeting, a room under repair."""

    provider = models.ForeignKey(
        ProviderPage, null=True, blank=True, on_delete=models.CASCADE, related_name="blocks"
    )
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.CASCADE, related_name="blocks")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=250, blank=True, help_text="As staff see it. No patient details.")
    created_by = models.ForeignKey("core.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="schedules_block_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(provider__isnull=False, room__isnull=True)
                | models.Q(provider__isnull=True, room__isnull=False),
                name="schedules_block_provider_or_room",
            ),
        ]

    def __str__(self) -> str:
        return self.reason or f"block {self.pk}"


class DuringRange(models.Func):
    """The half-open range of a claim."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Claim(models.Model):
    """Time of a resource that is taken, buffers included. The one truth about what is busy."""

    # Visits protect their provider and room. Blocks, and what a visit left behind when it moved, do not.
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="claims")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    block = models.ForeignKey(Block, null=True, blank=True, on_delete=models.CASCADE, related_name="claims")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # From then on readers look past it, and the next writer puts it out of force.
    expires_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    # False where staff overbooked: busy for all readers, while the constraint lets it stand beside others.
    is_exclusive = models.BooleanField(default=True, db_default=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            # The exclusion index answers reads 4 to 13 times slower than this one.
            models.Index(
                fields=["resource", "ends_at"],
                include=["starts_at", "appointment", "expires_at"],
                condition=models.Q(is_active=True),
                name="schedules_claim_busy",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(is_active=True, expires_at__isnull=False),
                name="schedules_claim_expiring",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="schedules_claim_ends_after_start"
            ),
            ExclusionConstraint(
                name="schedules_claim_no_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    (DuringRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(is_active=True, is_exclusive=True),
            ),
            models.CheckConstraint(
                condition=models.Q(appointment__isnull=True) | models.Q(block__isnull=True),
                name="schedules_claim_one_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class AppointmentEvent(models.Model):
    """What happened to a visit. Rows are added, never changed: a trigger refuses it."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", "Requested"
        BOOKED = "booked", "Booked"
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"
        DECLINED = "declined", "Declined"
        ARRIVED = "arrived", "Arrived"
        FULFILLED = "fulfilled", "Fulfilled"
        NO_SHOW = "no_show", "No-show"
        EXPIRED = "expired", "Expired"
        IMPORTED = "imported", "Imported"

    class Cause(models.TextChoices):
        PATIENT = "patient", "Patient"
        STAFF = "staff", "Staff"
        IMPORT = "import", "Import"
        TIME = "time", "Time"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    cause = models.CharField(max_length=10, choices=Cause)
    actor = models.ForeignKey("core.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField()
    occurred_at = models.DateTimeField()
    changes = models.JSONField(default=dict, help_text="Times and states before. No patient details.")
    reason = models.CharField(max_length=250, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["appointment_id", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "version"], name="schedules_appointmentevent_one_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"


class IdempotencyKey(models.Model):
    """An answered booking request, so that a repeat gets the same answer. Kept for 7 days."""

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    operation = models.CharField(max_length=40)
    request_hash = models.CharField(max_length=64)
    appointment = models.ForeignKey(
        Appointment, null=True, on_delete=models.CASCADE, related_name="idempotency_keys"
    )
    waitlist_entry = models.ForeignKey(
        "WaitlistEntry", null=True, on_delete=models.CASCADE, related_name="idempotency_keys"
    )
    created_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="schedules_idempotencykey_age")]
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="schedules_idempotencykey_one_per_site")
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.pk}"


class ManageToken(models.Model):
    """The hash of a token with which a patient sees, moves or cancels one visit."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="manage_tokens")
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="schedules_managetoken_hash"),
        ]

    def __str__(self) -> str:
        return f"manage token {self.pk}"


# Waitlist -----------------------------------------------------------------------------------------


class WaitlistEntry(models.Model):
    """Somebody who waits for a time to become free. The patient's details can be emptied on their own."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        BOOKED = "booked", "Booked"
        WITHDRAWN = "withdrawn", "Withdrawn"

    reference = models.CharField(max_length=40, editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    procedure = models.ForeignKey(ProcedurePage, on_delete=models.CASCADE, related_name="waitlist")
    provider = models.ForeignKey(
        ProviderPage, null=True, blank=True, on_delete=models.CASCADE, related_name="waitlist"
    )
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.CASCADE, related_name="waitlist"
    )
    # One of the procedure's lengths; empty, the usual one, whatever that is by then.
    duration_minutes = models.PositiveIntegerField("visit (minutes)", null=True, blank=True)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    # What was free when they joined: location, and start in minutes since the epoch. Seen, and not wanted.
    known_slots = ArrayField(ArrayField(models.BigIntegerField(), size=2), default=list, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    patient_name = models.CharField(max_length=120, blank=True)
    patient_email = models.EmailField(blank=True)
    patient_phone = models.CharField(max_length=40, blank=True)
    # A keyed hash of the address that waits; never the address. Emptied when the wait ends.
    client_key = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField()
    # When they booked or left; somebody whose days have passed just waits no longer.
    ended_at = models.DateTimeField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "waitlist entries"
        indexes = [
            models.Index(
                fields=["ends_on"], condition=models.Q(status="waiting"), name="schedules_waitlistentry_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="schedules_waitlistentry_reference"),
            models.UniqueConstraint(fields=["token_hash"], name="schedules_waitlistentry_token"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="schedules_waitlistentry_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class WaitlistOffer(models.Model):
    """A time that was held for an entry. It stays, so that the same time is not offered twice."""

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.CASCADE, related_name="offers")
    # Emptied when the hold is deleted.
    appointment = models.OneToOneField(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="waitlist_offer"
    )
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["offered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "location", "starts_at"], name="schedules_waitlistoffer_once"
            )
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class OutboxEvent(models.Model):
    """What others are to be told, written in the transaction that made it true."""

    kind = models.CharField(max_length=20)
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.CASCADE, related_name="outbox")
    waitlist_entry = models.ForeignKey(
        WaitlistEntry, null=True, on_delete=models.CASCADE, related_name="outbox"
    )
    data = models.JSONField(default=dict, help_text="Times and keys. No patient details, no tokens.")
    created_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
