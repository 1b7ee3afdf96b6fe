"""What is kept is never old, and never another's: the database says each time whether it is still right."""

import os
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
import requests
from django.core.cache import cache
from django.test import Client

from innotter.accounts.services import block_user, edit_profile
from innotter.blog import services
from innotter.blog.models import Post
from innotter.notifications.templatetags import notifications as bell
from innotter.pages import services as pages
from innotter.pages.models import Page
from innotter.web import caching
from innotter.web.fragments import token_here
from innotter.web.page_views import audience
from tests.factories.blog import ArticleFactory, CommentFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.pictures import picture
from tests.running import COMMAND, ROOT, free_port, wait_until


@pytest.fixture
def article(alice):
    return ArticleFactory(page=PageFactory(owner=alice, handle="essays"), title="On walking", content="Slowly.")


def again(client, address, answer):
    """The same reader, who has the answer already."""
    return client.get(address, headers={"If-None-Match": answer.headers["ETag"]})


@pytest.mark.parametrize(
    "address", ["/api/blog/posts/{}/", "/api/blog/posts/", "/api/blog/posts/{}/comments/", "/posts/{}/"]
)
def test_what_has_not_changed_is_not_sent_again(article, client, address, django_assert_max_num_queries):
    """A-15: caching on read-only endpoints."""
    path = address.format(article.pk)
    client.get(path)
    first = client.get(path)
    assert first.status_code == 200
    with django_assert_max_num_queries(1):
        answer = again(client, path, first)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_second_reader_is_answered_from_the_cache_by_one_query(article, client, django_assert_max_num_queries):
    path = f"/api/blog/posts/{article.pk}/"
    first = client.get(path)
    with django_assert_max_num_queries(1):
        assert Client().get(path).json() == first.json()


@pytest.mark.parametrize(
    "address",
    [
        "/posts/{}/?from={number}",
        "/posts/{}/?utm_source={number}",
        "/api/blog/posts/?cursor={number}",
        "/api/blog/posts/?page_size={number}",
        "/api/blog/posts/?page=ESSAYS{number}",
        "/api/blog/posts/{}/comments/?from={number}",
        "/api/blog/posts/{}/?nonsense={number}",
    ],
)
def test_addresses_that_anybody_can_make_up_fill_no_memory(article, client, address, monkeypatch):
    kept = []
    monkeypatch.setattr(caching.cache, "set", lambda key, *_more: kept.append(key))
    for number in range(3):
        client.get(address.format(article.pk, number=number))
    # What is kept is the article itself, under one name.
    assert len(set(kept)) <= 2


def changes(article, alice, bob, ada):
    """Everything after which an article or its comments look otherwise."""
    comment = CommentFactory(post=article, author=bob)
    return {
        "its text": lambda: services.edit_article(author=alice, post=article, title="On walking", content="Fast."),
        "its title": lambda: services.edit_article(author=alice, post=article, title="On running", content="Slowly."),
        "a like": lambda: services.like_post(person=bob, post=article),
        "a comment": lambda: services.write_comment(author=bob, post=article, text="New"),
        "a hidden comment": lambda: services.hide_comment(person=alice, comment=comment),
        "a deleted comment": lambda: services.delete_comment(person=bob, comment=comment),
        "closed comments": lambda: services.close_comments(owner=alice, post=article),
        "a picture": lambda: services.add_picture(author=alice, post=article, upload=services.Upload(picture())),
        "the page's name": lambda: pages.edit_page(owner=alice, page=article.page, name="Other"),
        "a commenter's name": lambda: edit_profile(user=bob, name="Robert"),
        "a blocked commenter": lambda: block_user(admin=ada, user=bob),
    }


