"""Cards of pages are kept as they were rendered, and look as their page is now, to whoever looks."""

import re

import pytest

from innotter.accounts.models import User
from innotter.pages.models import Page, Tag
from innotter.pages.services import follow_page
from innotter.pages.templatetags import pages
from tests.factories.accounts import UserFactory
from tests.factories.pages import PageFactory

pytestmark = pytest.mark.django_db

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def walls(bob):
    page = PageFactory(owner=bob, handle="walls", name="Walls", description="Of all kinds")
    page.tags.add(Tag.objects.create(name="stone"))
    return page


def card(browser):
    html = browser.get("/explore/").content.decode()
    return re.search(r'<article class="card page-card">.*?</article>', html, re.DOTALL).group()


CHANGES = {
    "its name": (lambda page: Page.objects.filter(pk=page.pk).update(name="Fences"), "Fences"),
    "its description": (lambda page: Page.objects.filter(pk=page.pk).update(description="Of wood"), "Of wood"),
    "its tags": (lambda page: page.tags.add(Tag.objects.create(name="brick")), "brick"),
    "its owner's name": (lambda page: User.objects.filter(pk=page.owner_id).update(name="Rob Roe"), "Rob Roe"),
    "its picture": (lambda page: Page.objects.filter(pk=page.pk).update(image="pages/new.webp"), "new.webp"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_card_says_at_the_next_look_what_has_changed(client, walls, what):
    change, shown = CHANGES[what]
    before = card(client)
    assert before == card(client)
    change(walls)
    assert (shown in before, shown in card(client)) == (False, True)


def test_a_card_says_to_each_whether_they_follow(browser_of, walls, alice, bob, carol):
    follow_page(page=walls, follower=alice)
    said = {who.username: card(browser_of(who)) for who in (alice, bob, carol)}
    assert "unfollow Walls" in said["alice"]
    assert "<form" not in said["bob"]
    assert 'action="/@walls/follow/"' in said["carol"]


def test_a_stranger_may_sign_in_to_follow(client, walls, alice, browser_of):
    card(browser_of(alice))
    assert "/login/?next=/%40walls/" in card(client)


def test_whoever_looks_has_a_token_of_their_own_in_a_card_that_others_have_seen(browser_of, walls):
    tokens = []
    for person in UserFactory.create_batch(2):
        browser = browser_of(person)
        browser.handler.enforce_csrf_checks = True
        token = _TOKEN.search(card(browser)).group(1)
        assert browser.post("/@walls/follow/", {"csrfmiddlewaretoken": token}).status_code == 302
        tokens.append(token)
    assert len(set(tokens)) == 2
    assert walls.follows.count() == 2


def test_of_a_private_page_only_those_who_may_read_it_read_more_than_its_name(browser_of, walls, alice, bob):
    Page.objects.filter(pk=walls.pk).update(is_private=True)
    for person, sees in ((bob, True), (alice, False)):
        html = browser_of(person).get("/search/?q=walls").content.decode()
        assert "Walls" in html
        assert [words in html for words in ("Of all kinds", "stone", f"by {bob}")] == [sees] * 3


def test_a_card_that_others_have_seen_is_not_rendered_again(browser_of, walls, alice, carol):
    card(browser_of(alice))
    before = pages.CARDS.cache_info()
    card(browser_of(carol))
    after = pages.CARDS.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
