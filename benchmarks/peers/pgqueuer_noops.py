"""How many no-ops PgQueuer drains per second: `python pgqueuer_noops.py <dsn> <count>` prints it.

Its batches are as large as ours.
"""

import asyncio

import asyncpg
from drained import rate
from pgqueuer import PgQueuer
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

BATCH = 100


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


if __name__ == "__main__":
    rate(prepare, work)
