"""Tasks are found by words that are cut by the rule that questions are cut by."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F

from innotter.text.words import words_in


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("accounts", "0006_words")]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_words"),
        migrations.AddIndex(
            model_name="task",
            index=GinIndex(words_in(F("title"), weight="A") + words_in(F("description"), weight="B"), name="task_words"),
        ),
    ]