CHANGES = ["its text", "its title", "a like", "a comment", "a hidden comment", "a deleted comment", "closed comments"]
CHANGES += ["a picture", "the page's name", "a commenter's name", "a blocked commenter"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "address", ["/api/blog/posts/{}/", "/api/blog/posts/", "/api/blog/posts/{}/comments/", "/posts/{}/"]
)
def test_every_change_shows_at_the_next_request(article, alice, bob, ada, client, change, address):
    act, path = changes(article, alice, bob, ada)[change], address.format(article.pk)
    client.get(path)
    before = client.get(path)
    act()
    after = again(client, path, before)
    assert after.status_code == 200
    fresh = Client().get(path)
    cache.clear()
    if path.startswith("/api/"):
        assert fresh.json() == Client().get(path).json() == after.json()


@pytest.mark.parametrize(
    "address", ["/api/blog/posts/{}/", "/api/blog/posts/{}/comments/", "/posts/{}/", "/@essays/feed.atom"]
)
def test_what_becomes_hidden_is_gone_at_once_for_those_who_had_it(article, alice, ada, mia, client, address):
    path = address.format(article.pk)
    client.get(path)
    before = client.get(path)
    pages.edit_page(owner=alice, page=article.page, is_private=True)
    assert again(client, path, before).status_code == 404
    pages.edit_page(owner=alice, page=article.page, is_private=False)
    assert client.get(path).status_code == 200
    pages.block_page(moderator=mia, page=article.page)
    assert again(client, path, before).status_code == 404
    pages.unblock_page(moderator=mia, page=article.page)
    block_user(admin=ada, user=alice)
    assert again(client, path, before).status_code == 404


def test_nobody_gets_what_was_kept_for_another(article, alice, bob, client, browser_of, as_person):
    comment = services.write_guest_comment(post=article, email="guest@example.org", text="Hm")
    services.confirm_comment(comment=comment)
    path = f"/api/blog/posts/{article.pk}/comments/"
    assert "guest@example.org" in as_person(alice).get(path).content.decode()
    assert "guest@example.org" not in as_person(bob).get(path).content.decode()
    assert "guest@example.org" not in client.get(path).content.decode()
    services.like_post(person=bob, post=article)
    liked = [
        who.get(f"/api/blog/posts/{article.pk}/").json()["liked_by_me"] for who in (as_person(bob), as_person(alice))
    ]
    assert liked == [True, False]
    assert "/manage/" in browser_of(alice).get(f"/posts/{article.pk}/").content.decode()
    assert "/manage/" not in browser_of(bob).get(f"/posts/{article.pk}/").content.decode()


def test_an_article_about_tokens_says_to_strangers_what_is_written(alice):
    """A form that is shown as a text is none of ours."""
    named = 'name="csrfmiddlewaretoken"'
    content = f'    <input type="hidden" {named} value="abc">\n\nwith {named} value="xyz"'
    article = ArticleFactory(page=PageFactory(owner=alice), content=content)
    for _time in range(2):
        page = Client().get(article.get_absolute_url()).content.decode()
        assert f'&lt;input type="hidden" {named} value="abc"' in page
        assert f'<p>with {named} value="xyz"</p>' in page


def comment_of_a_stranger(path):
    """The status of what somebody sends who has read a page."""
    stranger = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', stranger.get(path).content.decode())[1]
    sent = {"csrfmiddlewaretoken": token, "text": "Hm", "email": "guest@example.org", "website": ""}
    return stranger.post(f"{path}comment/", sent).status_code


def test_the_page_that_strangers_share_has_a_token_of_each_in_its_forms(article):
    path = f"/posts/{article.pk}/"
    assert [comment_of_a_stranger(path) for _stranger in range(2)] == [302, 302]


@pytest.fixture
def another_key(settings):
    """What an operator does by `rotate-keys`."""

    def rotate():
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key" * 5, [settings.SECRET_KEY]
        token_here.cache_clear()

    yield rotate
    token_here.cache_clear()


def test_the_page_that_strangers_share_has_a_token_of_each_after_the_keys_were_rotated_too(article, another_key):
    path = f"/posts/{article.pk}/"
    Client().get(path)
    another_key()
    assert comment_of_a_stranger(path) == 302


