"""The permission to overbook, and a group for the front desk. Clinics may change or delete the group."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUP = "Front desk"
PERMISSIONS = [
    ("wagtailadmin", "access_admin"),
    ("schedules", "view_appointment"),
    ("schedules", "add_appointment"),
    ("schedules", "change_appointment"),
    *(
        ("schedules", f"{action}_{model}")
        for model in ("block", "closure", "providerexception")
        for action in ("view", "add", "delete", "change")
    ),
]


def create_group(apps, schema_editor):
    # Permissions are made after all migrations have run; these are needed now.
    app = apps.get_app_config("schedules")
    app.models_module = True
    create_permissions(app, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    app.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    group, is_new = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    if is_new:
        group.permissions.set(
            permissions.get(content_type__app_label=label, codename=codename)
            for label, codename in PERMISSIONS
        )


class Migration(migrations.Migration):
    dependencies = [
        ("schedules", "0005_holds_waitlist_series"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="appointment",
            options={
                "ordering": ["starts_at", "id"],
                "permissions": [("overbook_appointment", "Can book beside other visits and outside the hours")],
            },
        ),
        migrations.RunPython(create_group, migrations.RunPython.noop, elidable=False),
    ]
