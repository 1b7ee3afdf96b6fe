"""Markdown renders as something, whatever it is; and nothing of it runs, loads or tracks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innotter import markdown
from innotter.markdown import LONGEST_EXCERPT, render
from tests.factories.pages import PageFactory


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title", '<h2 id="h-title">Title</h2>'),
        ("~~gone~~", "<s>gone</s>"),
        ("- [x] done", 'type="checkbox"'),
        ("|a|\n|--:|\n|1|", '<td align="right">1</td>'),
        ("A[^1]\n\n[^1]: note", 'class="footnote-ref"'),
        ("```python\ndef f(): pass\n```", '<span class="k">def</span>'),
        ("```nosuchlanguage\n<b>\n```", "&lt;b&gt;"),
        ("https://example.org", '<a href="https://example.org" rel="nofollow noopener noreferrer">'),
        ("![a wall](/media/posts/1/full.webp)", '<img src="/media/posts/1/full.webp" alt="a wall" loading="lazy">'),
        ("![a cat](https://elsewhere.example/cat.png)", '<a href="https://elsewhere.example/cat.png"'),
        ("**unclosed [link](", "**unclosed [link]("),
    ],
)
def test_what_is_written_is_what_is_read(text, html):
    assert html in render(text).html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' jAvAsCrIpT:alert(1)'>x</a>",
        "<style>body{display:none}</style>",
        "<p style='position:fixed'>x</p>",
        "<iframe src='https://evil.example'></iframe>",
        "<svg onload=alert(1)>",
        "<math><mi xlink:href='data:x,<script>alert(1)</script>'>",
        "<form action='https://evil.example'><input name=password></form>",
        "![x](data:image/svg+xml;base64,PHN2Zy8+)",
        "<img src='//evil.example/pixel.gif'>",
        "<img src='/media/../logout/'>",
        "<img src='/media/.%2E/logout/'>",
        "![x](/media/%2e./logout/)",
        "<img src='https://evil.example/pixel.gif'>",
        "![x](//evil.example/pixel.gif)",
        "<link rel=stylesheet href=//evil.example>",
        "<base href='https://evil.example/'>",
        "<object data='x'></object><embed src='x'>",
        "<video src='https://evil.example/v.mp4' autoplay></video>",
        '```html" onmouseover=alert(1)\nx\n```',
    ],
)
def test_nothing_of_it_runs_loads_or_tracks(attack):
    html = render(f"before\n\n{attack}\n\nafter").html
    tags = set(re.findall(r"<(\w+)", html))
    assert (
        tags & {"script", "style", "iframe", "svg", "math", "form", "link", "base", "object", "embed", "video"} == set()
    )
    assert not re.search(r"<[^>]+\s(on\w+|style)\s*=", html)
    assert not re.search(r"(?i)(href|src)\s*=\s*\"?\s*(javascript|data):", html)
    assert not re.search(r'src="(?!/media/)', html)
    assert not re.search(r"<img[^>]*logout", html)
    assert "before" in html


@given(st.text(max_size=300))
def test_no_text_is_an_error(text):
    rendered = render(text)
    assert rendered.minutes >= 1
    assert len(rendered.excerpt) <= LONGEST_EXCERPT + 2


def test_headings_have_anchors_of_their_own_and_make_the_contents():
    rendered = render("# One\n\n## Two `x`\n\n# One\n\n# !!!")
    assert [(heading.level, heading.id, heading.text) for heading in rendered.headings] == [
        (2, "h-one", "One"),
        (3, "h-two-x", "Two x"),
        (2, "h-one--2", "One"),
        (2, "h-part", "!!!"),
    ]
    assert all(f'<h{heading.level} id="{heading.id}"' in rendered.html for heading in rendered.headings)


@pytest.mark.parametrize(
    ("written", "levels"),
    [("## A\n\n### B", [2, 3]), ("### A\n\n# B", [3, 2]), ("# A\n\n#### B\n\n###### C", [2, 3, 4]), ("###### A", [2])],
)
def test_headings_begin_below_the_title_and_leave_no_level_out(written, levels):
    assert [heading.level for heading in render(written).headings] == levels


def to_tag(name):
    return f"/tags/{name}/"


def test_hashtags_are_links_where_it_is_said_to_which_address():
    text = "First #Frost, `#code` and [a #link](/x). https://example.org/#part \\#not"
    assert render(text).html.count("<a ") == 2
    html = render(text, tag_address=to_tag).html
    assert '<a href="/tags/frost/" rel="nofollow noopener noreferrer">#Frost</a>' in html
    assert html.count("/tags/") == 1


def test_the_beginning_and_the_minutes_are_of_the_running_text():
    text = "# Head\n\n```\ncode\n```\n\nReally[^1] *good* " + "word " * 450 + "\n\n[^1]: aside"
    rendered = render(text)
    assert rendered.excerpt.startswith("Really good word")
    assert rendered.excerpt.endswith(" …")
    assert rendered.minutes == 3


@pytest.mark.parametrize("shape", ["[", "![", "- a\n", "- [ ] a\n", "~~a ", "^[a", "*a **b ", "`a ``b ", "<a "])
def test_no_shape_of_a_text_takes_a_thread_for_longer_than_the_bound(shape, monkeypatch):
    """Each is asked about the bound while it is parsed, not afterwards."""
    monkeypatch.setattr(markdown, "LONGEST_RENDERING", 0.01)
    with pytest.raises(markdown.TooIntricate):
        render(shape * (60_000 // len(shape)))


def test_what_takes_too_long_is_refused_in_a_sentence(alice, as_person, monkeypatch):
    monkeypatch.setattr(markdown, "LONGEST_RENDERING", 0)
    page = PageFactory(owner=alice)
    answer = as_person(alice).post(
        "/api/blog/posts/", {"page": page.handle, "title": "Long", "content": "Text"}, format="json"
    )
    assert answer.status_code == 400
    assert "intricate" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("I feed mine.\n\n- flour\n- water\n\nIt is alive.", "I feed mine. flour · water · It is alive."),
        ("1. Take:\n   - *flour*\n   - water.\n2. Wait", "Take: flour · water. Wait"),
        ("A footnote[^1]. And one more [^1], too.\n\n[^1]: The note.", "A footnote. And one more, too."),
        ("A line\n\n*Done.*\n\nAnother", "A line · Done. Another"),
        ("- [ ] sow\n- [x] rest", "sow · rest"),
        ("# Only\n\n```\ncode\n```", ""),
    ],
)
def test_in_an_excerpt_blocks_stay_apart_and_notes_leave_no_gap(text, excerpt):
    assert render(text).excerpt == excerpt