def kept_answers():
    """The keys of the cache, without those that count who looks: a thread writes these when it likes."""
    counting = (b"innotter:look", b"innotter:views")
    return {key for key in cache._cache.get_client().keys("*") if not key.startswith(counting)}


def test_addresses_that_somebody_makes_up_do_not_fill_the_cache(article, client):
    cache.clear()
    for address in (f"/api/blog/posts/{article.pk}/", f"/posts/{article.pk}/"):
        client.get(address)
        before = kept_answers()
        for number in range(5):
            client.get(f"{address}?made-up={number}")
        assert kept_answers() == before


def test_a_private_article_is_kept_for_its_readers_alone(alice, bob, carol, as_person):
    article = ArticleFactory(page=PageFactory(owner=alice, is_private=True))
    FollowFactory(page=article.page, follower=bob)
    path = f"/api/blog/posts/{article.pk}/"
    answer = as_person(bob).get(path)
    assert answer.status_code == 200
    assert again(as_person(carol), path, answer).status_code == 404
    Page.objects.get(pk=article.page_id).follows.all().delete()
    assert again(as_person(bob), path, answer).status_code == 404


def test_without_its_cache_everything_is_answered_all_the_same(article, client, monkeypatch):
    def down(*args, **kwargs):
        raise redis.exceptions.ConnectionError

    monkeypatch.setattr(caching.cache, "get", down)
    assert client.get(f"/api/blog/posts/{article.pk}/").status_code == 200
    assert client.get(f"/posts/{article.pk}/").status_code == 200


@pytest.fixture
def two_servers(services, tmp_path):
    """Two web processes that share a database and a cache."""
    servers = dict(services)
    environment = {
        **os.environ,
        **servers,
        "DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "s",
        "PYTHONWARNINGS": "default",
        "THROTTLE_COMMENT_ACCOUNT": "1000/minute",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ports = [free_port(), free_port()]
    command = [str(Path(COMMAND[0]).with_name("granian")), "--interface", "asgi", "innotter.config.asgi:application"]
    prepare = [*COMMAND, "manage", "shell", "-c", PREPARE]
    made = subprocess.run(prepare, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    running = [
        subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(port)], env=environment, cwd=ROOT)
        for port in ports
    ]
    yield [f"http://127.0.0.1:{port}/api/blog/" for port in ports], made.stdout.split()[-2:]
    for process in running:
        process.terminate()
        process.wait(20)


