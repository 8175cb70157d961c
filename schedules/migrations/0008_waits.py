import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Entries of the waitlist know when they ended, and at which location a time was free."""

    dependencies = [
        ('schedules', '0007_claims_go_with_their_resource'),
    ]

    operations = [
        migrations.AddField(
            model_name='waitlistentry',
            name='ended_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='waitlistentry',
            name='known_slots',
            field=django.contrib.postgres.fields.ArrayField(base_field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=2), default=list, editable=False, size=None),
        ),
        migrations.RemoveField(
            model_name='waitlistentry',
            name='known_starts',
        ),
    ]
