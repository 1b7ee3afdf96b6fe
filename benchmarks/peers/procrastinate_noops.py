"""How many no-ops Procrastinate drains per second: `python procrastinate_noops.py <dsn> <count>` prints it.

A worker of its own process for each core, as our runner has hands; each does several at a time.
"""

import asyncio
import multiprocessing
import sys
import time

import procrastinate

WORKERS, CONCURRENCY = 2, 20


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


def main() -> None:
    dsn, count = sys.argv[1], int(sys.argv[2])
    asyncio.run(prepare(dsn, count))
    workers = [multiprocessing.Process(target=work, args=(dsn,)) for _worker in range(WORKERS)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(count / (time.perf_counter() - start))


if __name__ == "__main__":
    main()
