import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The words of each published page."""

    initial = True

    dependencies = [
        ('search', '0001_text_search'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('page', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('language', models.CharField(help_text="The language code of the page's locale.", max_length=100)),
                ('title', models.TextField(help_text='Folded: see cms.search.core.')),
                ('names', models.TextField(help_text='Title, other names and specialties, folded, each between line breaks: for typing errors.')),
                ('text', models.TextField(help_text='Plain text, the weightiest first: where highlights are taken from.')),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'verbose_name_plural': 'entries',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='search_entry_vector'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('names', name='gin_trgm_ops'), name='search_entry_names')],
            },
        ),
        # PostgreSQL takes a look at all words of a row to be as cheap as one at a number, and reads every row
        # where they lie on few pages. Spread over ten times the pages, the rows are found by their indexes.
        migrations.RunSQL(
            'ALTER TABLE search_entry SET (fillfactor = 10)',
            reverse_sql='ALTER TABLE search_entry RESET (fillfactor)',
        ),
    ]
