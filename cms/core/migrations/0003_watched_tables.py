from django.db import migrations

from cms.delivery.triggers import watch_table

# What drafts, locks and revisions change on the row of a page, and no reader sees.
DRAFT_COLUMNS = [
    'draft_title',
    'has_unpublished_changes',
    'latest_revision_created_at',
    'latest_revision_id',
    'locked',
    'locked_at',
    'locked_by_id',
]
WATCHED = [
    'core_clinicdocument',
    'core_clinicsettings',
    'core_homepage',
    'core_navigationmenu',
    'core_clinicrendition',
    'wagtailcore_collection',
    'wagtailcore_collectionviewrestriction',
    'wagtailcore_locale',
    'wagtailcore_pageviewrestriction',
    'wagtailcore_site',
    'wagtailredirects_redirect',
]


class Migration(migrations.Migration):
    """Changes of our own pages, files and settings, and of Wagtail's tables, move the content version."""

    dependencies = [
        ('core', '0002_content'),
        ('delivery', '0001_content_version'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailredirects', '0008_add_verbose_name_plural'),
    ]
    operations = [
        watch_table('wagtailcore_page', ignored=DRAFT_COLUMNS),
        watch_table('core_clinicimage', ignored=['renditions_made']),
        *(watch_table(table) for table in WATCHED),
    ]
