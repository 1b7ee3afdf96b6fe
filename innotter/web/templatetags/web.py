"""What the site's templates say often."""

import zlib
from functools import cache, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms, template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from innotter.web.charts import bars, line
from innotter.web.forms import Unbound
from innotter.web.fragments import Fragments

register = template.Library()

HUES = 6


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from the sprite; words beside it say what it means."""
    return _drawn(static("web/icons.svg"), name)


@cache
def _drawn(sprite: str, name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


class Chip(NamedTuple):
    """A field of a filter, as a chip: what is asked for, and the ways to ask for something else."""

    field: forms.BoundField
    value: str
    said: str
    #: The address, the words, and whether that is what is asked for.
    ways: list[tuple[str, str, bool]]

    @property
    def is_search(self) -> bool:
        return isinstance(self.field.field.widget, forms.SearchInput)

    @property
    def says_itself(self) -> bool:
        """Whether what is asked for says what it is asked of: how many are chosen does not."""
        return not self.said.isdecimal()

    @property
    def is_set(self) -> bool:
        """Whether it leaves something out: an order does not, nor do groups."""
        return bool(self.value) and self.field.name not in {"ordering", "group"}


def _rendered_chips(form: Unbound, kept: tuple[tuple[str, str], ...]) -> str:
    asked = dict(kept) | {name: str(value) for name, value in form.initial if value}
    chips = [_chip(field, asked) for field in form.built()]
    return render_to_string("web/_chips.html", {"chips": chips, "kept": kept})


def _chip(field: forms.BoundField, asked: dict[str, str]) -> Chip:
    value, name = asked.get(field.name, ""), field.name
    choices = getattr(field.field, "choices", ())
    if isinstance(field.field, forms.BooleanField):
        choices = [("", _("no")), ("True", _("yes"))]
    labels = {str(key): str(label) for key, label in choices}
    others = {other: said for other, said in asked.items() if other != name}
    ways = [
        (f"?{urlencode(others | ({name: key} if key else {}))}", label, key == value) for key, label in labels.items()
    ]
    several = str(value.count(",") + 1) if "," in value else value
    return Chip(field, value, labels.get(value or next(iter(labels), ""), several), ways)


#: Of 2 to 6 kB each: the filters of lists, which look alike until something is searched for.
CHIPS = Fragments(_rendered_chips, most=300, longest=600)


@register.simple_tag(takes_context=True)
def chips(context: dict[str, Any], form: Unbound, *keeps: str) -> SafeString:
    """The fields of a filter in a row, each closed. What the address says of `keeps` stays in it."""
    query = context["request"].GET
    kept = tuple((name, query[name]) for name in keeps if name in query)
    return CHIPS.html(form, kept, says=sum(len(str(value)) for _name, value in (*form.initial, *form.options, *kept)))


register.filter("bars", bars)
register.filter("tall_bars", partial(bars, height=140, width=640))
register.filter("line", line)


@register.filter
def percent(share: float) -> int:
    """A share of one as a whole number of hundredths."""
    return round(share * 100)


@register.filter
def signed(number: int) -> str:
    """With a sign, as what is gained or lost: +12, −3."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{intcomma(abs(number))}"


@register.filter
def hue(name: object) -> str:
    """The colour class of a tile: always the same for the same name."""
    return f"hue-{zlib.crc32(str(name).encode()) % HUES}"
