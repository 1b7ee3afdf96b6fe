"""Cards of posts are kept as they were rendered, and look as their post is now, to whoever looks."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.blog import services
from innotter.blog.queries import cards_of
from innotter.blog.templatetags import blog
from tests.factories.accounts import UserFactory
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.pages import FollowFactory, PageFactory

pytestmark = pytest.mark.django_db

_TOKEN = re.compile(r'action="/posts/\d+/like/".*?name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def signed_in(browser_of):
    """A browser of somebody that is as strict about forms as on a real site."""

    def sign_in(person):
        browser = browser_of(person)
        browser.handler.enforce_csrf_checks = True
        return browser

    return sign_in


def card_of(post, html):
    return re.search(rf'<article class="card post[^>]*id="post-{post.pk}">.*?</article>', html, re.DOTALL).group()


def test_whoever_looks_has_a_token_of_their_own_in_a_card_that_others_have_seen(signed_in):
    post = PostFactory()
    tokens = []
    for person in UserFactory.create_batch(2):
        browser = signed_in(person)
        token = _TOKEN.search(browser.get(post.get_absolute_url()).content.decode()).group(1)
        liked = browser.post(f"/posts/{post.pk}/like/", {"csrfmiddlewaretoken": token})
        assert liked.status_code == 302
        tokens.append(token)
    assert len(set(tokens)) == 2
    post.refresh_from_db()
    assert post.likes_count == 2


def test_ones_own_like_is_on_ones_own_card_alone(signed_in, alice, bob):
    post = PostFactory()
    services.like_post(person=alice, post=post)
    mine, others = (card_of(post, signed_in(one).get(f"/posts/{post.pk}/").content.decode()) for one in (alice, bob))
    assert 'aria-pressed="true"' in mine
    assert 'aria-pressed="false"' in others
    assert "<span data-number>1</span>" in others


def test_a_card_says_at_the_next_look_what_has_changed(signed_in, alice):
    page = PageFactory(owner=alice, name="Before", handle="before")
    post = PostFactory(page=page, content="As it was")
    FollowFactory(page=page, follower=alice)
    browser = signed_in(alice)

    def seen():
        return card_of(post, browser.get("/@" + page.handle + "/").content.decode())

    before = seen()
    assert "As it was" in before
    assert "Before" in before
    services.edit_post(author=alice, post=post, content="As it is")
    after = seen()
    assert "As it is" in after
    assert ">edited<" in after
    page.name = "After"
    page.save()
    assert "After" in seen()
    page.is_private = True
    page.save()
    assert "private" in seen()


def test_a_card_is_in_the_language_and_the_hours_of_whoever_looks(signed_in, alice, bob):
    post = PostFactory()
    bob.language, bob.time_zone = "ru", "Asia/Tokyo"
    bob.save()
    path = post.get_absolute_url()
    english = card_of(post, signed_in(alice).get(path).content.decode())
    russian = card_of(post, signed_in(bob).get(path).content.decode())
    assert "Like, 0 likes" in english
    assert "Like, 0 likes" not in russian
    assert "+09:00" in russian
    assert "+09:00" not in english


def test_a_card_of_an_article_holds_its_first_picture_alone(alice):
    article = ArticleFactory(page=PageFactory(owner=alice))
    first, _second = (article.images.create(image=f"{n}.png", width=1, height=1, alt=f"{n}") for n in (1, 2))
    (card,) = cards_of([article.pk], alice)
    assert [picture.pk for picture in card.pictures] == [first.pk]


def test_a_card_that_others_have_seen_is_not_rendered_again(signed_in, alice, bob):
    post = PostFactory(created_at=timezone.now() - timedelta(days=400))
    signed_in(alice).get(post.get_absolute_url())
    before = blog.CARDS.cache_info()
    signed_in(bob).get(post.get_absolute_url())
    after = blog.CARDS.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_a_card_with_much_to_say_fills_no_memory(client):
    post = PostFactory(content="long " * (blog.CARDS.longest // 5 + 1))
    before = blog.CARDS.cache_info().currsize
    assert client.get(f"/posts/{post.pk}/").status_code == 200
    assert blog.CARDS.cache_info().currsize == before


def menu_of(post, html):
    items = re.search(r'<ul class="items">.*?</ul>', card_of(post, html), re.DOTALL).group()
    return re.findall(r"</svg>([^<]+)<", items)


def test_the_menu_of_a_card_offers_each_what_they_may_do(signed_in, client, alice, bob, mia):
    for post, edit in [(PostFactory(page__owner=alice), "edit"), (ArticleFactory(page__owner=alice), "change")]:
        FollowFactory(page=post.page, follower=bob)
        seen = {who: signed_in(who).get(post.page.get_absolute_url()).content.decode() for who in (alice, bob, mia)}
        assert menu_of(post, seen[alice]) == ["Copy link", "Edit", "Delete"]
        assert f'"/posts/{post.pk}/{edit}/"' in card_of(post, seen[alice])
        assert menu_of(post, seen[bob]) == ["Copy link", "Report"]
        assert menu_of(post, seen[mia]) == ["Copy link", "Report", "Remove"]
        assert menu_of(post, client.get(post.page.get_absolute_url()).content.decode()) == ["Copy link"]
        assert menu_of(post, signed_in(bob).get("/").content.decode()) == ["Copy link", "Report"]


def test_a_moderator_deletes_their_own_posts_as_anybody_does(signed_in, mia):
    post = PostFactory(page__owner=mia)
    assert menu_of(post, signed_in(mia).get(post.get_absolute_url()).content.decode()) == [
        "Copy link",
        "Edit",
        "Delete",
    ]


def test_a_number_of_nothing_is_not_shown(signed_in, alice):
    card = card_of(post := PostFactory(), signed_in(alice).get(f"/posts/{post.pk}/").content.decode())
    assert "Like, 0 likes" in card
    assert "<span data-number></span>" in card
