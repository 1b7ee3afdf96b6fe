"""Things that happen at the same moment, each on a connection of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_the_same_moment(*actions: Callable[[], Any]) -> list[Any]:
    """Do all of them at once; what they return, or the first error."""
    together, results, errors = threading.Barrier(len(actions)), [], []

    def do(action: Callable[[], Any]) -> None:
        try:
            together.wait(10)
            results.append(action())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread of the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def in_a_loop_of_its_own(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """In a thread: a browser of another test may have left its loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
