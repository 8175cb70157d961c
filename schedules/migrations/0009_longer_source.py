from django.db import migrations, models


class Migration(migrations.Migration):
    """The source of a visit has room for the longest key of a partner."""

    dependencies = [
        ('schedules', '0008_waits'),
    ]

    operations = [
        migrations.AlterField(
            model_name='appointment',
            name='source',
            field=models.CharField(blank=True, help_text='The site or partner it came from.', max_length=100),
        ),
    ]
