"""What is deleted between a change and the answer that shows it is a conflict, and no failure."""

import pytest

from innotter.blog.services import delete_post, like_post
from innotter.blog.views import posts as views
from innotter.tasks import services
from innotter.tasks.views import in_place
from tests.factories.blog import PostFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.together import just_before


@pytest.mark.parametrize("is_program", [True, False])
def test_a_task_that_goes_before_it_is_shown_is_a_conflict(alice, as_person, browser_of, monkeypatch, is_program):
    task, edit_task = TaskFactory(team=TeamFactory(owner=alice)), services.edit_task

    def edit_and_lose(**known):
        edit_task(**known)
        services.delete_task(person=alice, task=task)
        return type(task).objects.get(pk=task.pk)

    monkeypatch.setattr(services, "edit_task", edit_and_lose)
    if is_program:
        assert as_person(alice).patch(f"/api/tasks/{task.pk}/", {"title": "x"}).status_code == 409
    else:
        answer = browser_of(alice).post(f"/tasks/{task.pk}/status/", {"status": "in_progress"})
        assert answer.status_code == 409


def test_a_task_that_goes_before_its_row_is_shown_is_a_conflict(alice, browser_of, monkeypatch):
    task = TaskFactory(team=TeamFactory(owner=alice))
    just_before(monkeypatch, in_place, "cards_of", lambda: services.delete_task(person=alice, task=task))
    wishes = {"title": "x", "place": "row"}
    answer = browser_of(alice).post(f"/tasks/{task.pk}/set/", wishes, headers={"HX-Request": "true"})
    assert answer.status_code == 409


def test_a_post_that_goes_while_what_one_likes_is_read_is_passed_over(alice, bob, browser_of, monkeypatch):
    posts = [PostFactory(page__owner=bob, content=f"Post {number}") for number in range(2)]
    for post in posts:
        like_post(person=alice, post=post)
    browser, newest_first = browser_of(alice), views.newest_first

    def read_and_lose(*known):
        found = newest_first(*known)
        delete_post(person=bob, post=posts[0])
        return found

    monkeypatch.setattr(views, "newest_first", read_and_lose)
    html = browser.get("/likes/").content.decode()
    assert ("Post 0" in html, "Post 1" in html) == (False, True)
