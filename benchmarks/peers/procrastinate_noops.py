"""How many no-ops Procrastinate drains per second: `python procrastinate_noops.py <dsn> <count>` prints it.

Each worker does several at a time.
"""

import asyncio

import procrastinate
from drained import rate

CONCURRENCY = 20


def app_of(dsn: str) -> procrastinate.App:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn, max_size=CONCURRENCY))

    @app.task(name="no_op")
    async def no_op() -> None:
        """Nothing."""

    return app


def work(dsn: str) -> None:
    async def drain() -> None:
        app = app_of(dsn)
        async with app.open_async():
            await app.run_worker_async(wait=False, concurrency=CONCURRENCY, install_signal_handlers=False)

    asyncio.run(drain())


async def prepare(dsn: str, count: int) -> None:
    app = app_of(dsn)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await app.tasks["no_op"].batch_defer_async(*[{}] * count)


if __name__ == "__main__":
    rate(prepare, work)
