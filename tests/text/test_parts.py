"""Addresses in what people write: what is one and where it ends; looking for them takes no longer than reading."""

import time

import pytest

from innotter.blog.templatetags.blog import comment_html, with_links, with_mentions
from innotter.text.parts import addresses_in, parts_of, url_at

#: A text, and the addresses in it: the same in posts, comments, articles, tasks and jobs.
ADDRESSES = [
    ("https://example.com/b（注）続き、https://example.com/c，后", ["https://example.com/b", "https://example.com/c"]),
    ("「https://example.com/a」『https://example.com/b』…", ["https://example.com/a", "https://example.com/b"]),
    ("(see https://en.wikipedia.org/wiki/A_(b)).", ["https://en.wikipedia.org/wiki/A_(b)"]),
    ("Is it https://example.com/?a=1&b=2?", ["https://example.com/?a=1&b=2"]),
    ('"https://example.com/", it says', ["https://example.com/"]),
    ("见https://example.com/x，或", ["https://example.com/x"]),
    ("Www.Example.com, HTTPS://Example.com", ["Www.Example.com", "HTTPS://Example.com"]),
    ("http://localhost:8000/#a", ["http://localhost:8000/#a"]),
    ("write to bob@example.org.", ["bob@example.org"]),
    ("mailto:bob@example.org: thanks", ["mailto:bob@example.org"]),
    ("readme.md setup.py main.rs example.com sub.example.org/path", []),
    ("https:// https://... http://) www. www.x xhttps://example.com", []),
    ("git@github.com:a/b.git user@localhost ftp://example.com javascript:alert(1)", []),
]


@pytest.mark.parametrize(("text", "addresses"), ADDRESSES)
def test_an_address_has_a_scheme_or_begins_with_www_and_ends_where_people_end_it(text, addresses):
    assert [part.text for part in addresses_in(text) if part.kind != "text"] == addresses
    assert "".join(part.text for part in addresses_in(text)) == text
    assert "".join(part.text for part in parts_of(text)) == text


@pytest.mark.parametrize(("text", "addresses"), ADDRESSES)
def test_posts_comments_and_other_texts_link_the_same(text, addresses):
    for html in (with_mentions(text, set()), comment_html(text), with_links(text)):
        assert html.count("<a ") == len(addresses)


def test_an_address_is_found_by_its_beginning_alone():
    assert url_at("see www.example.com.", 4) == ("url", "www.example.com", "http://www.example.com")
    assert url_at("see www.example.com.", 3) is None
    assert url_at("bob@example.org", 0) is None


def test_a_long_address_is_cut_and_leads_to_the_whole():
    address = f"https://example.org/{'a' * 60}"
    assert with_links(address) == f'<a href="{address}" rel="nofollow">{address[:47]}…</a>'


def test_every_text_of_several_lines_keeps_them_and_runs_nothing():
    assert with_links("a\n<b> & 'c'") == "a<br>&lt;b&gt; &amp; &#x27;c&#x27;"
    assert with_links("bob@example.org") == '<a href="mailto:bob@example.org">bob@example.org</a>'


@pytest.mark.parametrize(
    "shape", ["https://", "www.", "a.", "a@", "a@b.", "https://x)", "mailto:", "www.a-", "#a", "@a"]
)
def test_looking_for_addresses_takes_as_long_as_the_text_is_long(shape):
    start = time.thread_time()
    assert list(parts_of(shape * (200_000 // len(shape))))
    assert list(parts_of("https://a" + shape * (200_000 // len(shape))))
    assert list(parts_of("a@" + shape * (500_000 // len(shape))))
    assert time.thread_time() - start < 5
