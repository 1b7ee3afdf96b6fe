"""Tags: how one is spelled, and what counts as a hashtag in a text.

Letters with their marks, digits and `_`; inside a word also the joiners of Persian and Indic writing, and the middle
dot of Catalan. Whatever is a tag here can be named in an address: `blog:hashtag` takes every one of them.
"""

import regex

from innotter.text.cleaning import normalized, one_line

LONGEST_TAG = 30

_WORD = r"\p{L}\p{M}\p{N}_"
_JOINERS = r"\u200c\u200d\u00b7"
#: After a `#`: some letter in it, no joiner at its end, and nothing of a word behind it.
HASHTAG = rf"(?=[{_WORD}{_JOINERS}]*\p{{L}})[\p{{L}}\p{{N}}_](?:[{_WORD}{_JOINERS}]*[{_WORD}])?(?![{_WORD}])"
#: What must not stand before the `#`: a word, an address, another one.
BEFORE_HASHTAG = rf"(?<![{_WORD}#＃&/])"

_whole = regex.compile(HASHTAG)
#: Small dotted I, taken apart: what is left of a Turkish İ in small letters.
_DOTTED_I = "i\u0307"


def tag_name(text: str) -> str:
    """Return a tag as it is kept and compared: without `#` and case, composed, the same for every way to type it."""
    name = normalized("NFD", one_line(text).lstrip("#＃ "))
    for _pass in range(2):  # What folding makes may fold again: Greek letters with a subscript.
        name = normalized("NFD", name.casefold())
    return one_line(name.replace(_DOTTED_I, "i"))


def is_hashtag(name: str) -> bool:
    """Whether a tag's name can stand in a text behind a `#`, and be kept."""
    return len(name) <= LONGEST_TAG and _whole.fullmatch(name) is not None
