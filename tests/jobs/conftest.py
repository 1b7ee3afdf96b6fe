"""Nothing happens in the middle of the work unless a test says so."""

import pytest

from tests.jobs.work import meanwhile


@pytest.fixture(autouse=True)
def _nothing_happens_meanwhile():
    meanwhile.clear()
    yield
    meanwhile.clear()
