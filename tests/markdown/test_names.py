"""A text passes for nothing of the site: it has classes, ids and controls of texts alone; links inside it work."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES

from innotter.markdown import render

CLASSES = {name for name in STANDARD_TYPES.values() if name} | {
    "footnote-backref",
    "footnote-item",
    "footnote-ref",
    "footnotes",
    "footnotes-list",
    "footnotes-sep",
    "contains-task-list",
    "task-list-item",
}
ATTRIBUTES = {
    "id",
    "class",
    "href",
    "title",
    "lang",
    "rel",
    "src",
    "alt",
    "width",
    "height",
    "loading",
    "start",
    "align",
}
BOX = [("aria-label", "[ ]"), ("type", "checkbox"), ("disabled", "")]


class Shown(HTMLParser):
    """What a browser finds in a text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.links = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name == "href" and value.startswith("#"):
                self.links.append(unquote(value[1:]))


def assert_is_nothing_of_the_site(html):
    shown = Shown(html)
    assert len(set(shown.ids)) == len(shown.ids)
    assert all(re.fullmatch(r"h-\S+|fn(ref)?\d+(:\d+)?|user-content-\S+", each) for each in shown.ids)
    for tag, attrs in shown.tags:
        assert tag not in {"form", "button", "select", "textarea", "label", "dialog", "h1", "meta", "template", "slot"}
        if tag == "input":
            assert [attr for attr in attrs if attr[0] != "checked"] in (BOX, [("aria-label", "[x]"), *BOX[1:]])
            continue
        assert {name for name, _value in attrs} <= ATTRIBUTES
        for word in dict(attrs).get("class", "").split():
            assert word in CLASSES or re.fullmatch(r"language-[\w+#.-]+", word)


