"""The tests run in several processes: what these must not share, none shares, and one list says what goes in turn."""

from types import SimpleNamespace

import pytest

from tests import workers
from tests.running import ROOT


def item(nodeid: str, *fixtures: str) -> pytest.Item:
    return SimpleNamespace(nodeid=nodeid, fixturenames=fixtures)


@pytest.mark.parametrize("place", [place for places in workers.IN_TURN.values() for place in places])
def test_what_goes_in_turn_is_there(place):
    assert (ROOT / place).exists()


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("tests/e2e/test_board.py::test_a", "browsers"),
        ("tests/e2e/test_tasks.py::test_b[x]", "browsers"),
        ("tests/cli/test_up.py::test_c", "commands"),
        ("tests/deploy/test_at_scale.py::test_d", "the queues of RabbitMQ"),
        ("tests/blog/test_posts.py::test_e", "tests/blog/test_posts.py::test_e"),
    ],
)
def test_whole_installations_run_one_after_the_other_and_everything_else_beside_them(name, group):
    assert workers.Sharing.__new__(workers.Sharing)._split_scope(name) == group


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
