"""The service, put together."""

from contextlib import ExitStack
from datetime import date, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from services.contract.consuming import Consuming
from services.contract.request_log import answering
from services.contract.tokens import TokenCheck
from services.insights.api import api
from services.insights.problems import handle
from services.insights.reports import Writer
from services.insights.settings import Settings
from services.insights.store import Store
from telemetry import context

#: A batch of the core has 500 events of some 400 bytes each.
MOST_BYTES = 5_000_000


class JSON(DefaultJSONProvider):
    """Days and times as ISO 8601; members in the order in which they are written."""

    sort_keys = False

    @staticmethod
    def default(o: Any) -> Any:
        """What JSON does not know by itself."""
        if isinstance(o, date | datetime):
            return o.isoformat()
        return str(o) if isinstance(o, UUID) else float(o)


def make_app(settings: Settings | None = None) -> Flask:
    """The service with its database, the writer of reports and, where there is Kafka, its consumer."""
    chosen = settings or Settings()
    app = Flask("services.insights")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.json = JSON(app)
    store = Store(chosen.database_url, prepares=chosen.prepares)
    writer = Writer(store)
    writer.start()
    consumer = _consumer(chosen, store) if chosen.kafka_bootstrap else None
    if consumer:
        consumer.start()
    app.extensions |= {
        "store": store,
        "tokens": TokenCheck(chosen.jwks_url),
        "writer": writer,
        "consumer": consumer,
    }
    app.register_blueprint(api)
    note(app)
    handle(app)
    return app


def _consumer(settings: Settings, store: Store) -> Consuming:
    """Who needs none loads no client of Kafka."""
    kind = import_module("services.insights.consumer").Consumer
    consumer: Consuming = kind(settings.kafka_bootstrap, settings.kafka_config, store)
    return consumer


def note(app: Flask) -> None:
    """Give each request its line in the log, under an id that its answer carries."""

    def route() -> str:
        return request.url_rule.rule if request.url_rule else "none"

    @app.before_request
    def begin() -> None:
        g.around = ExitStack()
        g.noted = g.around.enter_context(answering(request.method, request.headers.get(context.HEADER), route))

    @app.after_request
    def name(response: Response) -> Response:
        g.noted["status"] = response.status_code
        response.headers[context.HEADER] = g.noted["request_id"]
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        g.around.close()


def close(app: Flask) -> None:
    """Finish what is under way."""
    for part in (app.extensions["consumer"], app.extensions["writer"]):
        if part:
            part.stop()
    app.extensions["store"].close()
