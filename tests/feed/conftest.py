"""A web process that is asked for home feeds."""

import pytest

from tests.feed.web_process import Site


@pytest.fixture
def site():
    site = Site()
    yield site
    site.stop()
