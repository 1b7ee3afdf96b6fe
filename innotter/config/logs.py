"""Which of the core's and its libraries' records are written."""

from typing import Any

from telemetry import logs

#: Who tells of each step that follows from a request.
STEPS = ("innotter.web.requests", "innotter.config.task_metrics", "innotter.events.services")


def logging_configuration(*, style: str, level: str, says_steps: bool) -> dict[str, Any]:
    """A configuration for `logging.config.dictConfig`. Without a level, we tell more than the libraries do."""
    loggers: dict[str, dict[str, Any]] = {
        "innotter": {"level": level or "INFO"},
        # It warns of tasks with a time of their own, of which there are none: what is due is found in the database.
        "kombu.transport.native_delayed_delivery": {"level": "ERROR"},
        "django.request": {"level": "ERROR", "filters": ["without_address"]},  # People's mistakes are not logged.
    }
    loggers |= {name: {"level": "INFO" if says_steps else "WARNING"} for name in STEPS}
    filters = {"without_address": {"()": "innotter.web.requests.WithoutAddress"}}
    return logs.configuration(style=style, level=level or "WARNING", loggers=loggers) | {"filters": filters}
