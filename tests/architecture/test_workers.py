"""The tests run in several processes: what these must not share, none shares, and one list says what goes in turn."""

from types import SimpleNamespace

import pytest

from tests import workers
from tests.running import ROOT


def item(nodeid: str, *fixtures: str) -> pytest.Item:
    return SimpleNamespace(nodeid=nodeid, fixturenames=fixtures)


@pytest.mark.parametrize("place", workers.IN_TURN)
def test_what_goes_in_turn_is_there(place):
    assert (ROOT / place).exists()


def test_whole_installations_run_one_after_the_other_and_everything_else_beside_them():
    sharing = workers.Sharing.__new__(workers.Sharing)
    names = ["tests/e2e/test_board.py::test_a", "tests/cli/test_up.py::test_b[x]", "tests/blog/test_posts.py::test_c"]
    first, second, third = (sharing._split_scope(name) for name in names)
    assert first == second
    assert third == names[2]


def test_a_test_of_the_queues_that_is_in_no_list_is_named_before_it_disturbs_another():
    listed = item("tests/services/stats/test_consumer.py::test_a", "rabbitmq")
    workers.pytest_collection_modifyitems([listed, item("tests/blog/test_posts.py::test_b", "db")])
    with pytest.raises(pytest.UsageError, match="test_c uses the queues"):
        workers.pytest_collection_modifyitems([item("tests/blog/test_posts.py::test_c", "db", "services")])


@pytest.mark.parametrize(
    ("number", "given", "own"),
    [
        (0, "redis://127.0.0.1:6379/9", "redis://127.0.0.1:6379/9"),
        (1, "redis://127.0.0.1:6379/9", "redis://127.0.0.1:6379/10"),
        (2, "redis://:secret@cache.internal", "redis://:secret@cache.internal/2"),
    ],
)
def test_each_process_empties_a_redis_of_its_own(monkeypatch, number, given, own):
    monkeypatch.setattr(workers, "NUMBER", number)
    assert workers.own_redis(given) == own
