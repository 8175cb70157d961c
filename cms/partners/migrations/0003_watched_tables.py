from django.db import migrations

from cms.delivery.triggers import watch_table


class Migration(migrations.Migration):
    """Changes of what partners may show move the content version."""

    dependencies = [
        ('partners', '0002_embedding'),
        ('delivery', '0001_content_version'),
    ]
    operations = [
        watch_table('partners_partner'),
        watch_table('partners_partner_categories'),
        watch_table('partners_partner_procedures'),
    ]
