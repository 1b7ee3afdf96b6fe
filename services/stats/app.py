"""The service, put together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module

from fastapi import FastAPI, Request, Response

from services.contract.consuming import Consuming
from services.contract.request_log import answering, set_up_log
from services.contract.tokens import TokenCheck
from services.stats.api import router
from services.stats.problems import handle
from services.stats.settings import Settings
from services.stats.store import Store, away, open_store
from telemetry import context, reporting


def make_app(settings: Settings | None = None) -> FastAPI:
    """The service with its store and, where there is RabbitMQ, its consumer."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = open_store(chosen)
        app.state.store.prepare()
        app.state.tokens = TokenCheck(chosen.jwks_url)
        app.state.consumer = _consumer(chosen.amqp_url, app.state.store) if chosen.amqp_url else None
        if app.state.consumer:
            app.state.consumer.start()
        yield
        if app.state.consumer:
            app.state.consumer.stop()
        app.state.store.close()

    app = FastAPI(
        title="Innotter statistics",
        description="What was counted of pages, for their owners.",
        version="1",
        docs_url=None,  # Its page would load scripts from elsewhere; the document itself is at /openapi.json.
        redoc_url=None,
        lifespan=life,
    )
    app.include_router(router)
    app.middleware("http")(note)
    handle(app, away(chosen))
    return app


def _consumer(amqp_url: str, store: Store) -> Consuming:
    """Who needs none loads no client of RabbitMQ."""
    consumer: Consuming = import_module("services.stats.consumer").Consumer(amqp_url, store)
    return consumer


async def note(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """A request's line in the log, under an id that its answer carries."""

    def route() -> str:
        return str(getattr(request.scope.get("route"), "path", "none"))

    with answering(request.method, request.headers.get(context.HEADER), route) as noted:
        response = await call_next(request)
        noted["status"] = response.status_code
        response.headers[context.HEADER] = noted["request_id"]
        return response


set_up_log()
app = make_app()
reporting.start("innotter-stats", "fastapi.FastAPIInstrumentor", app=app)
