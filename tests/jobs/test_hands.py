"""The hands of a worker, which agree on who may do what, and are ended when they are stuck."""

import subprocess
import sys
import time
from contextlib import nullcontext

import pytest

from innotter.jobs import engine
from innotter.jobs.engine.leasing import Turns, lease_slow
from innotter.jobs.hands import Hands
from tests.factories.jobs import JobFactory


@pytest.fixture
def three():
    hands = Hands()
    hands.prepare(3)
    return hands


def test_one_of_several_hands_is_left_for_quick_jobs(three):
    with three.slow_place() as first, three.slow_place() as second, three.slow_place() as third:
        assert (first, second, third) == (True, True, False)
    with three.slow_place() as again:
        assert again, "whoever is done makes room"


def test_one_hand_alone_does_slow_jobs_and_waits_for_none():
    hand = Hands()
    hand.prepare(1)
    with hand.slow_place() as may_do, hand.timekeeper() as may_wait:
        assert (may_do, may_wait) == (True, False)


def test_one_of_several_hands_waits_for_the_next_job(three):
    with three.timekeeper() as first, three.timekeeper() as second:
        assert (first, second) == (True, False)


def test_a_hand_that_is_killed_keeps_no_place(three):
    code = f"""
import os, pathlib
from innotter.jobs.hands import hands
hands.count, hands.folder = 3, pathlib.Path({str(three.folder)!r})
with hands.slow_place() as one, hands.slow_place() as two:
    os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with three.slow_place() as first, three.slow_place() as second:
        assert (first, second) == (True, True)


STUCK = """
import time
from innotter.jobs.hands import hands
{prepare}
with hands.ended_after(0.2):
    time.sleep({seconds})
print("done")
"""


@pytest.mark.parametrize(
    ("prepare", "seconds", "is_ended"),
    [("hands.prepare(2)", 20, True), ("hands.prepare(2)", 0, False), ("", 0.5, False)],
)
def test_a_hand_that_is_stuck_is_ended_and_no_other(prepare, seconds, is_ended):
    begun = time.monotonic()
    code = STUCK.format(prepare=prepare, seconds=seconds)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert time.monotonic() - begun < 15
    assert (done.returncode, done.stdout) == ((1, "") if is_ended else (0, "done\n"))
    assert ("most recent call first" in done.stderr) is is_ended, "it says where it was stuck"


class TestWaking:
    """Who drains the queue wakes others for what they can do, and for nothing else."""

    @pytest.fixture
    def woken(self):
        return []

    def drained(self, woken, **more):
        return engine.drain(wake=lambda: woken.append(1), **more)

    def test_before_a_slow_job_others_are_woken(self, alice, woken):
        JobFactory(owner=alice)
        assert self.drained(woken) == 1
        assert woken == [1]

    def test_when_time_is_up_and_something_is_left(self, alice, woken):
        JobFactory(owner=alice)
        assert self.drained(woken, seconds=0) == 0
        assert woken == [1]

    def test_but_nobody_for_what_there_is_no_place_for(self, alice, woken):
        """Two hands are at slow jobs: the third would be woken again and again, and find that it has no place."""
        JobFactory(owner=alice)
        assert self.drained(woken, slow_place=lambda: nullcontext(False)) == 0
        assert woken == []

    def test_nor_for_what_its_owner_has_too_much_of(self, alice, woken, settings):
        settings.JOBS_AT_ONCE = 1
        JobFactory.create_batch(2, owner=alice)
        lease_slow(turns=Turns())
        assert self.drained(woken) == 0
        assert woken == []
