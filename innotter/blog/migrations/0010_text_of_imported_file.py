"""What was edited on the site after its import is known by what the import had written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_digest_of_picture")]

    operations = [
        migrations.AddField(
            model_name="importedfile",
            name="text_digest",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
