"""What the peers share: jobs are added, and drained by a process for each core, as our runner has hands."""

import asyncio
import multiprocessing
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

WORKERS = 2


def rate(prepare: Callable[[str, int], Coroutine[Any, Any, None]], work: Callable[[str], None]) -> None:
    """Print how many jobs are drained per second: of `<dsn> <count>` on the command line."""
    dsn, count = sys.argv[1], int(sys.argv[2])
    asyncio.run(prepare(dsn, count))
    workers = [multiprocessing.Process(target=work, args=(dsn,)) for _worker in range(WORKERS)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(count / (time.perf_counter() - start))
