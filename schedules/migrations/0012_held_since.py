from django.db import migrations, models


class Migration(migrations.Migration):
    """A client keeps one time for so long, however often it is held again."""

    dependencies = [
        ('schedules', '0011_waits_of_other_lengths'),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='held_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
