"""The hands of a worker, which agree on who may do what, and are ended when they are stuck."""

import subprocess
import sys
import time

import pytest

from innotter.jobs.hands import Hands


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
