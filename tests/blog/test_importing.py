"""Importing a folder of Markdown files: once, however often it is done."""

import pytest
from django.core.management import CommandError, call_command

from innotter.blog.manuscripts import manuscripts_in
from innotter.blog.models import Draft, Post, PostImage
from innotter.blog.services import delete_post
from innotter.notifications.models import Notification
from tests.factories.pages import FollowFactory, PageFactory
from tests.pictures import picture

WALKING = """---
title: On walking
date: 2024-02-29
tags: [Feet, slow food]
---
Slowly. ![A wall](pictures/a%20wall.png "title") and ![none](missing.png) and ![out](../../secret.png)
"""


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "blog"
    (root / "notes" / "pictures").mkdir(parents=True)
    (root / "notes" / "walking.md").write_text(WALKING)
    (root / "notes" / "pictures" / "a wall.png").write_bytes(picture().read())
    (root / "toml.markdown").write_text('+++\ntitle = "In TOML"\ndate = 2023-01-01T10:00:00Z\n+++\nText')
    (root / "bare-file.md").write_text("# The *heading*\n\nText")
    (root / "unfinished.md").write_text("---\ntitle: Later\ndraft: true\n---\nText")
    (root / ".hidden.md").write_text("Text")
    (tmp_path / "secret.png").write_bytes(picture().read())
    return root


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice, handle="essays")


def run(folder, **options):
    call_command("importarticles", folder, page="@Essays", **options)


def titles():
    return list(Post.objects.order_by("pk").values_list("title", flat=True))


def test_files_become_articles_with_their_dates_tags_and_pictures(folder, page, capsys):
    run(folder)
    assert titles() == ["In TOML", "On walking", "The heading"], "the oldest first"
    walking = Post.objects.get(title="On walking")
    image = walking.images.get()
    assert walking.created_at.date().isoformat() == "2024-02-29"
    assert f"![A wall]({image.image_url}" in walking.article.content
    assert "../../secret.png" in walking.article.content, "nothing outside of the folder is read"
    assert sorted(walking.hashtags.values_list("tag__name", flat=True)) == ["feet", "slow_food"]
    assert "3 new" in capsys.readouterr().out
    assert not Draft.objects.exists()


def test_importing_again_makes_nothing_twice_and_takes_over_changes(folder, page, alice):
    run(folder)
    delete_post(person=alice, post=Post.objects.get(title="In TOML"))
    (folder / "bare-file.md").write_text("# The heading\n\nAnother text")
    run(folder)
    run(folder)
    assert titles() == ["On walking", "The heading"], "what was deleted here stays deleted"
    assert Post.objects.get(title="The heading").article.content == "Another text"
    assert PostImage.objects.count() == 1


def test_a_dry_run_says_what_would_be_done_and_does_nothing(folder, page, capsys):
    run(folder, dry_run=True)
    said = capsys.readouterr().out
    assert "new      notes/walking.md: On walking (2024-02-29, pictures: 1)" in said
    assert "draft    unfinished.md" in said
    assert not Post.objects.exists()


def test_followers_are_not_told_of_an_archive(folder, page, bob, deliver_events):
    FollowFactory(page=page, follower=bob)
    run(folder)
    deliver_events()
    assert not Notification.objects.filter(kind="new_post").exists()


def test_a_file_that_is_refused_is_named_and_the_others_go_on(folder, page):
    (folder / "empty.md").write_text("# Only a heading")
    (folder / "notes" / "broken.png").write_bytes(b"no picture")
    (folder / "notes" / "broken.md").write_text("Look: ![x](broken.png)")
    with pytest.raises(CommandError) as refusal:
        run(folder)
    assert "empty.md: An article needs a text." in str(refusal.value)
    assert "notes/broken.md: This file is not a picture that can be read." in str(refusal.value)
    assert len(titles()) == 3
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: [unclosed\n---\nText",
        "---\n- a list\n---\nText",
        "---\ntitle: !!python/object/apply:os.system ['true']\n---\nText",
        "---\ntitle: x\ndate: yesterday\ntags: 7\n---\nText",
        "\ufeff---\ntitle: With a mark\n---\nText",
        "---\nno end",
    ],
)
def test_broken_front_matter_is_text_never_an_error(tmp_path, text):
    (tmp_path / "a.md").write_text(text)
    (manuscript,) = manuscripts_in(tmp_path)
    assert manuscript.content


@pytest.mark.parametrize(
    ("options", "said"), [({"page": "nobody"}, "There is no page @nobody."), ({"page": "essays"}, "no Markdown files")]
)
def test_what_cannot_be_imported_is_said(tmp_path, page, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("importarticles", tmp_path, **options)
