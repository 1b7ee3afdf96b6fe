"""Which folder a file was imported from: another folder may have a file of the same name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0010_text_of_imported_file")]

    operations = [
        migrations.AddField(
            model_name="importedfile",
            name="source",
            field=models.CharField(db_default="", default="", max_length=255),
        ),
    ]
