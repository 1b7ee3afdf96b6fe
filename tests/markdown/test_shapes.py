"""Whatever the shape of a text, showing it takes as long as it is long, or it is refused: at every step of it."""

import threading
import time

import pytest

from innotter import heavy, markdown
from innotter.errors import Away
from innotter.markdown import LONGEST_RENDERING, TooIntricate, render
from innotter.markdown import rendering as colours

#: What is repeated, after what it begins with. The parser has its own table, in `test_markdown`.
SHAPES = {
    "nested blocks": ("", "<div>"),
    "nested words": ("a ", "<span>"),
    "ends of nothing": ("<div>" * 90 + "a ", "</x>"),
    "formats never closed": ("", "<i title='a'>a\n\n"),
    "a long format in many blocks": (f"<p><b title='{'a' * 5000}'><div>", "<div>x</div>"),
    "a long format in many items": (f"<ul><li><b title='{'a' * 5000}'>", "<li>x"),
    "a long format in many cells": (f"<table><tr><td><b title='{'a' * 5000}'>", "<td>x"),
    "a long format in no cell": (f"<table><b title='{'a' * 5000}'>", "<tr>"),
    "links in links": ("<div>", "<a href=#x>"),
    "links in blocks in links": ("<div>", "<a href=#x><div>"),
    "attributes": ("a <a ", "b='c' "),
    "the same attribute": ("a <a ", "id "),
    "what is in no cell": ("<table>", "<i></i>"),
    "text in no cell": ("<div><table>", "a<tr>"),
    "tables in tables": ("", "<table><tr><td>"),
    "formats over tables": ("", "<b title=a><table></b></table>"),
    "comments never closed": ("<div>", "<!--"),
    "scripts never closed": ("<div>", "<script>"),
    "declarations never closed": ("<div>", "<!a"),
    "quotes never closed": ("<div>", '<a "'),
    "less than": ("<div>", "<"),
    "tasks with numbers": ("", "1. [ ] a\n"),
    "tasks": ("", "- [ ] a\n"),
    "ids": ("<div>", "<p id=a>"),
    "links inside": ("# a\n\n", "[a](#a) "),
    "the same heading": ("", "# a\n"),
    "footnotes": ("[^1]: a\n\n", "[^1] "),
    "footnotes inside": ("", "^[a] "),
    "languages that nobody knows": ("", "```zz\n```\n"),
    "addresses": ("", "https://a.example/x "),
    "mail": ("", "a@b.example "),
    "pictures": ("", "![a](/media/a) "),
    "cells": ("|a|b|\n|-|-|\n", "|a|b|\n"),
    "columns": ("", "|a"),
}


@pytest.fixture(scope="module")
def a_moment():
    """What ends at a bound in seconds goes on for a moment, which is longer on a slower machine: as long as this."""
    seconds, html = seconds_for("Some *words* are [here](https://a.example), and `there`. " * 1_800)
    assert html.count("<a ") == 1_800
    return 6 * seconds


def seconds_for(text):
    start = time.thread_time()
    try:
        html = render(text).html
    except TooIntricate:
        html = ""
    return time.thread_time() - start, html


@pytest.mark.parametrize("shape", SHAPES)
def test_every_step_takes_as_long_as_the_text_is_long(shape, a_moment):
    start, piece = SHAPES[shape]
    seconds, html = seconds_for(start + piece * (100_000 // len(piece)))
    assert seconds < LONGEST_RENDERING + a_moment
    assert len(html) < 60 * 100_000


@pytest.mark.parametrize(
    "text",
    [
        "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "x\n" * 5000,
        ("|a" * 256 + "|\n" + "|-" * 256 + "|\n" + "x\n" * 256 + "\n") * 60,
        ("|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + ("|a" * 1000 + "|\n") * 20),
    ],
)
def test_tables_of_many_columns_and_cells_end_at_the_bound(text, a_moment):
    seconds, _html = seconds_for(text)
    assert seconds < LONGEST_RENDERING + a_moment


def test_what_follows_the_parser_asks_for_the_time_too(monkeypatch):
    text = "<div>" + "<p>a</p>" * 10_000
    assert render(text)
    monkeypatch.setattr(markdown, "LONGEST_RENDERING", 0.01)
    with pytest.raises(TooIntricate):
        render(text)


def test_code_gets_colours_for_as_long_as_there_is_time(monkeypatch):
    text = "```python\ndef f(): pass\n```\n\n" * 2
    assert render(text).html.count('<span class="k">def</span>') == 2
    monkeypatch.setattr(colours, "LONGEST_COLOURING", 0)
    assert render(text).html.count('<code class="language-python">def f(): pass\n</code>') == 2


def test_a_language_that_takes_seconds_for_a_word_does_not_hold_a_thread():
    text = "".join(f"```{name}\n{'a' * 9000}\n{'1' * 900}\n```\n" for name in ("terraform", "make", "lilypond", "cs"))
    seconds, html = seconds_for(text)
    assert seconds < LONGEST_RENDERING
    assert html.count("<pre><code") == 4


def test_long_texts_leave_half_of_the_threads_to_others(monkeypatch):
    monkeypatch.setattr(heavy, "_places", threading.BoundedSemaphore(1))
    long = "Some words. " * 5000
    assert render(long)
    with heavy.place(refusal=""):  # Also a picture: they are the same threads.
        assert render("Short.")
        with pytest.raises(Away):
            render(long)
    assert render(long)
