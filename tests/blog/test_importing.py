"""Importing a folder of Markdown files: once, however often it is done."""

import io
import os
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command

from innotter.blog.models import Draft, ImportedFile, Post, PostImage
from innotter.blog.services import Outcome, delete_post, draft_of, edit_article, importing, keep_draft
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
#: A few lines of YAML that are a thousand million values.
LISTS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]" for n in range(10))
BOMB = f"---\n{LISTS}\ntags: *a9\n---\nText"


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


def test_whom_an_old_text_mentions_is_linked_and_not_told(folder, page, bob, deliver_events):
    theirs = PageFactory(owner=bob, handle="bobs")
    (folder / "bare-file.md").write_text("# The heading\n\nText of @bobs")
    run(folder)
    deliver_events()
    (folder / "bare-file.md").write_text("# The heading\n\nAnother text of @bobs")
    run(folder)
    deliver_events()
    assert Post.objects.get(title="The heading").mentions.get() == theirs
    assert not Notification.objects.exists()


def test_a_file_that_is_refused_is_named_and_counted_and_the_others_go_on(folder, page, capsys):
    (folder / "empty.md").write_text("# Only a heading")
    (folder / "notes" / "broken.png").write_bytes(b"no picture")
    (folder / "notes" / "broken.md").write_text("Look: ![x](broken.png)")
    (folder / "odd.md").write_text("---\ntitle: [unclosed\n---\nText")
    with pytest.raises(CommandError) as refusal:
        run(folder)
    assert len(str(refusal.value).splitlines()) == 1 + 3
    assert capsys.readouterr().out.endswith("1 draft, 3 left out, 3 new\n")
    assert "empty.md: An article needs a text." in str(refusal.value)
    assert "notes/broken.md: This file is not a picture that can be read." in str(refusal.value)
    assert len(titles()) == 3
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: [unclosed\n---\nText", "its front matter is not YAML"),
        ("---\ntitle: Part 2: the colon\n---\nText", "its front matter is not YAML"),
        ("title: Part 2: the colon\ndate: 2014-01-01\n---\nText", "its front matter is not YAML"),
        ("---\n- a list\n---\nText", "no names and values"),
        ("---\ndraft = true\n---\nText", "no names and values"),
        ("---\ntitle: !!python/object/apply:os.system ['true']\n---\nText", "its front matter is not YAML"),
        ("---\ntitle: x\ndraft: true\nText", "its front matter has no end"),
        ("+++\ntitle = x\n+++\nText", "its front matter is not TOML"),
        ('{"title": "x", }\nText', "its front matter is not JSON"),
        ("Title: x\ndraft: true\nand this\n\nText", "this one does not: and this"),
        ("---\ntitle: [a, b]\n---\nText", "its title is not a single value"),
        ("---\ndate: yesterday\n---\nText", "its date cannot be read: yesterday"),
        ("---\ntitle: " + "[" * 3000 + "\n---\nText", "its front matter is not YAML"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", "it is not a text in UTF-8"),
        (b"a\0b", "it is not a text"),
        ("---\ndate: !!timestamp foo\n---\nText", "its front matter is not YAML"),
        ("---\ndraft: !!bool foo\n---\nText", "its front matter is not YAML"),
        ("---\ntitle: !!int ''\n---\nText", "its front matter is not YAML"),
        ('---\ntitle: "\\UFFFFFFFF"\n---\nText', "its front matter is not YAML"),
        (f"+++\ntitle = 0x{'f' * 5000}\n+++\nText", "a number that is too long"),
        (f"+++\ndate = 0x{'f' * 5000}\n+++\nText", "a number that is too long"),
        (BOMB, "its front matter has more than 10000 values"),
        ("---\ntags: &a [*a]\n---\nText", "it cannot be read"),
        ('---\ndate: "x\\ud800"\n---\nText', "its date cannot be read: x"),
    ],
)
def test_what_looks_like_front_matter_and_cannot_be_read_is_left_out_and_named(tmp_path, page, capsys, text, said):
    (tmp_path / "a.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    for options in ({"dry_run": True}, {}):
        with pytest.raises(CommandError, match=r"a\.md: ") as refusal:
            run(tmp_path, **options)
        assert said in str(refusal.value)
        assert (said in capsys.readouterr().out) == bool(options)
    assert not Post.objects.exists()


def test_each_thing_that_is_not_taken_is_named_in_the_dry_run_too(folder, page, capsys):
    (folder / "named.md").write_text(
        "---\ntitle: Named\ndate: 2020-01-01\nauthor: me\ntags: [2014, C++]\n---\n"
        "![a](https://example.org/a.png) ![b](b.svg) ![c](/../secret.png) {{< figure src=x >}}"
    )
    (folder / "b.svg").write_text("<svg/>")
    remarks = [
        "the tag 2014 cannot be a hashtag",
        "the tag C++ becomes #C",
        "the picture https://example.org/a.png is not taken: it lies elsewhere, and stays a link",
        "the picture b.svg is not taken: only .gif",
        "the picture /../secret.png is not taken",
        "{{< figure src=x >}} is not Markdown",
        "the picture missing.png is not taken: there is no such file in the folder",
        "the picture ../../secret.png is not taken: it lies outside of the folder",
        "it has no date: the day of the import is taken",
        "Front matter that means nothing here: author (1)",
        "unfinished.md: Later",
    ]
    run(folder, dry_run=True)
    foretold = capsys.readouterr().out
    run(folder)
    said = capsys.readouterr().out
    for remark in remarks:
        assert remark in foretold
        assert remark in said


def test_a_dry_run_names_what_will_be_refused(folder, page, capsys):
    (folder / "empty.md").write_text("# Only a heading")
    (folder / "broken.md").write_text("Look: ![x](broken.png)")
    (folder / "broken.png").write_bytes(b"no picture")
    with pytest.raises(CommandError, match=r"would be left out:\n.*broken\.md: .*\n.*empty\.md: An article"):
        run(folder, dry_run=True)
    said = capsys.readouterr().out
    assert "it will be refused: An article needs a text." in said
    assert "it will be refused: This file is not a picture that can be read." in said


def test_nothing_is_published_that_waits_and_what_became_a_draft_is_named(folder, page, capsys):
    (folder / "later.md").write_text("---\ntitle: Later\ndate: 2999-01-01\n---\nText")
    run(folder)
    assert "to come  later.md: Later (2999-01-01)" in capsys.readouterr().out
    assert "Later" not in titles()
    (folder / "toml.markdown").write_text("---\ntitle: In TOML\ndraft: true\n---\nText")
    (folder / "notes" / "walking.md").write_text(WALKING.replace("2024-02-29", "2024-03-01"))
    run(folder)
    said = capsys.readouterr().out
    assert "toml.markdown: what was imported of it before stays public: delete it on the site" in said
    assert "notes/walking.md: its date here stays 2024-02-29" in said


@pytest.mark.parametrize(
    ("options", "said"), [({"page": "nobody"}, "There is no page @nobody."), ({"page": "essays"}, "no Markdown files")]
)
def test_what_cannot_be_imported_is_said(tmp_path, page, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("importarticles", tmp_path, **options)


@pytest.mark.parametrize("head", ['---\n{}: "{}"\n---\n', '{{"{}": "{}"}}\n'])
@pytest.mark.parametrize("name", ["title", "tags", "\\ud800name"])
def test_half_a_character_in_front_matter_ends_no_import(tmp_path, page, capsys, head, name):
    (tmp_path / "a.md").write_text(head.format(name, "x\\ud800y") + "Text")
    for options in ({"dry_run": True}, {}):
        run(tmp_path, **options)
        capsys.readouterr().out.encode()
    assert Post.objects.get().title == ("xy" if name == "title" else "a")


def test_whatever_goes_wrong_with_one_file_is_told_and_the_others_go_on(folder, page, capsys, monkeypatch):
    def fail(*, title, **known):
        if title == "On walking":
            raise RuntimeError("the disk is on fire")
        return keep_draft(title=title, **known)

    monkeypatch.setattr(importing, "keep_draft", fail)
    with pytest.raises(CommandError, match=r"notes/walking\.md: it could not be imported .*the disk is on fire"):
        run(folder)
    assert titles() == ["In TOML", "The heading"]
    assert "1 draft, 1 left out, 2 new" in capsys.readouterr().out
    monkeypatch.setattr(importing, "check_text", Mock(side_effect=RuntimeError("the disk is on fire")))
    with pytest.raises(CommandError, match="the disk is on fire"):
        run(folder, dry_run=True)
    said = capsys.readouterr().out
    assert "it will be refused: it could not be imported (RuntimeError: the disk is on fire)" in said
    assert "Nothing was changed." in said


def test_of_two_imports_at_once_one_takes_the_file_and_the_other_is_told(folder, page, monkeypatch):
    run(folder)
    monkeypatch.setattr(importing, "outcome_of", lambda **known: Outcome.NEW)
    with pytest.raises(CommandError, match=r"toml\.markdown: Another import has taken this file at the same moment\."):
        run(folder)
    assert titles() == ["In TOML", "On walking", "The heading", "Later"]
    assert not Draft.objects.exists()


def test_a_letter_that_the_terminal_does_not_have_ends_no_import(folder, page, monkeypatch):
    (folder / "russian.md").write_text("# Прогулка\n\nText")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", write_through=True)
    run(folder, dry_run=True, stdout=terminal)
    assert b"\\u041f" in terminal.buffer.getvalue()


def test_a_folder_that_cannot_be_read_is_named(folder, page, capsys, monkeypatch):
    scandir = os.scandir

    def closed(place):
        if str(place).endswith("notes"):
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(CommandError, match="notes: it cannot be read"):
        run(folder, dry_run=True)
    assert "left out notes: it cannot be read ([Errno 13] Permission denied" in capsys.readouterr().out
    with pytest.raises(CommandError, match="notes: it cannot be read"):
        run(folder)
    assert titles() == ["In TOML", "The heading"]


def test_what_is_left_out_because_of_a_name_that_is_not_known_is_said_with_the_name(folder, page, capsys):
    (folder / "unsure.md").write_text("---\ntitle: Unsure\nmemberTier: gold\n---\nText")
    (folder / "odd.md").write_text("----\ntitle: Odd\ndraft: true\n----\nText")
    with pytest.raises(CommandError, match=r"odd\.md: "):
        run(folder, dry_run=True)
    said = capsys.readouterr().out
    assert "         - memberTier may say that it is not for everybody" in said
    assert "left out odd.md: it has front matter that cannot be read: title: Odd" in said
    with pytest.raises(CommandError, match=r"odd\.md: it has front matter that cannot be read: title: Odd"):
        run(folder)
    assert "unsure.md: memberTier may say that it is not for everybody" in capsys.readouterr().out
    assert not {"Unsure", "Odd"} & set(titles())


def edit(post, alice, content="Edited on the site"):
    edit_article(author=alice, post=post, title=post.title, content=content)


def test_what_was_edited_on_the_site_stays_and_is_named_until_the_file_is_asked_for(folder, page, alice, capsys):
    run(folder)
    edit(Post.objects.get(title="The heading"), alice)
    (folder / "bare-file.md").write_text("# The heading\n\nEdited in the file")
    for options in ({"dry_run": True}, {}, {}):
        capsys.readouterr()
        run(folder, **options)
        assert "it has changed, and so has its article on the site, which stays" in capsys.readouterr().out
    assert Post.objects.get(title="The heading").article.content == "Edited on the site"
    run(folder, overwrite=True)
    assert Post.objects.get(title="The heading").article.content == "Edited in the file"
    (folder / "bare-file.md").write_text("# The heading\n\nEdited in the file again")
    run(folder)
    assert Post.objects.get(title="The heading").article.content == "Edited in the file again"


def test_a_draft_of_its_next_state_keeps_an_article_from_being_replaced(folder, page, alice):
    run(folder)
    post = Post.objects.get(title="The heading")
    draft = draft_of(author=alice, post=post)
    (folder / "bare-file.md").write_text("# The heading\n\nOnce")
    run(folder)
    assert Post.objects.get(pk=post.pk).article.content == "Once"
    assert Draft.objects.get().content == "Once", "nobody had written into it"
    keep_draft(author=alice, draft=draft, title=post.title, content="Further on")
    (folder / "bare-file.md").write_text("# The heading\n\nTwice")
    run(folder)
    assert Post.objects.get(pk=post.pk).article.content == "Once"


def test_what_was_imported_before_this_was_noted_counts_as_edited_when_it_was(folder, page, alice):
    run(folder)
    ImportedFile.objects.update(text_digest="")
    edit(Post.objects.get(title="In TOML"), alice)
    (folder / "toml.markdown").write_text("# In TOML\n\nIn the file")
    (folder / "bare-file.md").write_text("# The heading\n\nIn the file")
    run(folder)
    texts = dict(Post.objects.values_list("title", "article__content"))
    assert (texts["In TOML"], texts["The heading"]) == ("Edited on the site", "In the file")


def test_what_is_edited_while_its_file_is_read_stays(folder, page, alice, monkeypatch):
    run(folder)
    edit(Post.objects.get(title="The heading"), alice)
    (folder / "bare-file.md").write_text("# The heading\n\nIn the file")
    monkeypatch.setattr(importing, "outcome_of", lambda **known: Outcome.CHANGED)
    with pytest.raises(CommandError, match=r"bare-file\.md: The article of this file was edited on the site"):
        run(folder)
    assert Post.objects.get(title="The heading").article.content == "Edited on the site"


def test_the_name_of_a_file_does_not_steer_the_terminal(folder, page, capsys):
    (folder / "\x1b]0;owned\x07 Drafts").mkdir()
    (folder / "\x1b]0;owned\x07 Drafts" / "a\x9b2J.md").write_text("Text")
    run(folder, dry_run=True)
    run(folder)
    said = capsys.readouterr().out
    assert "\\x1b]0;owned\\x07 Drafts/a\\x9b2J.md" in said
    assert not {"\x1b", "\x07", "\x9b"} & set(said)


def test_what_is_overwritten_is_foretold_and_told_as_that(folder, page, alice, capsys):
    run(folder)
    edit(Post.objects.get(title="The heading"), alice)
    (folder / "bare-file.md").write_text("# The heading\n\nAnew ![x](missing.png) {{< figure >}}")
    for options in ({"dry_run": True}, {}):
        capsys.readouterr()
        run(folder, overwrite=True, **options)
        said = capsys.readouterr().out
        assert "which stays" not in said
        assert "bare-file.md: the picture missing.png" in said or "         - the picture missing.png" in said
        assert "{{< figure >}} is not Markdown" in said
    assert Post.objects.get(title="The heading").article.content.startswith("Anew")


def test_a_dry_run_that_overwrites_foretells_a_refusal(folder, page, alice, capsys):
    run(folder)
    edit(Post.objects.get(title="The heading"), alice)
    (folder / "bare-file.md").write_text("# The heading\n")
    with pytest.raises(CommandError, match="An article needs a text"):
        run(folder, overwrite=True, dry_run=True)
    assert "it will be refused: An article needs a text." in capsys.readouterr().out


def test_the_archive_leads_to_months_before_computers(folder, page, client):
    (folder / "bare-file.md").write_text("---\ndate: 1869-07-20\n---\n# Old\n\nText")
    run(folder)
    assert "/@essays/articles/1869/07/" in client.get("/@essays/articles/").content.decode()
    assert "Old" in client.get("/@essays/articles/1869/07/").content.decode()
