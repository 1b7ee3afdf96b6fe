"""`make mutants` breaks rules that are there, and names what no test has noticed."""

import pytest

from tests.running import ROOT
from tools import covering, mutants
from tools.mutants import Result


@pytest.mark.parametrize("name", mutants.PARTS)
def test_the_rules_of_a_part_and_their_tests_are_there(name):
    part = mutants.PARTS[name]
    assert [path for path in part.rules + part.tests if not (ROOT / path).exists()] == []


def test_what_is_broken_is_a_copy(tmp_path):
    mutants.copy_checkout(tmp_path)
    assert (tmp_path / "innotter" / "pages" / "permissions.py").samefile(
        ROOT / "innotter/pages/permissions.py"
    ) is False
    assert not (tmp_path / ".venv").exists()


def test_what_no_test_has_noticed_is_shown_and_is_an_error(capsys):
    found = [Result("killed", "- a\n+ b"), Result("survived", "- x or y\n+ x and y"), Result("incompetent", "")]
    assert mutants.report(iter(found)) == 1
    assert capsys.readouterr().out == "- x or y\n+ x and y\n1 of 2 changes were noticed.\n"


def test_where_all_is_noticed_there_is_nothing_to_do(capsys):
    assert mutants.report(iter([Result("killed", "")])) == 0
    assert capsys.readouterr().out == "1 of 1 changes were noticed.\n"


@pytest.mark.parametrize("words", [["mutants.py"], ["mutants.py", "nothing"]])
def test_a_part_that_is_not_there_is_told_with_those_that_are(monkeypatch, words):
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit, match="There are: pages, blog"):
        mutants.main()


@pytest.mark.parametrize(
    ("after", "numbers"),
    [("a\nb\nc\n", []), ("a\nx\nc\n", [2]), ("a\nc\n", [2]), ("a\nb\nx\nc\n", [3]), ("x\nb\ny\n", [1, 3])],
)
def test_the_lines_that_are_broken_are_those_of_the_file_as_it_was(after, numbers):
    assert covering.changed_lines("a\nb\nc\n", after) == numbers


def test_only_tests_that_run_a_line_can_notice_that_it_is_broken():
    lines = {3: ["a"], 5: ["a", "b"], 9: []}
    assert covering.tests_for(lines, [5]) == ["a", "b"]
    assert covering.tests_for(lines, [3, 7]) == ["a", "b"], "the seventh belongs to the statement of the fifth"
    assert covering.tests_for(lines, [1]) == covering.tests_for(lines, [9]) == []


def test_what_ran_a_line_is_named_as_pytest_is_told_it():
    contexts = ["", "tests.architecture.test_mutants.test_what", "tests.jobs.test_jobs_api.TestBids.test_one"]
    expected = ["tests/architecture/test_mutants.py::test_what", "tests/jobs/test_jobs_api.py::TestBids::test_one"]
    assert covering.tests_of(ROOT, contexts) == expected