#: How often the article is written.
LAST = 40
PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from innotter.accounts.models import User
from innotter.accounts.services import Device, start_token_session
from innotter.blog.services import publish_article
from innotter.pages.services import create_page
from django.utils import timezone
user = User.objects.create(username="alice", email="alice@example.org", email_verified_at=timezone.now())
page = create_page(owner=user, name="Essays", handle="essays")
print(publish_article(author=user, page=page, title="0", content="0").pk)
print(start_token_session(user=user, device=Device(name="w", ip=None)).access)
"""


def is_up(address):
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


class Writer(threading.Thread):
    """Writes through both processes in turn, and counts what was confirmed."""

    def __init__(self, send: Callable[[int], requests.Response]) -> None:
        super().__init__()
        self.send, self.confirmed, self.answers = send, 0, set()

    def run(self):
        for number in range(1, LAST + 1):
            self.answers.add(self.send(number).status_code)
            self.confirmed = number


class Reader(threading.Thread):
    """Reads again and again, as a browser does; notes when it is told less than was confirmed before it asked."""

    def __init__(self, address: str, writers: list[Writer]) -> None:
        super().__init__()
        self.address, self.writers, self.stale = address, writers, []

    def run(self):
        tag, seen = "", [0, 0]
        while min(least := [writer.confirmed for writer in self.writers]) < LAST:
            answer = requests.get(self.address, headers={"If-None-Match": tag}, timeout=20)
            if answer.status_code == 200:
                tag, article = answer.headers["ETag"], answer.json()
                seen = [int(article["title"]), article["comments"]]
            if any(shown < known for shown, known in zip(seen, least, strict=True)):
                self.stale.append((seen, least))


def test_two_processes_never_serve_what_concurrent_writers_have_replaced(two_servers):
    """A-15: one changes the article, one comments, both through both processes: nobody sees less than was confirmed."""
    addresses, (pk, token) = two_servers
    for address in addresses:
        wait_until(lambda address=address: is_up(f"{address}posts/"), what="the web server")
    headers = {"Authorization": f"Bearer {token}"}

    def edit(number):
        body = {"title": str(number), "content": str(number)}
        return requests.put(f"{addresses[number % 2]}posts/{pk}/", json=body, headers=headers, timeout=20)

    def comment(number):
        body = {"post": int(pk), "text": str(number)}
        return requests.post(f"{addresses[number % 2]}comments/", json=body, headers=headers, timeout=20)

    writers = [Writer(edit), Writer(comment)]
    readers = [Reader(f"{address}posts/{pk}/", writers) for address in addresses * 2]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in [*writers, *readers]:
        thread.join(60)
    assert [writer.answers for writer in writers] == [{200}, {201}]
    assert [reader.stale for reader in readers] == [[]] * 4


def test_revisions_go_up_whoever_writes(article):
    """Even a change by hand, in the admin or in SQL, is seen: the database counts."""
    revision = Post.objects.get(pk=article.pk).revision
    Post.objects.filter(pk=article.pk).update(title="By hand")
    assert Post.objects.get(pk=article.pk).revision == revision + 1


def test_other_spellings_of_a_number_fill_no_cache(article, client):
    client.get(f"/api/blog/posts/{article.pk}/")
    client.get(f"/posts/{article.pk}/")
    audience.flush()
    redis = cache._cache.get_client(None)
    before = redis.dbsize()
    for zeros in range(1, 15):
        assert client.get(f"/api/blog/posts/{'0' * zeros}{article.pk}/").status_code == 200
        assert client.get(f"/posts/{'0' * zeros}{article.pk}/").status_code == 200
    audience.flush()
    assert redis.dbsize() == before


def test_the_bell_of_an_article_is_counted_once(article, bob, browser_of, monkeypatch):
    counted = []
    monkeypatch.setattr(bell, "count_unread", lambda **asked: counted.append(asked) or 7)
    page = browser_of(bob).get(f"/posts/{article.pk}/").content.decode()
    assert len(counted) == 1
    assert "</span> 7</span>" in page


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_feed_says_where_it_is_however_it_was_asked_for_first(article, settings, kind):
    """Readers of feeds go on with the address that a feed gives itself."""
    Client().get(f"/@ESSAYS/feed.{kind}", headers={"Host": "127.0.0.1"})
    feed = Client().get(f"/@essays/feed.{kind}").content.decode()
    (itself,) = [link for link in re.findall(r"<(?:atom:)?link [^>]*>", feed) if 'rel="self"' in link]
    assert f'href="{settings.SITE_URL}/@essays/feed.{kind}"' in itself


@pytest.mark.parametrize("address", ["/api/blog/posts/{}/", "/posts/{}/", "/@essays/feed.atom", "/@essays/feed.rss"])
def test_a_site_that_has_moved_says_its_new_addresses_at_once(article, client, settings, address):
    """Also to readers of feeds, who would have heard that nothing has changed until the next post."""
    path, former = address.format(article.pk), f"{settings.SITE_URL}/"
    client.get(path)
    before = client.get(path)
    assert former in before.content.decode()
    settings.SITE_URL = "https://moved.example"
    after = again(client, path, before)
    assert after.status_code == 200
    assert "https://moved.example/" in after.content.decode()
    assert former not in after.content.decode()
