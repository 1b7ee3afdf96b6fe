"""Markdown renders as something, whatever it is; and nothing of it runs, loads or tracks."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innotter.blog import background, markdown
from innotter.blog.markdown import LONGEST_EXCERPT, render
from innotter.blog.markdown.safe import TooIntricate
from innotter.blog.models import ArticleText, Post
from innotter.blog.services import begin_draft
from tests.factories.blog import ArticleFactory
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
    assert "before" in html


@given(st.text(max_size=300))
def test_no_text_is_an_error(text):
    rendered = render(text)
    assert rendered.minutes >= 1
    assert len(rendered.excerpt) <= LONGEST_EXCERPT + 2


def test_headings_have_anchors_of_their_own_and_make_the_contents():
    rendered = render("# One\n\n## Two `x`\n\n# One\n\n# !!!")
    assert [(heading.level, heading.id, heading.text) for heading in rendered.headings] == [
        (1, "h-one", "One"),
        (2, "h-two-x", "Two x"),
        (1, "h-one--2", "One"),
        (1, "h-part", "!!!"),
    ]
    assert all(f'id="{heading.id}"' in rendered.html for heading in rendered.headings)


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
    with pytest.raises(TooIntricate):
        render(shape * (60_000 // len(shape)))


def test_what_takes_too_long_is_refused_in_a_sentence(alice, as_person, monkeypatch):
    monkeypatch.setattr(markdown, "LONGEST_RENDERING", 0)
    page = PageFactory(owner=alice)
    answer = as_person(alice).post(
        "/api/blog/posts/", {"page": page.handle, "title": "Long", "content": "Text"}, format="json"
    )
    assert answer.status_code == 400
    assert "intricate" in answer.json()["detail"]


def test_an_article_has_a_longest_text_at_every_door(alice, as_person, browser_of, monkeypatch):
    monkeypatch.setattr("innotter.blog.services.writing.LONGEST_ARTICLE", 20)
    page = PageFactory(owner=alice)
    body = {"page": page.handle, "title": "Long", "content": "x" * 21}
    assert "content" in as_person(alice).post("/api/blog/posts/", body, format="json").json()["errors"]
    browser = browser_of(alice)
    assert browser.post("/drafts/preview/", {"content": "x" * 21}).status_code == 400
    draft = begin_draft(author=alice, page=page)
    assert browser.post(f"/drafts/{draft.pk}/", {"title": "Long", "content": "x" * 21}).status_code in {400, 422}


def links_of(text):
    return re.findall(r'<a href="([^"]*)"', render(text).html)


@pytest.mark.parametrize(
    "text",
    [
        '<section class="notice error">Your account is locked</section>',
        '<span class="button">Sign in</span>',
        '<li class="note">x</li>',
        '<code class="toast">x</code>',
        '<sup class="badge footnote-ref">x</sup>',
        "```button toast\nx\n```",
        '<div class="k">x</div>',
        '<p class="door">x</p>',
    ],
)
def test_no_text_looks_like_the_sites_own_notices(text):
    classes = {word for found in re.findall(r'class="([^"]*)"', render(text).html) for word in found.split()}
    assert {word for word in classes if not word.startswith("language-")} <= {"footnote-ref"}


@pytest.mark.parametrize(
    "attribute",
    ["hx-get=/x", "data-close", "onclick=x", "name=notes", "aria-live=polite", "popover", "hidden", "role=alert"],
)
@pytest.mark.parametrize("tag", ["a", "span", "section", "li", "img", "input", "h2"])
def test_nothing_that_a_script_or_a_reader_aloud_acts_on_is_kept(tag, attribute):
    html = render(f"before\n\n<{tag} {attribute}>x</{tag}>").html.replace('aria-label="[ ]"', "")
    assert not re.search(rf"<[^>]*\b{attribute.partition('=')[0]}\b", html)


def test_ids_that_people_write_are_not_the_sites_and_links_lead_to_them():
    text = '<h2 id="notes">A</h2>\n\n[a](#notes) [b](#мой) [c](#comments)\n\n<a id="мой">x</a><li id="FN1">y</li>'
    rendered = render(text)
    assert set(re.findall(r'\bid="([^"]*)"', rendered.html)) == {
        "user-content-notes",
        "user-content-мой",
        "user-content-FN1",
    }
    assert 'href="#user-content-notes"' in rendered.html
    assert 'href="#user-content-%D0%BC%D0%BE%D0%B9"' in rendered.html
    assert 'href="#comments"' in rendered.html, "what the text does not have may be a part of the page"


def test_ways_within_an_article_lead_somewhere():
    text = "# One\n\nA[^1] and B[^long] and again[^1], ^[inline].\n\n[^1]: note\n[^long]: other\n\n[up](#h-one)\n"
    rendered = render(text)
    ids = set(re.findall(r'\bid="([^"]*)"', rendered.html))
    fragments = set(re.findall(r'href="#([^"]*)"', rendered.html))
    assert len(fragments) >= 8
    assert fragments <= ids
    assert {heading.id for heading in rendered.headings} <= ids


def test_what_we_mark_keeps_its_marks():
    html = render("- [x] a\n\nA[^1]\n\n[^1]: b\n\n```python\nclass A: pass\n```\n").html
    for marked in ('class="task-list-item"', 'class="footnotes"', 'class="footnote-item"', 'class="footnote-ref"'):
        assert marked in html
    assert '<code class="language-python"><span class="k">class</span>' in html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see README.md and setup.py, main.rs, site.com, a.b.io", []),
        ("//cdn.example.org/x and ftp.example.org", []),
        ("https://example.com and www.example.org.", ["https://example.com", "http://www.example.org"]),
        ("write to ann@example.org", ["mailto:ann@example.org"]),
        (
            "https://example.com/b（注）続き、https://example.com/c，后",
            ["https://example.com/b", "https://example.com/c"],
        ),
        ("«https://example.org/a» “https://example.org/b”", ["https://example.org/a", "https://example.org/b"]),
        ("https://en.wikipedia.org/wiki/Rust_(fungus)", ["https://en.wikipedia.org/wiki/Rust_(fungus)"]),
        ("`https://example.com` [README.md](https://example.org/x)", ["https://example.org/x"]),
        ("<https://example.org/b（c）>", ["https://example.org/b%EF%BC%88c%EF%BC%89"]),
        ("A frost. #frost and #हिन्दी, C#, `#code`", ["/tags/frost/", "/tags/हिन्दी/"]),
        ("[a #tag](https://example.org) <a href='https://example.org'>#tag</a>", ["https://example.org"] * 2),
        ("https://example.org/#part", ["https://example.org/#part"]),
    ],
)
def test_what_people_mean_for_a_link_is_one_and_nothing_else(text, links):
    assert [unquote(link) if link.startswith("/tags/") else link for link in links_of(text)] == links


@pytest.mark.parametrize(
    "shape",
    ["<div>", "<ul><li>", "<b>", "<p><b>", "<em><a>", "<b><div><p></b>", "<dl><dt>", "<DIV>"],
)
def test_a_text_that_the_parser_of_html_would_take_long_for_is_refused_at_once(shape):
    with pytest.raises(TooIntricate):
        render(shape * (200_000 // len(shape)))


def test_a_few_marks_that_are_not_closed_do_not_become_many_in_every_paragraph():
    marks = "".join(f"<b class={number}>" for number in range(100))
    assert len(render(f"<p>{marks}</p>" + "<p>x</p>" * 50).html) < 100_000
    with pytest.raises(TooIntricate):
        render(f"<p>{marks}</p>" + "<p>x</p>" * 20_000)


def test_long_prose_with_html_in_it_is_not_intricate():
    """Also where people leave out the ends that HTML lets them leave out."""
    assert render("A line.<br>\n" * 20_000 + "<ul>" + "<li>a" * 400 + "</ul>" + "<b>x</b> " * 20_000).html


def test_what_an_older_renderer_has_made_is_rendered_anew(alice):
    article = ArticleFactory(page=PageFactory(owner=alice), content="## Two")
    intricate = ArticleFactory(page=article.page)
    old = {"renderer": 0, "html": '<p class="notice">old</p>'}
    ArticleText.objects.update(**old)
    ArticleText.objects.filter(post=intricate).update(content="<div>" * 10_000)
    before = Post.objects.get(pk=article.pk).revision
    background.render_anew()
    first, second = ArticleText.objects.order_by("pk")
    assert first.html == '<h3 id="h-two">Two</h3>\n'
    assert second.html.startswith("<pre>&lt;div&gt;")
    assert Post.objects.get(pk=article.pk).revision > before, "caches know it"
