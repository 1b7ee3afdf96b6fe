"""Articles that an older version of the renderer has made are found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_hashtags")]

    operations = [
        migrations.AddIndex(
            model_name="articletext",
            index=models.Index(fields=["renderer"], name="article_of_renderer"),
        ),
    ]
