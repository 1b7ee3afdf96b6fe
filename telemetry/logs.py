"""The log: a line for each record, as JSON or for people's eyes. No line holds an e-mail address or a password."""

import logging
import re
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

#: What may hold an e-mail address, or the names and passwords that stand before the host of a server. The expression
#: takes whole tokens: one that looks for an @ itself reads a long token again from each of its characters.
_TOKEN = re.compile(r"[^\s<>\"'(),;=/]+")


def configuration(*, style: str, level: str, loggers: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """A configuration for `logging.config.dictConfig`: everything goes to standard error, as `text` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "telemetry.logs.formatter", "style": style}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": loggers or {},
    }


def formatter(style: str) -> logging.Formatter:
    """Writes records of Python's own logging, with what is known of the request that they belong to."""
    found: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    last: Processor = structlog.processors.JSONRenderer(default=str) if style == "json" else _as_line
    processors: list[Processor] = [
        ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _clean,
        last,
    ]
    return ProcessorFormatter(foreign_pre_chain=found, processors=processors)


def without_personal_data(text: str) -> str:
    """The text, where addresses of people, and names and passwords for servers, are left out."""
    return _TOKEN.sub(_without_address, text)


def _without_address(token: re.Match[str]) -> str:
    if "@" not in token[0].strip("@"):
        return token[0]
    port = token[0].rpartition(":")[2]
    return "[…]@[…]" + (f":{port}" if port.isdecimal() else "")


def _clean(logger: object, name: str, words: EventDict) -> EventDict:
    return {
        key: without_personal_data(value) if isinstance(value, str) else value
        for key, value in words.items()
        if value not in ("", None)
    }


def _as_line(logger: object, name: str, words: EventDict) -> str:
    level, who, what = words.pop("level", name).upper(), words.pop("logger", ""), words.pop("event", "")
    words.pop("time", None)
    trace = words.pop("exception", "")
    more = "".join(f" {key}={value}" for key, value in words.items())
    return f"{level} {who}: {what}{more}" + (f"\n{trace}" if trace else "")
