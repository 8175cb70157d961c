from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0001_content_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredDocument',
            fields=[
                ('id', models.CharField(help_text='`sha256:` and the SHA-256 of the text.', max_length=71, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='Of its operation, for people.', max_length=200)),
                ('text', models.TextField()),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id__regex', '^sha256:[0-9a-f]{64}$')), name='delivery_storeddocument_id_is_a_hash')],
            },
        ),
    ]
