"""A block until the end of the calendar is one for ever: east of Greenwich its last hours have no date."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pages", "0006_words")]

    operations = [
        migrations.RunSQL(
            "UPDATE pages_page SET blocked_until = '9999-12-31 00:00:00+00' WHERE blocked_until > '9998-12-31 00:00:00+00'",
            migrations.RunSQL.noop,
        ),
    ]
