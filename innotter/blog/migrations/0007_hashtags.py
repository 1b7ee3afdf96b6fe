"""Hashtags of every script: those of posts from before, read by the rule of today."""

import re
from html import unescape

from django.db import migrations

from innotter.text.parts import names_of

MOST_NAMES = 100
_aside = re.compile(r"<(pre|code)\b.*?</\1>|<[^>]+>", re.DOTALL)


def read_anew(apps, schema_editor):
    """Read the hashtags of notes and articles that hold something beyond ASCII."""
    tags, hashtags = apps.get_model("pages", "Tag").objects, apps.get_model("blog", "Hashtag").objects
    posts = apps.get_model("blog", "Post").objects
    notes = posts.filter(kind="note", content__contains="#", content__regex=r"[^\x01-\x7f]")
    articles = posts.filter(kind="article", article__html__contains="#", article__html__regex=r"[^\x01-\x7f]")
    for post in [*notes.iterator(chunk_size=500), *articles.select_related("article").iterator(chunk_size=100)]:
        text = post.content if post.kind == "note" else unescape(_aside.sub(" ", post.article.html))
        names = names_of(text, most=MOST_NAMES)["hashtag"]
        tags.bulk_create([tags.model(name=name) for name in sorted(names)], ignore_conflicts=True)
        now = list(tags.filter(name__in=names))
        hashtags.filter(post=post).exclude(tag__in=now).delete()
        hashtags.bulk_create([hashtags.model(post=post, tag=tag) for tag in now], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("blog", "0006_comments_and_pictures"), ("pages", "0006_words")]

    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop)]
