"""Finding things by their words: how texts are cut up, and how a search is understood.

Every word is kept twice: as it is written, so that its beginning finds it, and as its stem, so that its other forms do.
The configuration `russian` stems both languages: words in Latin letters by the English rules.

Index and question are cut by one rule: a word is a run of letters, marks and digits, all else stands between words.
PostgreSQL's own parser cannot be left to it: what it takes for a letter depends on the LC_CTYPE of the database, and
where that is C, everything beyond ASCII is one, quotation marks and emoji too. The function `innotter_words`, which a
migration of `accounts` makes, does to the texts what `_folded` does to the question.
"""

from functools import reduce
from operator import and_

import regex
from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchVector
from django.db.models import Func, TextField
from django.db.models.expressions import Combinable, CombinedExpression

from innotter.text.cleaning import normalized

MOST_WORDS = 8
LONGEST_WORD = 40
#: ё is written as е by many (the stemmer knows that, its list of stop words does not); a Turkish İ and a final sigma
#: become small in different ways here and in the database.
_FROM, _TO = "ёЁİς", "еЕiσ"
#: Soft hyphens and joiners are not seen, and do not part a word.
_UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff"

_FOLDS = str.maketrans(_FROM, _TO, _UNSEEN)
_between = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def words_in(*texts: Combinable, weight: str) -> CombinedExpression:
    """The words of texts, as they are written and as stems."""
    plain = [Func(text, function="innotter_words", output_field=TextField()) for text in texts]
    return SearchVector(*plain, config="simple", weight=weight) + SearchVector(*plain, config="russian", weight=weight)


def understood(text: str) -> SearchQueryCombinable | None:
    """A search for all the words of a text, each from its beginning or by its stem; None when it has no words."""
    words = _folded(text).lower().translate(_FOLDS).split()[:MOST_WORDS]
    return reduce(and_, [_either(word[:LONGEST_WORD]) for word in words]) if words else None


def _folded(text: str) -> str:
    """What `innotter_words` makes of a text."""
    return _between.sub(" ", normalized("NFC", text).translate(_FOLDS)).strip()


def _either(word: str) -> SearchQueryCombinable:
    beginning = SearchQuery(f"'{word}':*", config="simple", search_type="raw")
    return beginning | SearchQuery(word, config="russian")
