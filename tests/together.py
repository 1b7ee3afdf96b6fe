"""Things that happen at the same moment, each on a connection of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model


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


@contextmanager
def held_by_another(row: Model) -> Iterator[None]:
    """Somebody else's transaction has locked the row; whoever waits for it is refused soon, and not for ever."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(f'SELECT FROM "{row._meta.db_table}" WHERE {row._meta.pk.column} = %s FOR UPDATE', [row.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        yield
    finally:
        other.rollback()
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def in_a_thread(action: Callable[[], Any]) -> Any:
    """On a connection of its own, which waits for nobody: what is returned, or raised."""

    def do() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            return action()
        finally:
            # It goes back into the pool, and would be as impatient with whoever is given it next.
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do).result()


def in_a_loop_of_its_own(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """In a thread: a browser of another test may have left its loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def just_before(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, act: Callable[[], Any]) -> None:
    """Let somebody else act once, just before this is called: what was read before that is old by then."""
    real, has_acted = getattr(owner, name), []

    def late(*args: Any, **options: Any) -> Any:
        if not has_acted:
            has_acted.append(True)
            act()
        return real(*args, **options)

    monkeypatch.setattr(owner, name, late)
