"""Nothing happens in the middle of the work unless a test says so."""

import pytest

from innotter.jobs.engine import draining, run
from innotter.jobs.engine.leasing import Turns
from tests.jobs.work import meanwhile


@pytest.fixture(autouse=True)
def _nothing_happens_meanwhile():
    meanwhile.clear()
    draining.turns = Turns()
    yield
    meanwhile.clear()


@pytest.fixture
def looking_at_once(monkeypatch):
    """A job looks for whether it is to stop each time that it says something, and not only now and then."""
    monkeypatch.setattr(run, "LOOK", 0)
