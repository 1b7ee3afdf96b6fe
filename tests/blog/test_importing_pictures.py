"""The pictures of an article that is imported again: those it shows, each once, and no others."""

import pytest
from django.core.management import CommandError, call_command

from innotter.blog.models import Draft, Post, PostImage
from innotter.blog.services import discard_draft, draft_of, importing, keep_draft, picturing
from tests.factories.pages import PageFactory
from tests.pictures import picture


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice, handle="essays")


@pytest.fixture
def write(tmp_path, page):
    """A text of a folder, which is imported then."""
    root = tmp_path / "blog"
    root.mkdir()
    for width, colour in enumerate(("red", "green", "blue"), start=16):
        (root / f"{colour}.png").write_bytes(picture(size=(width, 9)).read())

    def write(text, **options):
        (root / "walk.md").write_text(f"---\ntitle: A walk\ndate: 2020-01-01\n---\n{text}")
        call_command("importarticles", root, page="essays", **options)

    return write


def shown():
    return list(Post.objects.get().images.values_list("pk", flat=True))


def test_a_picture_that_is_there_is_used_again(write):
    write("Slowly. ![x](red.png)")
    before = shown()
    write("Fast. ![x](red.png)")
    write("Faster. ![x](red.png)")
    assert shown() == before
    assert "Faster." in Post.objects.get().article.content
    assert not Draft.objects.exists()


def test_a_picture_that_is_shown_no_longer_goes(write):
    write("![x](red.png) ![x](green.png)")
    red, green = shown()
    write("![x](blue.png) ![x](green.png)")
    assert red not in shown()
    assert green in shown()
    assert len(shown()) == PostImage.objects.count() == 2
    content = Post.objects.get().article.content
    assert all(image.image_url in content for image in PostImage.objects.all())


def test_a_file_that_is_shown_twice_is_one_picture(write):
    write("![x](red.png) ![x](./red.png)")
    assert len(shown()) == 1
    assert Post.objects.get().article.content.count(PostImage.objects.get().image_url) == 2


def test_a_change_that_is_refused_leaves_no_pictures_behind(write):
    write("![x](red.png)")
    before = shown()
    with pytest.raises(CommandError, match="at most"):
        write("![x](green.png)" + "x" * 1_000_001)
    assert list(PostImage.objects.values_list("pk", flat=True)) == before
    assert not Draft.objects.exists()


def test_pictures_that_go_make_room_for_others_in_the_dry_run_too(write, monkeypatch, capsys):
    monkeypatch.setattr(picturing, "MOST_IMAGES_OF_ARTICLE", 2)
    write("![x](red.png) ![x](green.png)")
    write("![x](blue.png) ![x](./blue.png) ![x](green.png)", dry_run=True)
    assert "refused" not in capsys.readouterr().out
    write("![x](blue.png) ![x](./blue.png) ![x](green.png)")
    assert len(shown()) == 2
    three = "![x](red.png) ![x](blue.png) ![x](green.png)"
    with pytest.raises(CommandError, match="An article has at most 2 pictures"):
        write(three, dry_run=True)
    assert "it will be refused: An article has at most 2 pictures." in capsys.readouterr().out
    with pytest.raises(CommandError, match="An article has at most 2 pictures"):
        write(three)


def test_a_picture_that_the_next_state_shows_stays(write, alice):
    write("![x](red.png)")
    draft = draft_of(author=alice, post=Post.objects.get())
    keep_draft(author=alice, draft=draft, title="A walk", content=f"Mine. {draft.content}")
    before = shown()
    write("No picture.")
    assert shown() == before


def test_pictures_that_the_next_state_shows_take_room(write, alice, monkeypatch):
    monkeypatch.setattr(picturing, "MOST_IMAGES_OF_ARTICLE", 2)
    write("![x](red.png) ![x](green.png)")
    post = Post.objects.get()
    draft = draft_of(author=alice, post=post)
    before, text = shown(), post.article.content
    keep_draft(author=alice, draft=draft, title=post.title, content=f"{text} and on")
    with pytest.raises(CommandError, match="An article has at most 2 pictures"):
        write("![x](blue.png)", overwrite=True)
    draft.refresh_from_db()
    assert (shown(), Post.objects.get().article.content, draft.content) == (before, text, f"{text} and on")
    discard_draft(author=alice, draft=draft)
    write("![x](blue.png)")
    assert len(shown()) == 1


def test_of_two_changes_at_once_one_is_taken_and_the_other_is_told(write, monkeypatch):
    write("![x](red.png)")
    hold = importing.hold

    def late(*, post):
        post.imported_from.update(digest="of another import")
        return hold(post=post)

    monkeypatch.setattr(importing, "hold", late)
    with pytest.raises(CommandError, match=r"walk\.md: Another import has taken this file"):
        write("![x](green.png)")
    assert PostImage.objects.count() == 1
