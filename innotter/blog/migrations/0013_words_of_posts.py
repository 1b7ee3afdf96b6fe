"""Posts from before are found, too. Each portion is a transaction of its own: five million take some minutes, in which
people go on writing; what was interrupted goes on where it was."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Value

from innotter.markdown import read_out
from innotter.text.words import indexable, words_in

PORTION, ARTICLES = 10_000, 100

NOTES = """
INSERT INTO blog_postwords (post_id, vector, is_article, created_at)
SELECT id, setweight(to_tsvector('simple', innotter_words(content)), 'B')
    || setweight(to_tsvector('russian', innotter_words(content)), 'B'), false, created_at
FROM blog_post WHERE kind = 'note' AND id > %s AND id <= %s
ON CONFLICT DO NOTHING
"""


def note_words_of_notes(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM blog_post")
        (last,) = cursor.fetchone()
        for first in range(0, last, PORTION):
            cursor.execute(NOTES, [first, first + PORTION])


def note_words_of_articles(apps, schema_editor):
    words = apps.get_model("blog", "PostWords").objects
    articles = apps.get_model("blog", "ArticleText").objects.filter(post__words=None).select_related("post")
    waiting = list(articles.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(waiting), ARTICLES):
        rows = []
        for article in articles.filter(pk__in=waiting[at : at + ARTICLES]):
            vector = words_in(Value(article.post.title), weight="A")
            vector += words_in(Value(indexable(read_out(article.html))), weight="B")
            of_post = {"post_id": article.pk, "is_article": True, "created_at": article.post.created_at}
            rows.append(words.model(vector=vector, **of_post))
        words.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("blog", "0012_postwords"), ("accounts", "0012_words_without_accents")]

    operations = [
        migrations.RunPython(note_words_of_notes, migrations.RunPython.noop),
        migrations.RunPython(note_words_of_articles, migrations.RunPython.noop),
        migrations.AddIndex(model_name="postwords", index=GinIndex(fields=["vector"], name="post_words")),
    ]
