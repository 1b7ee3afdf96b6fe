"""Copies that programs keep beside a text, and two texts that are to become one, are no articles."""

import pytest

from innotter.blog.manuscripts import manuscripts_in


@pytest.fixture
def read(tmp_path):
    """A file in a folder, understood."""

    def read(text, name="a.md"):
        (tmp_path / name).write_text(text)
        (manuscript,) = manuscripts_in(tmp_path)
        return manuscript

    return read


@pytest.mark.parametrize(
    "name",
    [
        *("a (conflicted copy 2020-01-02).md", "a (Ann's conflicted copy).md", "a_conflict-20200102-101010.md"),
        *("a.sync-conflict-20200102-101010-ABCDEFG.md", "a (SFConflict ann@x 2020-01-02).md", "a.Conflict.md"),
        *("a (In Konflikt stehende Kopie von Ann).md", "a.bak.md", "a.old.md", "a.orig.md", "a - Copy (2).md"),
    ],
)
def test_a_copy_that_a_program_has_put_beside_a_text_is_no_text_of_its_own(read, name):
    found = read("---\ntitle: x\n---\nText", name)
    assert (found.is_draft, found.doubts) == (True, [f"the name {name}"])


def test_a_text_that_git_could_not_put_together_is_none_yet(read):
    marks = "<<<<<<< HEAD\nOne\n=======\nOther\n>>>>>>> branch\n"
    found = read(f"---\ntitle: x\n---\nText\n\n{marks}")
    assert (found.is_draft, found.doubts) == (True, ["the line <<<<<<< HEAD"])
    assert not read(f"---\ntitle: x\n---\nHow it looks:\n\n```\n{marks}```\n").is_draft
