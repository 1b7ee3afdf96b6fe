"""Finding things by their words: how texts are cut up, and how a search is understood.

Every word is kept twice: as it is written, so that its beginning finds it, and as its stem, so that its other forms do.
The configuration `russian` stems both languages: words in Latin letters by the English rules.
"""

import re
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchVector
from django.db.models import Func, TextField, Value
from django.db.models.expressions import Combinable, CombinedExpression

MOST_WORDS = 8
LONGEST_WORD = 40
#: ё is written as е by many, and dots, underscores and hyphens stand between words.
_FROM, _TO = "._-ёЁ", "   еЕ"

_word = re.compile(r"\w+")


def words_in(*texts: Combinable, weight: str) -> CombinedExpression:
    """The words of texts, as they are written and as stems."""
    plain = [Func(text, Value(_FROM), Value(_TO), function="translate", output_field=TextField()) for text in texts]
    return SearchVector(*plain, config="simple", weight=weight) + SearchVector(*plain, config="russian", weight=weight)


def understood(text: str) -> SearchQueryCombinable | None:
    """A search for all the words of a text, each from its beginning or by its stem; None when it has no words."""
    words = _word.findall(text.translate(str.maketrans(_FROM, _TO)).lower())[:MOST_WORDS]
    return reduce(and_, [_either(word[:LONGEST_WORD]) for word in words]) if words else None


def _either(word: str) -> SearchQueryCombinable:
    beginning = SearchQuery(f"'{word}':*", config="simple", search_type="raw")
    return beginning | SearchQuery(word, config="russian")
