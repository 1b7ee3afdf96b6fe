"""What a setting may be. Whoever writes something else is told so at the start, and not by the first request."""

import ipaddress
from collections.abc import Collection, Mapping
from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from environs import EnvValidationError
from limits import parse
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range

from innotter.config.hosts import in_ascii

#: The longest times that a setting may name: no clock counts on for ever.
_MOST_DAYS = 36_500
_MOST_SECONDS = 3650 * 24 * 3600
LEVELS = ["", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
#: How what keeps the data, sends e-mails, counts and hears of events is spoken to. One is as good as the other.
DATABASES, QUEUES, SERVICES = {"postgres", "postgresql", "pgsql"}, {"amqp", "amqps"}, {"http", "https"}
MAIL_SERVERS = {"smtp", "smtps", "submission", "submit", "ses", "console", "memory", "dummy"}


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


def level(text: str) -> None:
    """How much is logged, in capitals or not."""
    OneOf(LEVELS)(text.upper())


def time_zone(text: str) -> None:
    """A place of the time zone database."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        raise ValidationError("Write the name of a time zone, such as Europe/Berlin.") from None


def site(text: str) -> None:
    """The address that people reach the site at: links in e-mails begin with it. Nothing of it lies in a folder."""
    try:
        parts = urlsplit(text)
        in_ascii(parts.hostname or "")
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ValidationError("Write the whole address, such as https://forum.example.org.")
    if "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValidationError("Write the name alone, and the port where it has one: https://forum.example.org.")


def database(text: str) -> None:
    """Where PostgreSQL is, or nothing: then it is our own."""
    _begins_with_one_of(DATABASES, text, "postgres://user:password@host:5432/innotter")


def mail_server(text: str) -> None:
    """Where e-mails are given up, or nothing: then they stay here."""
    _begins_with_one_of(MAIL_SERVERS, text, "smtp://user:password@host:587/?tls=True, or ses://eu-central-1")


def queue(text: str) -> None:
    """Where RabbitMQ takes events, or nothing."""
    _begins_with_one_of(QUEUES, text, "amqp://user:password@host:5672//")


def service(text: str) -> None:
    """Where something answers by HTTP, or nothing: there is none."""
    _begins_with_one_of(SERVICES, text, "http://stats.internal:8001")


def _begins_with_one_of(schemes: Collection[str], text: str, such_as: str) -> None:
    scheme, colon, _rest = text.partition("://")
    if text and not (colon and scheme.lower() in schemes):
        raise ValidationError(f"Write the whole address, such as {such_as}.")


def sender(text: str) -> None:
    """Who e-mails come from: a mail server takes none from nobody."""
    name, _at, domain = parseaddr(text)[1].rpartition("@")
    if not (name and domain) or not text.isprintable():
        raise ValidationError("Write a name and an address, such as Innotter <post@example.org>.")


def properties(value: object) -> None:
    """Names and values."""
    if not isinstance(value, dict):
        raise ValidationError('Write names and values, such as {"security.protocol": "SASL_SSL"}.')


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
