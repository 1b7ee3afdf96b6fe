"""`make mutants` breaks rules that are there, and names what no test has noticed."""

import pytest

from tests.running import ROOT
from tools import mutants
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
