from django.db import migrations, models


class Migration(migrations.Migration):
    """Patients wait for a visit of another length than the usual one."""

    dependencies = [
        ('schedules', '0010_waits_of_clients'),
    ]

    operations = [
        migrations.AddField(
            model_name='waitlistentry',
            name='duration_minutes',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='visit (minutes)'),
        ),
    ]
