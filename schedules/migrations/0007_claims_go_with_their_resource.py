import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A provider or room whose visits moved elsewhere can be deleted, and so can one that was only blocked."""

    dependencies = [
        ('schedules', '0006_front_desk'),
    ]

    operations = [
        migrations.AlterField(
            model_name='claim',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='schedules.resource'),
        ),
    ]