TAGS = "a abbr article aside b blockquote button code details div em footer form h1 h2 h6 header hr i iframe img input"
TAGS += " label li main nav ol p pre section select span sup table td template textarea tr ul x-note svg"
ATTEMPTS = [
    'id="notes"',
    "id=notes",
    "ID='notes'",
    'id="n&#111;tes"',
    'id="no\ttes"',
    'class="button"',
    'CLASS="note k button"',
    'class="footnotes&#32;note"',
    'class="language-x note"',
    'class="language-x&#10;note"',
    'data-close data-count="3" data-theme-switch',
    'hx-get="/x/" hx-trigger="load" data-hx-get="/x/"',
    'aria-label="Delete" aria-live="assertive" role="alert"',
    'name="csrfmiddlewaretoken" value="x" form="f"',
    'name="content" type="text"',
    'type="password" autofocus',
    "hidden contenteditable tabindex=1 accesskey=s popover draggable",
    'style="position:fixed" slot="x" is="x" itemprop="x" part="x"',
    'onclick="x()" srcset="x" ping="x" target="_top" download',
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("tag", TAGS.split())
def test_no_tag_and_no_attribute_reaches_the_styles_and_scripts_of_the_site(tag, attempt):
    for text in (f"<{tag} {attempt}>x</{tag}>", f"a <{tag} {attempt}>x</{tag}> b", f"- <{tag.upper()} {attempt} />"):
        assert_is_nothing_of_the_site(render(text).html)


@pytest.mark.parametrize("part", ["caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"])
def test_a_part_of_a_table_outside_of_one_keeps_no_id_open_to_be_given_twice(part):
    for text in (
        f'<{part}><a id="notes"><details>',
        f'</a><{part}><b id="notes"><p>',
        f"<div><{part}>\n\n<i id=x><hr>",
    ):
        assert_is_nothing_of_the_site(render(text).html)


@given(
    st.lists(
        st.sampled_from([f"<{tag} {attempt}>" for tag in TAGS.split()[:12] for attempt in ATTEMPTS[:10]])
        | st.sampled_from(["</a>", "</div>", "</table>", "\n\n", "# One\n", "[x](#notes)", "[^1]", "\n[^1]: x\n\n"])
        | st.sampled_from(
            ["- [ ] a\n", "<table>", "<tr>", "<td>", '"', "'", "<", ">", "`", "<!--", "-->", "&lt;", "```js\n"]
        )
        | st.text(max_size=5),
        max_size=15,
    ).map("".join)
)
def test_no_mixture_of_them_does(text):
    assert_is_nothing_of_the_site(render(text).html)


def test_whatever_a_language_is_called_it_is_no_class_of_the_site():
    for name in ["button", "x note", 'x" class="note', "x&#32;note", "x\u00a0note", "x\u2028note", "note\x0cbutton"]:
        assert_is_nothing_of_the_site(render(f"```{name}\ncode\n```").html)


@pytest.mark.parametrize(
    ("link", "place", "target"),
    [
        ("[x](#my-id)", '<span id="my-id">here</span>', "user-content-my-id"),
        ("<a href='#my-id'>x</a>", '<div id="my-id">\n\nhere\n\n</div>', "user-content-my-id"),
        ("[x](#user-content-my-id)", '<a id="my-id"></a>', "user-content-my-id"),
        ("[x](#ключ)", '<p id="ключ">here</p>', "user-content-ключ"),
        ("[x](#a&b)", '<p id="a&amp;b">here</p>', "user-content-a&b"),
        ("[x](#h-my-title)", "# My title", "h-my-title"),
        ("[x](#my-title)", "# My title", "h-my-title"),
        ("[x](#My-Title)", "# My title", "h-my-title"),
        ("[x](#мой-текст)", "## Мой текст", "h-мой-текст"),
        ("[x](#fn1)", "a[^1]\n\n[^1]: b", "fn1"),
    ],
)
def test_links_inside_a_text_lead_to_where_their_ids_are(link, place, target):
    for text in (f"{link}\n\n{place}", f"{place}\n\n{link}"):
        shown = Shown(render(text).html)
        assert target in shown.links
        assert set(shown.links) <= set(shown.ids)


def test_a_link_to_what_the_text_does_not_have_stays_as_it_is():
    assert 'href="#comments"' in render("[x](#comments)").html
    assert 'href="/posts/1/#my-id"' in render('[x](/posts/1/#my-id) <a id="my-id"></a>').html


def test_all_that_we_make_ourselves_keeps_its_classes_and_leads_somewhere():
    rendered = render(
        "# One\n\n## One\n\nText[^a] and[^a] and ^[inline].\n\n- [x] done\n- [ ] to do\n\n1. [ ] first\n\n"
        "```python\ndef f(): pass\n```\n\n[^a]: note\n"
    )
    shown = Shown(rendered.html)
    assert {heading.id for heading in rendered.headings} == {"h-one", "h-one--2"} <= set(shown.ids)
    assert sorted(shown.links) == ["fn1", "fn1", "fn2", "fnref1", "fnref1:1", "fnref2"]
    assert set(shown.links) <= set(shown.ids)
    classes = {word for _tag, attrs in shown.tags for word in dict(attrs).get("class", "").split()}
    assert classes >= {*CLASSES - {*STANDARD_TYPES.values()}, "language-python", "k", "nf"}
    boxes = [dict(attrs) for tag, attrs in shown.tags if tag == "input"]
    assert [("checked" in box, box["aria-label"]) for box in boxes] == [(True, "[x]"), (False, "[ ]"), (False, "[ ]")]
    assert_is_nothing_of_the_site(rendered.html)


def test_texts_that_stand_on_one_page_share_no_id():
    text = '# Title\n\n<a id="x"></a>[x](#x) [title](#title) a[^1]\n\n[^1]: b'
    one, two = (Shown(render(text, within=within).html) for within in ("", "comment-2-"))
    assert not set(one.ids) & set(two.ids)
    assert set(two.links) == {"comment-2-user-content-x", "comment-2-h-title", "comment-2-fn1", "comment-2-fnref1"}
    assert set(two.links) <= set(two.ids)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<ul><li>one<li><b>two</ul>", "<ul><li>one</li><li><b>two</b></li></ul>"),
        ("<b>bold\n\nnot bold", "<p><b>bold</b></p>\n<p>not bold</p>\n"),
        ("<details>\n\n**a**\n\n</details>", "<details>\n<p><strong>a</strong></p>\n</details>"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "<tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></tbody></table>"),
        ("<div>a</div></div></section>b", "<div>a</div>b"),
        ("<div>1 < 2 & 3</div>", "<div>1 &lt; 2 &amp; 3</div>"),
        ("<div><!-- gone --><script>gone</script>here</div>", "<div>here</div>"),
        ("<div><!-- no end", "<div> no end</div>"),
    ],
)
def test_tags_that_are_not_closed_end_where_browsers_end_them(text, html):
    assert html in render(text).html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("readme.md, setup.py, main.rs, example.com", []),
        (
            "https://example.com/b（注）続き、https://example.com/c，后",
            ["https://example.com/b", "https://example.com/c"],
        ),
        (
            "www.example.com/a_b_c and **https://example.com/_a_/b**.",
            ["http://www.example.com/a_b_c", "https://example.com/_a_/b"],
        ),
        ("write to bob@example.org", ["mailto:bob@example.org"]),
        ("[https://example.com/a](https://example.com/b)", ["https://example.com/b"]),
        ("<a href='/x'>www.example.com</a> `www.example.com`", ["/x"]),
        ("<https://example.com/c>", ["https://example.com/c"]),
    ],
)
def test_articles_link_what_posts_link(text, links):
    attrs = [dict(attrs) for tag, attrs in Shown(render(text).html).tags if tag == "a"]
    assert [each["href"] for each in attrs] == links
