"""Pages are found by words without their accents, too; tags by their words, as everything else."""

from importlib import import_module

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F

from innotter.text.words import words_in

CUT_ANEW = import_module("innotter.pages.migrations.0006_words").CUT_ANEW


class Migration(migrations.Migration):
    dependencies = [("pages", "0014_personal_pages"), ("accounts", "0012_words_without_accents")]

    operations = [
        migrations.RunSQL(CUT_ANEW, migrations.RunSQL.noop),
        migrations.AddIndex(model_name="tag", index=GinIndex(words_in(F("name"), weight="A"), name="tag_words")),
    ]
