from django.db import migrations, models


class Migration(migrations.Migration):
    """Entries of the waitlist know by whom they were made, so that they can be counted."""

    dependencies = [
        ('schedules', '0009_longer_source'),
    ]

    operations = [
        migrations.AddField(
            model_name='waitlistentry',
            name='client_key',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64),
        ),
    ]
