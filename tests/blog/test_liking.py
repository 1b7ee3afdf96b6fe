"""B-8, B-9: liking posts."""

from functools import partial

import pytest

from innotter.blog import services
from innotter.blog.models import Post
from innotter.errors import Forbidden
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory
from tests.together import at_the_same_moment


def test_a_like_counts_once_and_is_taken_back_once(bob, as_person):
    post = PostFactory()
    me = as_person(bob)
    for _time in range(2):
        liked = me.post(f"/api/posts/{post.pk}/like/").json()
        assert (liked["likes"], liked["liked_by_me"]) == (1, True)
    for _time in range(2):
        unliked = me.delete(f"/api/posts/{post.pk}/like/").json()
        assert (unliked["likes"], unliked["liked_by_me"]) == (0, False)


def test_what_one_may_not_read_one_cannot_like(bob, as_person, api):
    post = PostFactory(page=PageFactory(private=True))
    assert as_person(bob).post(f"/api/posts/{post.pk}/like/").status_code == 404
    assert api.post(f"/api/posts/{post.pk}/like/").status_code in {401, 404}
    with pytest.raises(Forbidden):
        services.like_post(person=bob, post=post)


def test_ones_liked_posts_come_newest_like_first_without_what_is_hidden_now(bob, as_person):
    posts = PostFactory.create_batch(3)
    for post in (posts[1], posts[2], posts[0]):
        services.like_post(person=bob, post=post)
    posts[2].page.is_private = True
    posts[2].page.save()

    liked = as_person(bob).get("/api/users/me/likes/").json()["results"]
    assert [post["id"] for post in liked] == [posts[0].pk, posts[1].pk]
    assert as_person(UserFactory()).get("/api/users/me/likes/").json()["results"] == []


def test_htmx_gets_the_button(bob, browser_of):
    post = PostFactory()
    fragment = browser_of(bob).post(f"/posts/{post.pk}/like/", headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="true"' in fragment
    assert browser_of(bob).post(f"/posts/{post.pk}/unlike/").url == f"/posts/{post.pk}/"


@pytest.mark.django_db(transaction=True)
def test_the_count_is_right_when_many_like_at_the_same_moment():
    post, people = PostFactory(), UserFactory.create_batch(6)
    at_the_same_moment(*(partial(services.like_post, person=person, post=post) for person in people))
    assert Post.objects.get().likes_count == len(people)


def test_liked_posts_have_a_page_newest_like_first(bob, browser_of):
    older, newer = PostFactory(content="The older post"), PostFactory(content="The newer post")
    browser = browser_of(bob)
    assert "Press the heart" in browser.get("/likes/").content.decode()
    services.like_post(person=bob, post=newer)
    services.like_post(person=bob, post=older)
    html = browser.get("/likes/").content.decode()
    assert html.index("The older post") < html.index("The newer post")
    services.delete_post(person=older.page.owner, post=older)
    assert "The older post" not in browser.get("/likes/").content.decode()


def test_of_two_who_like_it_the_one_who_stays_is_named(alice, bob, carol, as_person, deliver_events):
    post = PostFactory(page=PageFactory(owner=alice))
    for person in (bob, carol):
        as_person(person).post(f"/api/posts/{post.pk}/like/")
        deliver_events()
    as_person(carol).delete(f"/api/posts/{post.pk}/like/")
    deliver_events()
    (told,) = as_person(alice).get("/api/notifications/").json()["results"]
    assert "bob" in str(told["actor"])
    assert told["count"] == 1
