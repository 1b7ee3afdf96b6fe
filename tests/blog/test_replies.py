"""B-8: replies, and the threads they make."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.blog import services
from innotter.blog.models import Post
from innotter.errors import Conflict, Forbidden
from innotter.events.models import Event
from innotter.pages.events import PageLostReplies
from innotter.pages.services import delete_page
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.together import at_the_same_moment


def reply_to(post, page=None, content="A reply"):
    page = page or PageFactory()
    return services.publish_post(author=page.owner, page=page, content=content, reply_to=post)


def replies_of(client, post):
    return [reply["id"] for reply in client.get(f"/api/posts/{post.pk}/replies/").json()["results"]]


def test_a_person_replies_as_any_of_their_own_pages(bob, as_person, api):
    post, first, second = PostFactory(), PageFactory(owner=bob), PageFactory(owner=bob)
    for page in (first, second):
        body = {"page": page.handle, "content": "I agree", "reply_to": post.pk}
        shown = as_person(bob).post("/api/posts/", body).json()
        assert (shown["reply_to"], shown["is_reply"], shown["page"]) == (post.pk, True, page.handle)

    listed = api.get(f"/api/posts/{post.pk}/replies/").json()["results"]
    assert [reply["page"] for reply in listed] == [first.handle, second.handle]
    assert api.get(f"/api/posts/{post.pk}/").json()["replies"] == 2


def test_nobody_replies_as_the_page_of_another(bob, as_person):
    post, page = PostFactory(), PageFactory()
    body = {"page": page.handle, "content": "Me?", "reply_to": post.pk}
    assert as_person(bob).post("/api/posts/", body).status_code == 403


def test_nobody_replies_to_what_they_may_not_read(bob, as_person, browser_of):
    hidden, mine = PostFactory(page__is_private=True), PageFactory(owner=bob)
    body = {"page": mine.handle, "content": "Let me in", "reply_to": hidden.pk}
    assert as_person(bob).post("/api/posts/", body).status_code == 404
    assert browser_of(bob).post(f"/posts/{hidden.pk}/reply/", body).status_code == 404
    with pytest.raises(Forbidden):
        reply_to(hidden, mine)
    assert Post.objects.get() == hidden


@pytest.mark.parametrize("nonsense", ["x", -1, 0, 2**70, [1], 999_999])
def test_a_reply_to_nothing_is_refused_and_nothing_is_published(alice, as_person, nonsense):
    page = PageFactory(owner=alice)
    body = {"page": page.handle, "content": "Hello", "reply_to": nonsense}
    assert as_person(alice).post("/api/posts/", body).status_code in {400, 404}
    assert not Post.objects.exists()


def test_a_thread_of_any_depth_is_read_in_a_constant_number_of_queries(api, client, db):
    page, post = PageFactory(), PostFactory()
    counts = {}
    for depth in (2, 60):
        while Post.objects.count() <= depth:
            reply_to(Post.objects.latest("pk"), page)
        for address in (f"/api/posts/{post.pk}/replies/?page_size=100", f"/posts/{post.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            assert answer.content.decode().count("A reply") >= depth
            counts.setdefault(address, set()).add(len(queries))
    assert all(len(seen) == 1 for seen in counts.values()), counts


def test_the_page_of_a_reply_shows_what_it_replies_to_and_what_replies_to_it(client, db):
    top = PostFactory(content="The top")
    middle = reply_to(top, content="The middle")
    reply_to(middle, content="The end")
    html = client.get(f"/posts/{middle.pk}/").content.decode().partition("<main")[2]
    assert html.index("The top") < html.index("The middle") < html.index("The end")


def test_replies_that_one_may_not_read_are_neither_shown_nor_counted(bob, api, as_person):
    post, private = PostFactory(), PageFactory(private=True)
    hidden = reply_to(post, private, "Only for my friends")
    blocked = reply_to(post, content="Soon to be blocked")
    blocked.page.owner.is_blocked = True
    blocked.page.owner.save()

    assert replies_of(api, post) == []
    assert api.get(f"/api/posts/{post.pk}/").json()["replies"] == 0
    FollowFactory(page=private, follower=bob)
    assert replies_of(as_person(bob), post) == [hidden.pk]
    assert as_person(bob).get(f"/api/posts/{post.pk}/").json()["replies"] == 1


def test_a_public_reply_to_a_private_post_does_not_say_to_what(bob, api, as_person, client):
    private = PostFactory(page__is_private=True, page__name="The secret garden")
    FollowFactory(page=private.page, follower=bob)
    reply = reply_to(private, PageFactory(owner=bob), "Well said")

    shown = api.get(f"/api/posts/{reply.pk}/").json()
    assert (shown["reply_to"], shown["is_reply"]) == (None, True)
    html = client.get(f"/posts/{reply.pk}/").content.decode()
    assert "In reply to a post that you cannot see" in html
    assert "secret garden" not in html
    assert as_person(bob).get(f"/api/posts/{reply.pk}/").json()["reply_to"] == private.pk


def test_a_reply_in_a_feed_says_how_that_begins_to_which_it_replies(bob, browser_of):
    follow = FollowFactory(follower=bob)
    reply_to(PostFactory(page__name="Virginia", content="Mrs. Dalloway said\nshe would " + "x" * 140), follow.page)
    reply_to(ArticleFactory(title="On walking"), follow.page)
    private = PostFactory(page__is_private=True, page__name="The secret garden", content="Roses are red")
    FollowFactory(follower=follow.page.owner, page=private.page)
    reply_to(private, follow.page)
    html = browser_of(bob).get("/").content.decode()
    assert "In reply to Virginia: Mrs. Dalloway said she would xxx" in html
    assert "x" * 140 not in html
    assert ": On walking</a>" in html
    assert "In reply to a post that you cannot see" in html
    assert "Roses" not in html
    assert "secret garden" not in html


def test_a_reply_to_a_deleted_post_stays_in_its_thread_marked_so(api, client, db):
    top = PostFactory()
    middle = reply_to(top)
    end = reply_to(middle, content="The end")
    services.delete_post(person=middle.page.owner, post=middle)

    assert replies_of(api, top) == [end.pk]
    shown = api.get(f"/api/posts/{end.pk}/").json()
    assert (shown["reply_to"], shown["is_reply"]) == (None, True)
    assert "In reply to a post that has been deleted" in client.get(f"/posts/{top.pk}/").content.decode()


def test_replies_stay_when_the_page_they_reply_to_is_deleted(api, db):
    post = PostFactory()
    reply = reply_to(post)
    delete_page(owner=post.page.owner, page=post.page)
    shown = api.get(f"/api/posts/{reply.pk}/").json()
    assert (shown["reply_to"], shown["is_reply"]) == (None, True)


@pytest.mark.django_db(transaction=True)
def test_who_replies_while_the_post_is_deleted_is_told_or_is_in_time():
    for _round in range(5):
        post, page = PostFactory(), PageFactory()

        def answer(post=post, page=page):
            try:
                return reply_to(post, page)
            except Conflict:
                return None

        def delete(post=post):
            services.delete_post(person=post.page.owner, post=post)

        at_the_same_moment(answer, delete)
        assert all(reply.reply_to_id is None for reply in Post.objects.filter(page=page))


def test_replies_are_in_the_feed_of_those_who_follow_the_page(bob, as_person):
    post = PostFactory()
    follow = FollowFactory(follower=bob)
    reply = reply_to(post, follow.page)
    shown = as_person(bob).get("/api/feed/").json()["results"]
    assert [(row["id"], row["reply_to"], row["is_reply"], row["replies"]) for row in shown] == [
        (reply.pk, post.pk, True, 0)
    ]
    assert shown == [as_person(bob).get(f"/api/posts/{reply.pk}/").json()]


def test_the_reply_form_keeps_what_was_typed_when_it_is_refused(alice, browser_of):
    post, page = PostFactory(), PageFactory(owner=alice)
    answer = browser_of(alice).post(f"/posts/{post.pk}/reply/", {"page": page.handle, "content": "x" * 181})
    assert answer.status_code == 422
    assert "x" * 181 in answer.content.decode()
    assert Post.objects.count() == 1


def test_a_page_that_goes_takes_its_replies_from_the_pages_that_stay(alice):
    """How many replies they lose is told of those pages, and of none that goes itself."""
    going, one, two = PageFactory(owner=alice), PostFactory(), PostFactory()
    own = PostFactory(page=going)
    for post in (one, one, two, own):
        reply_to(post, page=going)
    reply_to(one)
    delete_page(owner=alice, page=going)
    lost = Event.objects.filter(type=PageLostReplies.type).values_list("data__page_id", "data__replies")
    assert dict(lost) == {one.page_id: 2, two.page_id: 1}
