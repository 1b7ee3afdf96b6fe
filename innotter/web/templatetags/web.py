"""What the site's templates say often."""

import zlib
from functools import cache

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


def _rendered(form: Unbound) -> str:
    return "".join(field.as_field_group() for field in form.built())


#: Of 1 to 8 kB each: the forms by which lists are filtered, which look alike until something is searched for.
FIELDS = Fragments(_rendered, most=300, longest=600)


@register.simple_tag
def fields(form: Unbound) -> SafeString:
    """The fields of a form."""
    return FIELDS.html(form, says=sum(len(str(value)) for _name, value in (*form.initial, *form.options)))


register.filter("bars", bars)
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
