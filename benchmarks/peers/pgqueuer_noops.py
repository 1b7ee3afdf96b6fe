"""How many no-ops PgQueuer drains per second: `python pgqueuer_noops.py <dsn> <count>` prints it.

A worker of its own process for each core, as our runner has hands; batches as large as ours.
"""

import asyncio
import multiprocessing
import sys
import time

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

WORKERS, BATCH = 2, 100


async def drain(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    queuer = PgQueuer.from_asyncpg_connection(connection)

    @queuer.entrypoint("no_op")
    async def no_op(job: Job) -> None:
        """Nothing."""

    await queuer.run(batch_size=BATCH, mode=QueueExecutionMode.drain)


def work(dsn: str) -> None:
    asyncio.run(drain(dsn))


async def prepare(dsn: str, count: int) -> None:
    connection = await asyncpg.connect(dsn)
    queries = Queries.from_asyncpg_connection(connection)
    await queries.install()
    for _thousand in range(count // 1000):
        await queries.enqueue(["no_op"] * 1000, [None] * 1000, [0] * 1000)
    await connection.close()


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
