"""Finding things by their words: how texts are cut up, and how a search is understood.

Every word is kept twice: as it is written, so that its beginning finds it, and as its stem, so that its other forms do.
The configuration `russian` stems both languages: words in Latin letters by the English rules. Accents of Latin and
Greek letters are left out: resume finds résumé. Those of other scripts make other letters, as й is none of и.

Index and question are cut by one rule: a word is a run of letters, marks and digits, all else stands between words.
Chinese, Japanese, Thai, Lao, Khmer and Burmese put nothing between words: there each two neighbouring characters are
one, which finds any part of a text without a dictionary of its language.
PostgreSQL's own parser cannot be left to it: what it takes for a letter depends on the LC_CTYPE of the database, and
where that is C, everything beyond ASCII is one, quotation marks and emoji too. The function `innotter_words`, which
migrations of `accounts` make, does to the texts what `_folded` does to the question.
"""

import unicodedata
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import and_

import regex
from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchVector
from django.db.models import Func, TextField
from django.db.models.expressions import Combinable, CombinedExpression

from innotter.text.cleaning import normalized

MOST_WORDS = 8
LONGEST_WORD = 40
#: PostgreSQL refuses a vector of more than 1 MB. In the worst of texts a word takes three times its own length.
MOST_BYTES = 200_000
#: What a word is made of, as a class of regular expressions.
LETTER = r"[\p{L}\p{M}\p{N}]"
#: The characters of scripts that put nothing between words, as a class; `innotter_words` has the same ranges.
UNSPACED = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff]"
)
#: Latin and Greek, taken apart, and the accents that are left out after them; `innotter_words` has the same ranges.
_ACCENTED = (
    r"([A-Za-z\u00aa\u00ba\u00c0-\u02af\u0370-\u03ff\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f])"
    r"[\u0300-\u036f]+"
)
#: ё is written as е by many (the stemmer knows that, its list of stop words does not); a final sigma becomes small in
#: different ways here and in the database; a stroke is no mark that could be taken off its letter.
_FROM, _TO = "ёЁςłŁøØđĐ", "еЕσlLoOdD"
#: Soft hyphens and joiners are not seen, and do not part a word.
_UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff"

_FOLDS = str.maketrans(_FROM, _TO, _UNSEEN)
_between = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_accented = regex.compile(_ACCENTED)
_unspaced = regex.compile(UNSPACED)
_run = regex.compile(rf"{UNSPACED}+")


def words_in(*texts: Combinable, weight: str) -> CombinedExpression:
    """The words of texts, as they are written and as stems."""
    plain = [Func(text, function="innotter_words", output_field=TextField()) for text in texts]
    return SearchVector(*plain, config="simple", weight=weight) + SearchVector(*plain, config="russian", weight=weight)


def indexable(text: str) -> str:
    """As much of a text as fits into an index: all of it, or of a book its first words, each once."""
    if len(text.encode()) > MOST_BYTES:
        text = " ".join(dict.fromkeys(text.split()))
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def words_asked(text: str) -> list[str]:
    """The words of a search, in small letters and without accents: the first eight."""
    cut = _run.sub(r" \g<0> ", _cut(text)).lower().translate(_FOLDS)
    words = [part for word in cut.split() for part in _pairs(word)]
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def _pairs(word: str) -> list[str]:
    """Each two neighbouring characters, where nothing stands between words; else the word itself."""
    if len(word) < 3 or not _run.fullmatch(word):
        return [word]
    return [first + second for first, second in pairwise(word)]


def understood(text: str) -> SearchQueryCombinable | None:
    """A search for all the words of a text, each from its beginning or by its stem; None when it has no words."""
    words = words_asked(text)
    return reduce(and_, [_either(word) for word in words]) if words else None


def as_tsquery(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The same for some words of `words_asked`, as SQL for statements that are written by hand, and its parameters."""
    either = "(to_tsquery('simple', %(beginning{0})s) || plainto_tsquery('russian', %(word{0})s))"
    parameters = {f"word{number}": word for number, word in enumerate(words)}
    parameters |= {f"beginning{number}": f"'{word}':*" for number, word in enumerate(words)}
    return " && ".join(either.format(number) for number in range(len(words))), parameters


def unaccented(text: str) -> str:
    """A text with the letters by which words are compared."""
    bare = _accented.sub(r"\1", normalized("NFD", text))
    return unicodedata.normalize("NFC", bare).translate(_FOLDS)


def _folded(text: str) -> str:
    """What `innotter_words` makes of a text. Of 東京都 it makes 東 東京 京都 都: its ends are found alone, too."""
    cut = _run.sub(r" \g<0> ", _cut(text))
    return " ".join(_unspaced.sub(r"\g<0> \g<0>", cut).split())


def _cut(text: str) -> str:
    return _between.sub(" ", unaccented(text)).strip()


def _either(word: str) -> SearchQueryCombinable:
    beginning = SearchQuery(f"'{word}':*", config="simple", search_type="raw")
    return beginning | SearchQuery(word, config="russian")
