"""Texts that are called drafts, by their files and their titles, although they say of themselves that they are none."""

import pytest

from innotter.blog.manuscripts import manuscripts_in

FINISHED = ["draft: false", "isDraft: no", "published: true", "publish: yes", "status: published"]


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (manuscript,) = manuscripts_in(tmp_path)
        return manuscript

    return read


@pytest.mark.parametrize("fact", FINISHED)
@pytest.mark.parametrize(("name", "title"), [("28-draft-law.md", "x"), ("wip.md", "x"), ("a.md", "Draft: a law")])
def test_what_a_text_says_of_itself_counts_more_than_what_it_is_called(read, name, title, fact):
    assert read(f"---\ntitle: '{title}'\n---\nText", name).is_draft
    found = read(f"---\ntitle: '{title}'\n{fact}\n---\nText", name)
    assert (found.problem, found.is_draft) == ("", False)


@pytest.mark.parametrize(
    "fact",
    [
        "draft:",
        "published: 2014-01-01",
        "visibility: public",
        "status: wip",
        "draft: false\nprivate: true",
        "x: {draft: no}",
    ],
)
def test_and_only_what_says_that_it_is_finished_and_nothing_against_that(read, fact):
    assert read(f"---\ntitle: x\n{fact}\n---\nText", "draft-law.md").is_draft


@pytest.mark.parametrize("name", ["_drafts/a.md", "_a.md", "a (conflicted copy 2020-01-02).md", "a.bak.md"])
def test_folders_and_names_that_programs_give_hide_all_the_same(read, name):
    assert read("---\ntitle: x\ndraft: false\n---\nText", name).is_draft


def test_so_do_marks_in_the_text(read):
    assert read("---\ntitle: x\ndraft: false\n---\n<!-- draft -->\n\nText").is_draft
