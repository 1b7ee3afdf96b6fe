"""Files are known by their folder and path: a second folder neither replaces nor repeats what came from the first."""

import pytest
from django.core.management import call_command

from innotter.blog.models import ImportedFile, Post
from innotter.blog.services import delete_post
from tests.factories.pages import PageFactory


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice, handle="essays")


@pytest.fixture
def run(tmp_path, page, capsys):
    """Write files, import a folder of them; gives what the dry run and the import have said."""

    def run(files, folder="", **options):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        said = []
        for dry_run in (True, False):
            call_command("importarticles", tmp_path / folder, page="essays", dry_run=dry_run, **options)
            said.append(capsys.readouterr().out)
        return said

    return run


def titles():
    return sorted(Post.objects.values_list("title", flat=True))


def named(title, text="Text"):
    return f"---\ntitle: {title}\ndate: 2020-01-01\n---\n{text}"


def test_a_file_of_the_same_path_in_another_folder_is_left_alone_and_named(run):
    run({"one/hello.md": named("First")}, "one")
    for said in run({"two/hello.md": named("Second")}, "two"):
        assert "conflict hello.md: Second (2020-01-01)" in said
        assert "a file of this path was imported from the folder one: --overwrite" in said
    assert titles() == ["First"]
    dry, real = run({}, "two", overwrite=True)
    assert "changed  hello.md: Second" in dry
    assert "changed  hello.md: Second" in real
    assert titles() == ["Second"]
    assert ImportedFile.objects.get().source == "two"


def test_what_was_imported_before_folders_were_noted_is_taken_from_any_and_learns_its_name(run):
    run({"one/hello.md": named("First")}, "one")
    ImportedFile.objects.update(source="")
    run({"two/hello.md": named("Second")}, "two")
    assert titles() == ["Second"]
    ImportedFile.objects.update(source="")
    run({}, "two")
    assert ImportedFile.objects.get().source == "two"


@pytest.mark.parametrize(("first", "then"), [("blog", "blog/posts"), ("blog/posts", "blog")])
def test_a_folder_and_one_within_it_make_nothing_twice(run, first, then):
    run({"blog/posts/hello.md": named("Hello")}, first)
    for said in run({}, then):
        assert "there " in said
        assert "the same text was imported as " in said
    for said in run({"blog/posts/hello.md": named("Hello again")}, then):
        assert "hello.md: Hello again" in said
        assert f"of the folder {first.rpartition('/')[2]}: import that folder to take changes" in said
    assert titles() == ["Hello"]


def test_what_was_deleted_here_comes_back_from_no_other_folder(run, alice):
    run({"blog/posts/hello.md": named("Hello")}, "blog/posts")
    delete_post(person=alice, post=Post.objects.get())
    for folder in ("blog", "blog/posts"):
        for said in run({}, folder):
            assert "hello.md: Hello (2020-01-01)" in said
            assert "deleted " in said
    assert titles() == []


def test_another_file_may_take_the_path_of_a_deleted_one_when_it_is_asked_for(run, alice):
    run({"one/hello.md": named("First")}, "one")
    delete_post(person=alice, post=Post.objects.get())
    assert "conflict hello.md" in run({"two/hello.md": named("Second")}, "two")[0]
    run({}, "two", overwrite=True)
    assert titles() == ["Second"]
    assert ImportedFile.objects.get().post == Post.objects.get()


def test_a_folder_that_has_got_another_name_makes_nothing_twice_and_is_known_when_it_is_asked_for(run):
    run({"one/hello.md": named("Hello")}, "one")
    run({"two/hello.md": named("Hello")}, "two")
    assert titles() == ["Hello"]
    run({}, "two", overwrite=True)
    run({"two/hello.md": named("Hello", "More")}, "two")
    assert Post.objects.get().article.content == "More"


def test_of_two_files_with_the_same_content_one_is_taken(run):
    for said in run({"blog/a.md": named("A"), "blog/b.md": named("A")}, "blog"):
        assert "there    b.md: A (2020-01-01)" in said
        assert "its content is that of a.md, and is taken once" in said
    assert titles() == ["A"]


def test_whatever_is_neither_new_nor_the_same_is_named(run, alice):
    run({"blog/a.md": named("A"), "blog/b.md": named("B"), "blog/c.md": named("C")}, "blog")
    delete_post(person=alice, post=Post.objects.get(title="A"))
    said = run({"blog/b.md": named("B", "More"), "blog/d.md": "---\ntitle: D\ndraft: true\n---\nText"}, "blog")[1]
    assert "deleted  a.md: A" in said
    assert "changed  b.md: B" in said
    assert "draft    d.md: D" in said
    assert "c.md" not in said
