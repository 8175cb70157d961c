from django.db import migrations

from cms.delivery.triggers import watch_table


class Migration(migrations.Migration):
    """A rebuilt search moves the content version."""

    dependencies = [
        ('search', '0002_entry'),
        ('delivery', '0001_content_version'),
    ]
    operations = [watch_table('search_entry')]
