"""A thread is rendered once for everybody, and never holds a thread of the site for longer than a moment."""

import pytest
from django.utils import timezone, translation
from redis.exceptions import ConnectionError as Unreachable

from innotter.tasks.views import prose

THREAD = {"": "It is *late*.", "comment-1-": "**So** what?", "comment-2-": ""}


@pytest.fixture
def renderings(monkeypatch):
    """What is rendered, in the order in which it is."""
    seen, real = [], prose.render_kept
    monkeypatch.setattr(prose, "render_kept", lambda text, **options: seen.append(text) or real(text, **options))
    return seen


def test_what_was_rendered_for_one_is_shown_to_all(renderings):
    first = prose.as_html(THREAD)
    assert first == {
        "": "<p>It is <em>late</em>.</p>\n",
        "comment-1-": "<p><strong>So</strong> what?</p>\n",
        "comment-2-": "",
    }
    assert prose.as_html(THREAD) == first
    assert renderings == ["It is *late*.", "**So** what?"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_the_same_for_readers_of_every_language_and_time_zone(renderings, language):
    prose.as_html(THREAD)
    with translation.override(language), timezone.override("Asia/Tokyo"):
        prose.as_html(THREAD)
    assert len(renderings) == 2


def test_another_text_or_the_same_in_another_place_is_rendered_anew(renderings):
    prose.as_html(THREAD)
    assert "<del>" in prose.as_html({"": "It is ~~late~~."})[""] or "<s>" in prose.as_html({"": "It is ~~late~~."})[""]
    prose.as_html({"comment-3-": "It is *late*."})
    assert renderings[2:] == ["It is ~~late~~.", "It is *late*."]


def test_where_time_is_over_the_rest_is_shown_as_written_and_rendered_at_the_next_look(renderings, monkeypatch):
    texts = {f"comment-{number}-": f"*Number* <{number}>" for number in range(5)}
    with monkeypatch.context() as hurried:
        hurried.setattr(prose, "PAGE_SECONDS", -1)
        assert set(prose.as_html(texts).values()) == {f"<pre>*Number* &lt;{number}&gt;</pre>" for number in range(5)}
    assert renderings == []
    assert all("<em>Number</em>" in html for html in prose.as_html(texts).values())


def test_a_text_that_takes_too_long_is_shown_as_written_and_not_tried_again(renderings, monkeypatch):
    monkeypatch.setattr(prose, "TEXT_SECONDS", -1)
    assert prose.as_html({"": "*Long*"}) == prose.as_html({"": "*Long*"}) == {"": "<pre>*Long*</pre>"}
    assert renderings == ["*Long*"]


@pytest.mark.parametrize("trip", ["get_many", "set_many"])
def test_without_the_cache_all_is_rendered(renderings, monkeypatch, trip):
    def away(*_arguments):
        raise Unreachable

    monkeypatch.setattr(f"innotter.web.caching.cache.{trip}", away)
    assert prose.as_html(THREAD)[""] == "<p>It is <em>late</em>.</p>\n"
    assert prose.as_html(THREAD)[""] == "<p>It is <em>late</em>.</p>\n"
    assert len(renderings) == 4
