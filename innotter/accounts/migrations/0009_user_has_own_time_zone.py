from django.conf import settings
from django.db import migrations, models


def note_who_has_chosen(apps, schema_editor):
    people = apps.get_model("accounts", "User").objects.exclude(time_zone=settings.TIME_ZONE)
    people.update(has_own_time_zone=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_contested_codes")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_own_time_zone",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(note_who_has_chosen, migrations.RunPython.noop),
    ]
