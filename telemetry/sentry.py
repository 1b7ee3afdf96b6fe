"""Failures to Sentry, or to what speaks its protocol: where it broke and for which request, never who it was."""

import os
from typing import Any

import sentry_sdk

from telemetry import context
from telemetry.logs import without_personal_data

#: What is left of an HTTP request in a report.
KEPT_OF_REQUEST = {"method"}


def start(service: str) -> None:
    """Report from here on. The SDK reads its address, environment and release from the environment."""
    sentry_sdk.init(
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        traces_sample_rate=float(os.environ.get("SENTRY_TRACES_SAMPLE_RATE") or 0),
        before_send=clean,
        before_send_transaction=clean,
    )
    sentry_sdk.set_tag("service", service)


def clean(event: Any, hint: dict[str, Any]) -> Any:
    """The report without what speaks of a person, and with the id of the request."""
    event.pop("user", None)
    event["request"] = {name: value for name, value in event.get("request", {}).items() if name in KEPT_OF_REQUEST}
    event.setdefault("tags", {})["request_id"] = context.current()
    for exception in event.get("exception", {}).get("values", []):
        exception["value"] = without_personal_data(str(exception.get("value", "")))
    entry = event.get("logentry", {})
    entry.pop("params", None)
    for name in entry.keys() & {"message", "formatted"}:
        entry[name] = without_personal_data(str(entry[name]))
    return event
