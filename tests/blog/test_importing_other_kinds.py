"""Files that are texts, and no Markdown, are named and not taken."""

import pytest
from django.core.management import CommandError, call_command

from innotter.blog.models import Post
from tests.factories.pages import PageFactory

TEXT = "---\ntitle: A\ndate: 2020-01-01\n---\nText"


@pytest.fixture
def run(tmp_path, alice, capsys):
    """Write files and import them; gives what the dry run and the import have said."""
    PageFactory(owner=alice, handle="essays")

    def run(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"{TEXT} {name}")
        said = []
        for dry_run in (True, False):
            call_command("importarticles", tmp_path, page="essays", dry_run=dry_run)
            said.append(capsys.readouterr().out)
        return said

    return run


@pytest.mark.parametrize("kind", ["mdx", "html", "rst", "qmd", "Rmd", "org", "adoc", "txt", "textile", "ipynb", "docx"])
def test_a_text_of_another_kind_is_named(run, kind):
    for said in run("a.md", f"posts/b.{kind}"):
        assert f"left out posts/b.{kind}: only Markdown is taken" in said
    assert Post.objects.count() == 1


@pytest.mark.parametrize("kind", ["markdown", "mkd", "markdn", "mdown", "mdtext", "MD"])
def test_markdown_is_taken_by_whatever_suffix(run, kind):
    assert "left out" not in run(f"b.{kind}")[1]
    assert Post.objects.count() == 1


@pytest.mark.parametrize("name", ["a.css", "a.png", ".hidden.txt", ".git/a.txt"])
def test_what_is_no_text_of_a_blog_is_not_named(run, name):
    for said in run("a.md", name):
        assert name not in said


def test_many_are_counted(run):
    for said in run("a.md", "LICENSE.txt", *[f"x/{number}.html" for number in range(59)]):
        assert "LICENSE" not in said, "it would come last"
        assert said.count("only Markdown is taken") == 50
        assert "left out 10 more files of other kinds" in said
    assert said.endswith("1 new, 60 of other kinds\n")


def test_they_are_named_where_nothing_else_is(run, capsys):
    with pytest.raises(CommandError, match="There are no Markdown files"):
        run("a.html")
    assert "left out a.html: only Markdown is taken" in capsys.readouterr().out
