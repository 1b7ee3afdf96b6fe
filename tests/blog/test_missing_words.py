"""Posts that a version wrote which noted no words, while this one began beside it."""

import pytest

from innotter.blog.background import note_missing_words
from innotter.blog.models import PostWords
from innotter.blog.services import wording
from tests.factories.blog import ArticleFactory, PostFactory

pytestmark = pytest.mark.django_db


def found(client, text):
    return [row["id"] for row in client.get(f"/api/search/?q={text}&type=posts").json()["results"]]


def test_a_post_that_has_no_words_is_found_after_a_while(client):
    post, article = PostFactory(content="A wheelbarrow"), ArticleFactory(title="On wheelbarrows", content="Long ones")
    PostWords.objects.all().delete()
    assert found(client, "wheelbarrow") == []
    note_missing_words()
    assert found(client, "wheelbarrow") == [post.pk]
    assert [row.post_id for row in PostWords.objects.filter(is_article=True)] == [article.pk]


def test_one_that_cannot_be_read_keeps_no_other_waiting(client, monkeypatch):
    posts = [PostFactory(content="A wheelbarrow") for _number in range(2)]
    PostWords.objects.all().delete()
    note_words = wording.note_words

    def fail(*, post, html):
        if post == posts[0]:
            raise ValueError
        note_words(post=post, html=html)

    monkeypatch.setattr(wording, "note_words", fail)
    note_missing_words()
    assert found(client, "wheelbarrow") == [posts[1].pk]


def test_only_the_newest_are_looked_at(client, monkeypatch):
    monkeypatch.setattr(wording, "NEWEST", 1)
    posts = [PostFactory(content="A wheelbarrow") for _number in range(2)]
    PostWords.objects.all().delete()
    note_missing_words()
    assert found(client, "wheelbarrow") == [posts[1].pk]
