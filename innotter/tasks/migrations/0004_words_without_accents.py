"""Tasks are found by words without their accents, too."""

from django.db import migrations

REINDEX = "REINDEX INDEX task_words"


class Migration(migrations.Migration):
    dependencies = [("tasks", "0003_words"), ("accounts", "0012_words_without_accents")]

    operations = [migrations.RunSQL(REINDEX, REINDEX)]
