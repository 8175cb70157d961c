from django.db import migrations

from cms.delivery.triggers import watch_table


class Migration(migrations.Migration):
    """Changes of what readers see move the content version."""

    dependencies = [
        ('services', '0001_procedures'),
        ('delivery', '0001_content_version'),
    ]
    operations = [
        watch_table('services_procedurecategory'),
        watch_table('services_procedureindexpage'),
        watch_table('services_procedurepage'),
    ]
