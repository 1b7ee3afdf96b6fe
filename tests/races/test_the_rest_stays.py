"""Whoever changes a part of something puts nothing back that somebody else has changed since they read it."""

import pytest

from innotter.blog import services as blog
from innotter.blog.models import Post
from innotter.blog.services import picturing
from innotter.notifications.models import Preference
from innotter.notifications.services import choose, preferences_of
from innotter.tasks import services as tasks
from innotter.tasks.models import TaskTemplate
from tests.factories.blog import ArticleFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TeamFactory
from tests.pictures import picture
from tests.together import just_before


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ({"title": "New"}, {"content": "New text."}, ("New", "New text.")),
        ({"content": "New text."}, {"title": "New"}, ("New", "New text.")),
        ({"title": "New"}, {"title": "Newer", "content": "New text."}, ("New", "New text.")),
    ],
)
def test_of_an_article_title_and_text_are_changed_one_by_one(alice, as_person, monkeypatch, mine, theirs, both):
    post = ArticleFactory(page=PageFactory(owner=alice), title="Old", content="Old text.")
    client = as_person(alice)

    def write_on():
        blog.edit_article(author=alice, post=Post.objects.select_related("page__owner").get(pk=post.pk), **theirs)

    just_before(monkeypatch, blog, "edit_article", write_on)
    answer = client.patch(f"/api/blog/posts/{post.pk}/", mine, format="json").json()
    assert (answer["title"], answer["content"]) == both
    kept = Post.objects.get(pk=post.pk)
    assert (kept.title, kept.article.content, kept.content) == (*both, "New text.")
    assert "New text." in kept.article.html


def test_a_title_alone_is_changed_without_rendering_the_text(alice, monkeypatch):
    post = ArticleFactory(page=PageFactory(owner=alice), title="Old", content="Old text.")
    monkeypatch.setattr("innotter.blog.services.writing.render", None)
    blog.edit_article(author=alice, post=post, title="New")
    assert Post.objects.get().title == "New"


def test_of_a_template_what_is_not_given_stays(alice, as_person, monkeypatch):
    team = TeamFactory(owner=alice)
    template = tasks.save_template(author=alice, team=team, name="Release", title="Old", due_in_days=3)
    client = as_person(alice)

    def give_it_a_subtask():
        found = TaskTemplate.objects.select_related("team").get(pk=template.pk)
        tasks.save_template(author=alice, template=found, subtasks=[{"title": "Part"}])

    just_before(monkeypatch, tasks, "save_template", give_it_a_subtask)
    answer = client.patch(f"/api/task-templates/{template.pk}/", {"title": "New"}, format="json")
    assert answer.status_code == 200
    template.refresh_from_db()
    assert (template.name, template.title, template.due_in_days) == ("Release", "New", 3)
    assert [subtask["title"] for subtask in template.subtasks] == ["Part"]


def test_a_picture_without_javascript_comes_after_what_was_typed_meanwhile(alice, browser_of, monkeypatch):
    draft = blog.begin_draft(author=alice, page=PageFactory(owner=alice))
    browser = browser_of(alice)

    def type_on():
        blog.keep_draft(author=alice, draft=draft, title="Typed", content="A long text.")

    just_before(monkeypatch, picturing, "keep", type_on)
    browser.post(f"/drafts/{draft.pk}/pictures/", {"image": picture(), "by": "form", "alt": "A saw"})
    draft.refresh_from_db()
    (image,) = draft.images.all()
    assert (draft.title, draft.content) == ("Typed", f"A long text.\n\n![A saw]({image.image_url})")


def test_who_unsubscribes_in_the_mail_program_stays_so_whatever_a_form_changes_beside(alice, monkeypatch):
    choose(user=alice, kind="like", by_email=True)
    just_before(
        monkeypatch,
        Preference.objects,
        "update_or_create",
        lambda: choose(user=alice, kind="like", by_email=False),
    )
    choose(user=alice, kind="like", in_app=False)
    assert preferences_of(user=alice)["like"] == (False, False)


def test_the_first_choice_of_a_channel_leaves_the_other_as_it_usually_is(alice):
    choose(user=alice, kind="like", in_app=False)
    choose(user=alice, kind="new_post", by_email=False)
    chosen = preferences_of(user=alice)
    assert (chosen["like"], chosen["new_post"]) == ((False, False), (True, False))
