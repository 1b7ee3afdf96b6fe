"""Pages and tags are found by any part of a name that puts nothing between words."""

from importlib import import_module

from django.db import migrations

CUT_ANEW = import_module("innotter.pages.migrations.0006_words").CUT_ANEW
UNSPACED = import_module("innotter.accounts.migrations.0013_words_of_unspaced_scripts").UNSPACED
REINDEX = "REINDEX INDEX tag_words"


class Migration(migrations.Migration):
    dependencies = [("pages", "0015_words_without_accents"), ("accounts", "0013_words_of_unspaced_scripts")]

    operations = [
        migrations.RunSQL(f"{CUT_ANEW} AND page.name || tags.names ~ '{UNSPACED}'", migrations.RunSQL.noop),
        migrations.RunSQL(REINDEX, REINDEX),
    ]
