"""Reports to others, where the environment names them: failures to Sentry, traces to OpenTelemetry."""

import os
from importlib import import_module
from typing import Any


def start(service: str, *instrumentors: str, app: Any = None) -> None:
    """Begin to report, under the service's name. Without an address nothing is loaded, and nothing is sent.

    The instrumentors of OpenTelemetry, as in `flask.FlaskInstrumentor`, see to everything in the process, or to an app.
    """
    if os.environ.get("SENTRY_DSN"):
        import_module("telemetry.sentry").start(service)
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        import_module("telemetry.tracing").start(service)
        for path in instrumentors:
            module, _dot, name = path.rpartition(".")
            instrumentor = getattr(import_module(f"opentelemetry.instrumentation.{module}"), name)()
            instrumentor.instrument_app(app) if app else instrumentor.instrument()
