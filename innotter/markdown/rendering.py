"""Tokens as HTML: our own pictures, and code in colours."""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.utils.html import escape
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import format as formatted
from pygments import lex
from pygments.formatters import HtmlFormatter
from pygments.lexers import LEXERS, get_lexer_by_name

#: Where pictures may come from: our own doors. Another's picture would tell them who reads what, and when.
OWN_PICTURES = "/media/"
#: More code than this is shown without colours.
LONGEST_COLOURED = 10_000
#: Highlighting may take much longer than the code is long. After this many seconds the rest of a text stays plain.
LONGEST_COLOURING = 0.5
#: These take seconds for a single word, in which the time cannot be asked.
SLOW = {"devicetree", "html+ng2", "lilypond", "xquery", "zeek"}

#: Names that people use and Pygments does not know.
ALIASES = {"cjs": "js", "mjs": "js", "jsonc": "json5", "env": "ini"}


class Renderer(RendererHTML):
    """As the parser's own, but for pictures and for code with the name of a language."""

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Our own pictures are shown; to those of others leads a link."""
        token = tokens[index]
        source = str(token.attrGet("src") or "")
        words = self.renderInlineAsText(token.children, options, env) if token.children else ""
        if not is_own_picture(source):
            return f'<a href="{escape(source)}">{escape(words or source)}</a>'
        return f'<img src="{escape(source)}" alt="{escape(words)}" loading="lazy">'

    def fence(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        code, language = tokens[index].content, next(iter(tokens[index].info.split()), "")
        named = f' class="language-{escape(language)}"' if language else ""
        return f"<pre><code{named}>{_coloured(code, language, env) or escape(code)}</code></pre>\n"


def is_own_picture(source: str) -> bool:
    """Whether it is one of our doors of pictures, and stays there however a browser reads it."""
    return source.startswith(OWN_PICTURES) and ".." not in unquote(source) and "\\" not in source


def _coloured(code: str, language: str, env: EnvType) -> str:
    """The code in colours, or nothing where there are none for it, or no time."""
    known = _languages().get(ALIASES.get(language.lower(), language.lower()))
    left = env.setdefault("colouring", LONGEST_COLOURING)
    if known is None or len(code) > LONGEST_COLOURED or left <= 0:
        return ""
    lexer = get_lexer_by_name(known)  # The first of a kind takes its time, and is not the text's fault.
    start = time.thread_time()
    tokens = list(_until(start + left, lex(code, lexer)))
    env["colouring"] = left - (time.thread_time() - start)
    return str(formatted(tokens, HtmlFormatter(nowrap=True))) if env["colouring"] > 0 else ""


def _until(end: float, tokens: Any) -> Any:
    for token in tokens:
        yield token
        if time.thread_time() > end:
            return


@cache
def _languages() -> dict[str, str]:
    """Every name of a language: asking Pygments for one that it does not know makes it look for plugins each time."""
    return {
        alias.lower(): names[0]
        for _module, _name, names, *_ in LEXERS.values()
        for alias in names
        if names[0] not in SLOW
    }
