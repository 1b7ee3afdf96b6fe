"""Numbers for Prometheus. Where `PROMETHEUS_MULTIPROC_DIR` is set, those of all processes that share the folder."""

import os

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from telemetry.reserving import reserve

__all__ = ["CONTENT_TYPE", "Counter", "Histogram", "exposition", "serve"]

reserve()


def registry() -> CollectorRegistry:
    """What is counted here and, where processes share a folder, in the others."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    found = CollectorRegistry(support_collectors_without_names=True)
    MultiProcessCollector(found)
    return found


def exposition() -> bytes:
    """Everything, in Prometheus's text format."""
    return generate_latest(registry())


def serve(port: int) -> None:
    """Answer Prometheus on a port of its own: for processes that are no web servers."""
    start_http_server(port, registry=registry())
