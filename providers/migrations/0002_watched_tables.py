from django.db import migrations

from cms.delivery.triggers import watch_table


class Migration(migrations.Migration):
    """Changes of what readers see move the content version."""

    dependencies = [
        ('providers', '0001_providers'),
        ('delivery', '0001_content_version'),
    ]
    operations = [
        watch_table('providers_medicalreview'),
        watch_table('providers_offering'),
        watch_table('providers_providerindexpage'),
        watch_table('providers_providerpage'),
    ]
