import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0011_source_of_imported_file")]

    operations = [
        migrations.CreateModel(
            name="PostWords",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="blog.post",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("is_article", models.BooleanField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["is_article", "-created_at", "-post"], name="post_words_newest"),
                ],
            },
        ),
    ]
