"""What a setting may be. Whoever writes something else is told so at the start, and not by the first request."""

import ipaddress
from collections.abc import Mapping

from environs import EnvValidationError
from limits import parse
from marshmallow import ValidationError
from marshmallow.validate import Range

#: The longest times that a setting may name: no clock counts on for ever.
_MOST_DAYS = 36_500
_MOST_SECONDS = 3650 * 24 * 3600


def days(least: int) -> Range:
    """A number of days that somewhere else may mean none, or for ever: how few it may be."""
    return Range(min=least, max=_MOST_DAYS)


def seconds(least: int) -> Range:
    """A number of seconds."""
    return Range(min=least, max=_MOST_SECONDS)


def networks(texts: list[str]) -> None:
    """Addresses and networks: names are looked up nowhere."""
    for text in texts:
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            sentence = "Write addresses such as 10.1.2.3, or networks such as 10.1.0.0/16, with commas between them: "
            raise ValidationError(f"{sentence}{error}.") from None


def checked_rates(rates: Mapping[str, str]) -> dict[str, str]:
    """Limits by their names, each of which can be counted."""
    for name, text in rates.items():
        if not _is_rate(text):
            advice = "Write how often in which time, such as 20/hour or 10/5 minutes."
            raise EnvValidationError(f'Environment variable "THROTTLE_{name.upper()}": “{text}”. {advice}', [])
    return dict(rates)


def _is_rate(text: str) -> bool:
    try:
        return 0 < parse(text).get_expiry() <= _MOST_SECONDS
    except ValueError:
        return False
