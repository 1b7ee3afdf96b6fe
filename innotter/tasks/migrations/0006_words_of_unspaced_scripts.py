"""Tasks are found by any part of a text that puts nothing between words."""

from django.db import migrations

REINDEX = "REINDEX INDEX task_words"


class Migration(migrations.Migration):
    dependencies = [("tasks", "0005_removal"), ("accounts", "0013_words_of_unspaced_scripts")]

    operations = [migrations.RunSQL(REINDEX, REINDEX)]
