"""Limits so short that a test can wait for them."""

import pytest

from bufferedwsgi import answers as sending
from bufferedwsgi import bodies as reading


@pytest.fixture
def short(monkeypatch):
    """Patience of a fraction of a second."""
    monkeypatch.setattr(reading, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(sending, "PIECE_SECONDS", 0.1)
