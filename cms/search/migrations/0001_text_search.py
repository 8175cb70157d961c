from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# Those of PostgreSQL 15 whose stems a language code of cms.search.core leads to.
STEMMED = (
    'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german',
    'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian',
    'portuguese', 'romanian', 'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish',
)
# Words with accents are stemmed as those without. The types left out hold no accents.
CREATE = """
CREATE TEXT SEARCH CONFIGURATION search_{name} (COPY = pg_catalog.{name});
ALTER TEXT SEARCH CONFIGURATION search_{name}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {dictionary};
"""
DROP = "DROP TEXT SEARCH CONFIGURATION search_{name};"


class Migration(migrations.Migration):
    """How words are read, in every language that PostgreSQL knows, with accents and without."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        *(
            migrations.RunSQL(
                CREATE.format(name=name, dictionary='simple' if name == 'simple' else f'{name}_stem'),
                reverse_sql=DROP.format(name=name),
            )
            for name in ('simple', *STEMMED)
        ),
    ]
