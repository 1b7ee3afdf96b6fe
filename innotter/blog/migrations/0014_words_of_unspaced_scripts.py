"""Posts are found by any part of a text that puts nothing between words. Each portion is a transaction of its own."""

from importlib import import_module

from django.db import migrations
from django.db.models import Q, Value

from innotter.markdown import read_out
from innotter.text.words import indexable, words_in

UNSPACED = import_module("innotter.accounts.migrations.0013_words_of_unspaced_scripts").UNSPACED
PORTION, ARTICLES = 10_000, 100

NOTES = f"""
UPDATE blog_postwords AS words SET vector = setweight(to_tsvector('simple', innotter_words(post.content)), 'B')
    || setweight(to_tsvector('russian', innotter_words(post.content)), 'B')
FROM blog_post AS post
WHERE post.id = words.post_id AND post.kind = 'note' AND post.id > %s AND post.id <= %s
AND post.content ~ '{UNSPACED}'
"""


def note_words_of_notes(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM blog_post")
        (last,) = cursor.fetchone()
        for first in range(0, last, PORTION):
            cursor.execute(NOTES, [first, first + PORTION])


def note_words_of_articles(apps, schema_editor):
    words = apps.get_model("blog", "PostWords").objects
    is_unspaced = Q(content__regex=UNSPACED) | Q(post__title__regex=UNSPACED)
    articles = apps.get_model("blog", "ArticleText").objects.filter(is_unspaced).select_related("post")
    waiting = list(articles.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(waiting), ARTICLES):
        for article in articles.filter(pk__in=waiting[at : at + ARTICLES]):
            vector = words_in(Value(article.post.title), weight="A")
            vector += words_in(Value(indexable(read_out(article.html))), weight="B")
            words.filter(post=article.pk).update(vector=vector)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("blog", "0013_words_of_posts"), ("accounts", "0013_words_of_unspaced_scripts")]

    operations = [
        migrations.RunPython(note_words_of_notes, migrations.RunPython.noop),
        migrations.RunPython(note_words_of_articles, migrations.RunPython.noop),
    ]
