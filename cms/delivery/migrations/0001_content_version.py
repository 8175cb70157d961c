from django.db import migrations, models

from cms.delivery.triggers import CREATE_FUNCTION, DROP_FUNCTION


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='ContentChange',
            fields=[
                ('tag', models.CharField(help_text='The name of the table.', max_length=63, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField()),
                ('purged_version', models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='delivery_contentversion_one_row')],
            },
        ),
        migrations.RunSQL(CREATE_FUNCTION, reverse_sql=DROP_FUNCTION),
    ]
