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


def shares(*nodeids: str) -> list[str]:
    sharing = workers.Sharing.__new__(workers.Sharing)
    return [sharing._split_scope(nodeid) for nodeid in nodeids]


def test_whole_installations_run_one_after_the_other():
    assert len(set(shares("tests/cli/test_up.py::test_a[x]", "tests/e2e/test_worker_killed.py::test_b"))) == 1


def test_the_browser_has_a_process_of_its_own():
    installation, board, blog = shares(
        "tests/cli/test_up.py::a", "tests/e2e/test_board.py::b", "tests/e2e/test_blog.py::c"
    )
    assert board == blog != installation


def test_everything_else_is_given_away_test_by_test():
    assert shares("tests/blog/test_posts.py::test_c") == ["tests/blog/test_posts.py::test_c"]


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
