"""A picture that is imported again is known by the file that it was made of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0008_renderer")]

    operations = [
        migrations.AddField(
            model_name="postimage",
            name="digest",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
    ]
