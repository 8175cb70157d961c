from django.db import migrations

from cms.delivery.triggers import watch_table


class Migration(migrations.Migration):
    """Changes of what readers see move the content version."""

    dependencies = [
        ('schedules', '0003_append_only_events'),
        ('delivery', '0001_content_version'),
    ]
    operations = [
        watch_table('schedules_availabilityrule'),
        watch_table('schedules_bookingpolicy'),
        watch_table('schedules_location'),
    ]
