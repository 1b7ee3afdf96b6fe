"""Whoever is blocked is gone from every list that hangs on them, and is back in all of them when they are let in."""

import pytest

from innotter.accounts.services import block_user, unblock_user
from innotter.blog import services as blog
from innotter.pages.services import edit_page
from tests.factories.blog import ArticleFactory
from tests.factories.pages import FollowFactory, PageFactory

THERE_GONE_BACK = [True, False, True]


@pytest.fixture
def through_a_block(alice, ada):
    """Ask before, during and after Alice is blocked."""

    def asked(is_there):
        answers = [is_there()]
        for act in (block_user, unblock_user):
            act(admin=ada, user=alice)
            answers.append(is_there())
        return answers

    return asked


@pytest.fixture
def hers(alice, bob):
    """What she has written, on a page that Bob follows."""
    alice.name = "Alice Liddell"
    alice.save()
    page = PageFactory(owner=alice, handle="essays", name="Essays")
    edit_page(owner=alice, page=page, tags=["walking"])
    FollowFactory(page=page, follower=bob)
    post = blog.publish_post(author=alice, page=page, content="Slowly, #lately")
    blog.like_post(person=bob, post=post)
    return post, ArticleFactory(page=page, title="On walking")


@pytest.fixture
def at_bobs(bob, alice):
    """What she has said and followed elsewhere."""
    page = PageFactory(owner=bob, handle="bobs", name="Bob's page")
    FollowFactory(page=page, follower=alice)
    article = ArticleFactory(page=page, title="On sitting")
    blog.write_comment(author=alice, post=article, text="Well sat")
    answer = blog.write_comment(author=bob, post=article, text="Is it?")
    blog.write_comment(author=alice, post=article, parent=answer, text="It is")
    own = PageFactory(owner=alice, handle="essays")
    post = blog.publish_post(author=bob, page=page, content="Anybody?")
    blog.publish_post(author=alice, page=own, content="I am here", reply_to=post)
    return article, post


@pytest.mark.parametrize(
    "address",
    [
        "/@essays/",
        "/@essays/articles/",
        "/@essays/followers/",
        "/@essays/feed.atom",
        "/@essays/feed.rss",
        "/people/alice/",
        "/posts/{post}/",
        "/posts/{article}/",
        "/api/users/alice/",
        "/api/pages/essays/",
        "/api/pages/essays/posts/",
        "/api/pages/essays/followers/",
        "/api/posts/{post}/",
        "/api/posts/{post}/replies/",
        "/api/blog/posts/{article}/",
        "/api/blog/posts/{article}/comments/",
    ],
)
def test_what_is_theirs_has_no_address(bob, hers, browser_of, through_a_block, address):
    post, article = hers
    path, reader = address.format(post=post.pk, article=article.pk), browser_of(bob)
    assert through_a_block(lambda: reader.get(path).status_code == 200) == THERE_GONE_BACK


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "Slowly"),
        ("/explore/", "Essays"),
        ("/search/?q=essays", "/@essays/"),
        ("/search/?q=liddell", "/people/alice/"),
        ("/tags/lately/", "Slowly"),
        ("/likes/", "Slowly"),
        ("/api/feed/", "Slowly"),
        ("/api/users/", '"alice"'),
        ("/api/pages/", '"essays"'),
        ("/api/pages/?owner=alice", '"essays"'),
        ("/api/pages/?tag=walking", '"essays"'),
        ("/api/search/?q=essays", '"essays"'),
        ("/api/search/?q=liddell", '"alice"'),
        ("/api/tags/", '"walking"'),
        ("/api/tags/lately/posts/", "Slowly"),
        ("/api/users/me/likes/", "Slowly"),
        ("/api/blog/posts/", "On walking"),
    ],
)
def test_what_is_theirs_is_in_no_list(bob, hers, browser_of, through_a_block, address, words):
    reader = browser_of(bob)
    assert through_a_block(lambda: words in reader.get(address).content.decode()) == THERE_GONE_BACK


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/posts/{article}/", "Well sat"),
        ("/posts/{article}/", "It is"),
        ("/posts/{post}/", "I am here"),
        ("/@bobs/followers/", "@alice"),
        ("/@bobs/", "<b>1</b> follower<"),
        ("/api/blog/posts/{article}/comments/", "Well sat"),
        ("/api/blog/posts/{article}/comments/", "It is"),
        ("/api/posts/{post}/replies/", "I am here"),
        ("/api/pages/bobs/followers/", '"alice"'),
    ],
)
def test_what_they_have_left_elsewhere_is_not_shown(carol, at_bobs, browser_of, through_a_block, address, words):
    article, post = at_bobs
    path, reader = address.format(post=post.pk, article=article.pk), browser_of(carol)
    assert through_a_block(lambda: words in reader.get(path).content.decode()) == THERE_GONE_BACK


@pytest.mark.parametrize(
    ("address", "name", "with_her", "without"),
    [
        ("/api/blog/posts/{article}/", "comments", 3, 1),
        ("/api/posts/{post}/", "replies", 1, 0),
    ],
)
def test_nor_is_it_counted(carol, at_bobs, as_person, through_a_block, address, name, with_her, without):
    article, post = at_bobs
    path, reader = address.format(post=post.pk, article=article.pk), as_person(carol)
    assert through_a_block(lambda: reader.get(path).json()[name]) == [with_her, without, with_her]
