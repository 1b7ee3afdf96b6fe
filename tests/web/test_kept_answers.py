"""What the cache keeps of answers: what is asked for again, and nothing that would push everything else out of it."""

import pytest
from django.core.cache import cache

from innotter.web.caching import LONGEST_KEPT, kept, kept_each


@pytest.fixture
def made():
    """What was made, as often as it was."""
    return []


@pytest.mark.parametrize(("length", "times"), [(10, 1), (LONGEST_KEPT, 1), (LONGEST_KEPT + 1, 2)])
def test_an_answer_is_kept_unless_it_is_very_long(made, length, times):
    def make(name=""):
        made.append(name)
        return "x" * length

    assert [kept("test-kept", make) for _time in range(2)] == ["x" * length] * 2
    assert len(made) == times
    made.clear()
    for _time in range(2):
        assert kept_each({"a": "test-kept-a"}, make) == {"a": "x" * length}
    assert len(made) == times
    cache.delete_many(["test-kept", "test-kept-a"])
