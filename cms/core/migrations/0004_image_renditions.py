from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_watched_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinicimage',
            name='renditions_made',
            field=models.TextField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='clinicimage',
            name='placeholder',
            field=models.CharField(blank=True, default='', editable=False, max_length=400),
        ),
    ]
