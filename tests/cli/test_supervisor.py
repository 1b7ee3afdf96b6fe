"""The supervisor keeps what it has started, whatever becomes of it, and stops all of it."""

import asyncio
import sys
import time

import pytest

from innotter.cli import readiness
from innotter.cli import supervisor as supervising
from innotter.cli.errors import CannotStart
from innotter.cli.supervisor import Program, Supervisor
from tests.together import in_a_loop_of_its_own

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


async def at_once():
    return True


def test_a_program_that_cannot_be_executed_is_named_and_the_others_are_stopped(tmp_path):
    async def story():
        supervisor = Supervisor()
        await supervisor.start(Program("first", SLEEP, at_once))
        with pytest.raises(CannotStart, match="second cannot be started: No such file or directory"):
            await supervisor.start(Program("second", [str(tmp_path / "nothing")], at_once))
        await supervisor.stop_all()
        return supervisor._running[0][0].process.returncode

    assert in_a_loop_of_its_own(story()) is not None


def test_what_cannot_be_started_again_is_tried_again_and_says_so(monkeypatch, capsys):
    monkeypatch.setattr(supervising, "LONGEST_PAUSE", 0.05)

    async def story():
        supervisor = Supervisor()
        await supervisor.start(Program("first", SLEEP, at_once))
        [[running]] = supervisor._running
        first, launch, failures = running.process.pid, running.launch, [OSError(11, "Resource temporarily unavailable")]

        async def sometimes():
            if failures:
                raise failures.pop()
            await launch()

        running.launch = sometimes
        running.process.kill()
        async with asyncio.timeout(10):
            while failures or running.process.pid == first:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await supervisor.stop_all()

    in_a_loop_of_its_own(story())
    assert "first    │ cannot be started: Resource temporarily unavailable" in capsys.readouterr().out


def test_what_runs_and_does_nothing_is_started_again(monkeypatch, capsys):
    monkeypatch.setattr(supervising, "READY_SECONDS", 0.1)
    monkeypatch.setattr(supervising, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(supervising, "LONGEST_PAUSE", 0.05)
    said = [True, False, True, True]  # A machine that was asleep says it once.

    async def is_stuck():
        return said.pop(0) if said else False

    async def story():
        supervisor = Supervisor()
        await supervisor.start(Program("worker", SLEEP, at_once, is_stuck=is_stuck))
        [[running]] = supervisor._running
        first = running.process.pid
        async with asyncio.timeout(10):
            while running.process.pid == first:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        second = running.process.pid
        await supervisor.stop_all()
        return first, second, running.process.pid

    first, second, last = in_a_loop_of_its_own(story())
    assert first != second == last
    assert said == []
    assert capsys.readouterr().out.count("runs and does nothing") == 1


def test_only_what_takes_up_nothing_although_there_is_work_counts_as_stuck(tmp_path, monkeypatch):
    file = tmp_path / "worker.ready"
    file.touch()
    answers = [True]
    monkeypatch.setattr(readiness, "_broker_answers", lambda at: answers[0])
    ask = readiness.is_stuck(file, "localhost:1")
    assert not in_a_loop_of_its_own(ask())
    later = time.time() + readiness.STUCK_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert in_a_loop_of_its_own(ask())
    answers[0] = False
    assert not in_a_loop_of_its_own(ask()), "without a broker there is nothing to take up"


@pytest.mark.parametrize("ends", [True, False])
def test_what_the_others_can_do_without_may_come_later(tmp_path, monkeypatch, capsys, ends):
    """A table of statistics that was away, or Kafka, kept the whole site from starting."""
    monkeypatch.setattr(supervising, "READY_SECONDS", 30 if ends else 0.3)
    monkeypatch.setattr(supervising, "LONGEST_PAUSE", 0.05)
    ready = tmp_path / "ready"
    script = f"test -e {ready} && exec sleep 60; exit 1" if ends else "exec sleep 60"

    async def answers():
        return ready.exists()

    async def story():
        supervisor = Supervisor()
        await supervisor.start(Program("stats", ["sh", "-c", script], answers, is_needed=False))
        ready.touch()
        [[running]] = supervisor._running
        async with asyncio.timeout(10):
            while running.has_ended():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await supervisor.stop_all()

    in_a_loop_of_its_own(story())
    assert "The site works without it, and it is tried again." in capsys.readouterr().out


@pytest.mark.parametrize(("words", "starts"), [("the block is still in use", True), ("the disk is full", False)])
def test_what_does_not_start_yet_is_tried_again_and_what_cannot_is_not(tmp_path, words, starts):
    """A killed PostgreSQL leaves processes behind that notice a moment later."""
    tried, ready = tmp_path / "tried", tmp_path / "ready"
    fails_once = f"test -e {tried} && touch {ready} && exec sleep 60; touch {tried}; echo {words}; exit 1"

    async def answers():
        return ready.exists()

    supervisor = Supervisor()

    async def story():
        program = Program("late", ["sh", "-c", fails_once], answers, is_quiet=True, passing_reason="still in use")
        try:
            await supervisor.start(program)
        except CannotStart:
            return False
        finally:
            await supervisor.stop_all()
        return True

    assert in_a_loop_of_its_own(story()) is starts
