"""What becomes a link in articles by itself: what people mean for an address, to where it ends."""

import re

import pytest

from innotter.markdown import render


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
        ("[a #tag](https://example.org) <a href='https://example.org'>#tag</a>", ["https://example.org"] * 2),
        ("https://example.org/#part", ["https://example.org/#part"]),
    ],
)
def test_what_people_mean_for_a_link_is_one_and_nothing_else(text, links):
    assert re.findall(r'<a href="([^"]*)"', render(text).html) == links
