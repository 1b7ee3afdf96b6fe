"""What front matter says and nothing is made of is named, in the dry run and in the real one."""

import pytest
from django.core.management import call_command

from innotter.blog.manuscripts import manuscripts_in
from tests.factories.pages import PageFactory


@pytest.fixture
def write(tmp_path):
    def write(fact):
        (tmp_path / "a.md").write_text(f"---\ntitle: A\ndate: 2020-01-01\n{fact}\n---\nText")
        return tmp_path

    return write


@pytest.fixture
def read(write):
    def read(fact):
        (found,) = manuscripts_in(write(fact))
        return found

    return read


ENDS = ["expiryDate", "expires", "unpublishDate", "validUntil", "shown_until", "good through", "params: {expires"]


@pytest.mark.parametrize("name", ENDS)
def test_an_end_to_come_is_named_since_it_is_not_kept(read, name):
    close = "}" if "{" in name else ""
    found = read(f"{name}: 2999-01-01{close}")
    spelled = name.replace(": {", ".")
    assert not found.is_draft
    assert found.notes == [f"it has an end, which is not kept: {spelled}: 2999-01-01. It stays public after that"]
    assert read(f"{name}: 2015-01-01{close}").is_draft


@pytest.mark.parametrize("fact", ["expires: never", "expires:", "event_end: 2999-01-01", "due: 2999-01-01"])
def test_what_is_no_end_of_the_text_is_not_named_as_one(read, fact):
    assert read(fact).notes == []


@pytest.mark.parametrize(
    ("facts", "unused"),
    [
        ("tags: [one]", []),
        ("tags: [one]\nkeywords: [two, three]", ["keywords"]),
        ("tags: [one]\ntag: two", ["tag"]),
        ("keywords: [one]", []),
        ("tags: []\nkeywords: [one]", []),
        ("taxonomies: {tags: [one]}", []),
        (
            "taxonomies: {tags: [one], categories: [cats], authors: [me]}",
            ["taxonomies.categories", "taxonomies.authors"],
        ),
        ("tags: [one]\ntaxonomies: {tags: [two], categories: [a]}", ["taxonomies.tags", "taxonomies.categories"]),
        ("publishDate: 2021-05-05", ["publishdate"]),
        ("publishDate: 2020-01-01", []),
        ("created: 2019-01-01", ["created"]),
        ("lastmod: 2021-01-01", ["lastmod"]),
        ("published: true\ndraft: no\nstatus: public", []),
        ("permalink: /a/", ["permalink"]),
        ("hide: [toc]", ["hide"]),
        ("publication: Nature", ["publication"]),
        ("categories: [a]\nauthor: me", ["categories", "author"]),
    ],
)
def test_only_what_was_used_counts_as_taken(read, facts, unused):
    found = read(facts)
    assert (found.problem, found.is_draft, found.unused) == ("", False, unused)


def test_what_is_not_taken_is_named_in_both_runs(write, alice, capsys):
    PageFactory(owner=alice, handle="essays")
    folder = write("tags: [one]\nkeywords: two\nexpires: 2999-01-01")
    for dry_run in (True, False):
        call_command("importarticles", folder, page="essays", dry_run=dry_run)
        said = capsys.readouterr().out
        assert "Front matter that means nothing here: expires (1), keywords (1)" in said
        assert "it has an end, which is not kept: expires: 2999-01-01" in said
