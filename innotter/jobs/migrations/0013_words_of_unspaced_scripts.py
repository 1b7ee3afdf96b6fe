"""Jobs are found by any part of a text that puts nothing between words."""

from django.db import migrations

REINDEX = "REINDEX INDEX job_words"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0012_comments_between_parties"), ("accounts", "0013_words_of_unspaced_scripts")]

    operations = [migrations.RunSQL(REINDEX, REINDEX)]
