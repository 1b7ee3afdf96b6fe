"""What of a text is lost here, or stays as it is written: files that are not taken, tags and syntax of others."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import regex as re
from markdown_it.token import Token

from innotter.blog.manuscripts.code import without_code
from innotter.blog.manuscripts.pictures import tokens_of
from innotter.markdown.attributes import TAGS
from innotter.text.cleaning import one_line

#: Syntax of other programs, in their order: links of wikis and Obsidian, shortcodes and Liquid, attributes of kramdown
#: and Pandoc, boxes of Docusaurus, MkDocs and Obsidian, tables of contents, marked words, formulas, embeds.
_FOREIGN = re.compile(
    r"!?\[\[[^\[\]\n]+\]\]"
    r"|\{\{(?:(?!\{\{|\}\})(?s:.)){1,2000}\}\}|\{%(?:(?!\{%|%\})(?s:.)){1,2000}%\}"
    r"|\{:[^{}\n]+\}|\{[#.][A-Za-z_][^{}\n]*\}"
    r"|^[ \t>]*:{3,}[ \t]*\{?[\w-].*$|^(?:!!!|\?\?\?\+?)[ \t]+[\w\"-].*$|^[ \t]*(?:>[ \t]*)+\[![\w-]+\][+-]?"
    r"|^[ \t]*\[toc\][ \t]*$|==[^=\s][^=\n]*==|\$\$[^$]{1,2000}\$\$|@\[[\w-]+\]\([^()\n]*\)",
    re.MULTILINE | re.IGNORECASE,
)
#: Blocks of code that other programs run, and do not show.
_RUN = {
    *("dataview", "dataviewjs", "tasks", "query", "button", "base", "leaflet", "chart", "excalidraw", "toc", "embed"),
    *("mermaid", "plantuml", "math", "kanban", "tracker", "timeline", "cardlink", "abc"),
}
#: How a page says of an element that nobody sees it: here, what stands in it is shown.
_UNSEEN = re.compile(r"display\s*+:\s*+none|visibility\s*+:\s*+hidden", re.IGNORECASE)
#: Attributes that hold addresses. That of a picture itself is asked for by who takes pictures.
_ADDRESSES = {"src", "href", "poster", "data", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset"}


def losses_in(text: str) -> list[str]:
    """Everything that is lost, as sentences, each once."""
    found = [loss for token in tokens_of(text) for loss in _of_block(token)]
    found += [
        f"{one_line(one[0])[:80]} is not Markdown, and stays as it is written"
        for one in _FOREIGN.finditer(without_code(text))
    ]
    return list(dict.fromkeys(found))


def _of_block(token: Token) -> Iterator[str]:
    if token.type == "html_block":
        yield from _of_html(token.content)
    elif token.type == "fence":
        language = (token.info.split() or [""])[0].lower()
        if language in _RUN or language.startswith(("ad-", "{")):
            yield f"the block {language[:60]} is for another program, and stays as it is written"
    for child in token.children or []:
        if child.type == "html_inline":
            yield from _of_html(child.content)
        elif child.type == "link_open":
            yield from _of_address(str(child.attrGet("href") or ""), "the link")


def _of_html(html: str) -> Iterator[str]:
    tags = _Tags()
    tags.feed(html)
    tags.close()
    for tag, attributes in tags.found:
        held = [
            (name, address)
            for name, value in attributes
            if name in _ADDRESSES and value and (tag, name) != ("img", "src")
            for address in _listed(name, value)
        ]
        if any(name == "hidden" or (name == "style" and _UNSEEN.search(value or "")) for name, value in attributes):
            yield f"<{tag[:40]}> was hidden, and what stands in it is shown here to everybody"
        if tag not in TAGS:
            addresses = "".join(f" with {_shown(address)}" for _name, address in held)
            yield f"<{tag[:40]}>{addresses} is not shown here"
            continue
        for _name, address in held:
            yield from _of_address(address, "the link" if tag == "a" else f"<{tag}> with")


def _listed(name: str, value: str) -> list[str]:
    """The addresses in an attribute: `srcset` has several, each with a width or a density."""
    if not name.endswith("srcset"):
        return [value.strip()]
    return [one.split()[0] for one in value.split(",") if one.strip()]


def _of_address(address: str, what: str) -> Iterator[str]:
    """A file of the folder, or a page of the site as it was: neither is here."""
    if not address or address.startswith("#"):
        return
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    if not parts.scheme and not parts.netloc:
        yield f"{what} {_shown(address)} is not taken: it leads nowhere here"


def _shown(address: str) -> str:
    return one_line(unquote(address))[:200]


class _Tags(HTMLParser):
    """The tags of a text that begin something, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))
