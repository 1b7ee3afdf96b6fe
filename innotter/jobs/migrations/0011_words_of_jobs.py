"""Jobs are found by the words of their names."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F

from innotter.text.words import words_in


class Migration(migrations.Migration):
    dependencies = [("jobs", "0010_words"), ("accounts", "0012_words_without_accents")]

    operations = [
        migrations.AddIndex(model_name="job", index=GinIndex(words_in(F("name"), weight="A"), name="job_words")),
    ]
