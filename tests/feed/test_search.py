"""B-14: one search for pages and people."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from innotter.accounts.models import User
from innotter.accounts.services import block_user
from innotter.blog.services import publish_post
from innotter.feed.queries.exploring import active_hashtags
from innotter.feed.queries.searching.others import search_people
from innotter.pages.models import Page
from innotter.pages.services import block_page, create_page, edit_page
from tests.factories.accounts import UserFactory
from tests.factories.pages import FollowFactory, PageFactory


@pytest.fixture
def search(bob, as_person):
    """What Bob finds: handles and usernames."""
    me = as_person(bob)

    def ask(text, client=None):
        found = (client or me).get("/api/search/", {"q": text}).json()
        return [page["uuid"] for page in found["pages"]], [user["username"] for user in found["users"]]

    return ask


@pytest.fixture
def garden(alice):
    return create_page(owner=alice, name="Зелёный сад", handle="north-garden", tags=["Погода", "late frost"])


@pytest.mark.parametrize(
    "text",
    [
        *("north-garden", "NORTH", "garde", "north garden", "@north-garden", "frost", "fros garde", "frosts"),
        *("зелёный", "ЗЕЛЕНЫЙ САД", "зел", "сады", "погоду"),
    ],
)
def test_pages_are_found_by_name_handle_and_tag_in_any_case_and_form(garden, search, text):
    assert search(text)[0] == ["north-garden"]


@pytest.mark.parametrize("text", ["", "   ", "south", "north south", "!?&|:*'\"\\", "(", "a" * 5000, "\0", "'; DROP"])
def test_what_does_not_fit_finds_nothing_and_breaks_nothing(garden, search, text):
    assert search(text) == ([], [])


@pytest.mark.parametrize(
    "text", ["heinrich", "HEIN", "gross", "часовщика", "ЧАСОВЩИК", "heinrich gross", "@heinrich.gross"]
)
def test_people_are_found_by_username_name_and_title(search, text):
    UserFactory(username="heinrich.gross", name="Генрих", title="Часовщик")
    assert search(text)[1] == ["heinrich.gross"]


def test_the_very_handle_comes_first_then_those_that_begin_so(alice, search):
    for handle, name in [("tea", "x"), ("teapot", "x"), ("cup", "Tea tea tea"), ("my-tea", "x")]:
        create_page(owner=alice, name=name, handle=handle)
    found = search("tea")[0]
    assert found[:2] == ["tea", "teapot"]
    assert set(found) == {"tea", "teapot", "cup", "my-tea"}


def test_of_pages_that_fit_as_well_those_that_were_written_on_last_come_first(alice, search):
    for handle in ("kettle-one", "kettle-two", "kettle-three"):
        create_page(owner=alice, name="Kettle", handle=handle)
    for handle in ("kettle-one", "kettle-three", "kettle-two"):
        publish_post(author=alice, page=Page.objects.get(handle=handle), content="Steam")
    assert search("kettle")[0] == ["kettle-two", "kettle-three", "kettle-one"]


def test_a_private_page_is_found_by_name_and_handle_alone_and_shows_its_card(alice, bob, garden, search, api, client):
    edit_page(owner=alice, page=garden, is_private=True, description="Where the key lies")
    assert search("north")[0] == ["north-garden"]
    assert search("погода")[0] == []
    card = api.get("/api/search/", {"q": "north"}).json()["pages"][0]
    assert card == {
        "uuid": "north-garden",
        "name": "Зелёный сад",
        "image": None,
        "is_private": True,
        "follow_status": None,
    }
    html = client.get("/search/", {"q": "north"}).content.decode()
    assert "Зелёный сад" in html
    assert "Where the key lies" not in html
    assert "by alice" not in html
    edit_page(owner=alice, page=garden, is_private=False)
    assert search("погода")[0] == ["north-garden"]


def test_what_is_blocked_is_not_found(alice, ada, mia, garden, search):
    block_page(moderator=mia, page=garden)
    assert search("north") == ([], [])
    block_user(admin=ada, user=alice)
    assert search("alice") == ([], [])


def test_a_renamed_page_is_found_by_its_new_name_alone(alice, garden, search):
    edit_page(owner=alice, page=garden, handle="south-garden", name="Pond", tags=[])
    assert search("north")[0] == search("погода")[0] == []
    assert search("south")[0] == search("pond")[0] == ["south-garden"]


def test_people_are_found_by_those_who_are_signed_in(search, alice, api, client):
    UserFactory(username="unproved", unverified=True)
    assert search("alice")[1] == ["alice"]
    assert search("unproved")[1] == []
    assert search("alice", api)[1] == []
    assert "Sign in to find people" in client.get("/search/", {"q": "alice"}).content.decode()
    assert search_people(AnonymousUser(), "alice", count=20) == []


def test_the_search_goes_by_index(alice, garden):
    with connection.cursor() as cursor:
        # On a handful of rows every plan costs the same: only that through the index of words is left.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    for found, index in [(Page.objects.found_by("north"), "page_words"), (User.objects.found_by("ali"), "user_words")]:
        assert index in found.explain()


def test_the_page_of_the_search_leads_on(garden, bob, browser_of):
    FollowFactory(follower=bob, page=garden)
    html = browser_of(bob).get("/search/", {"q": "<garde"}).content.decode()
    assert "&lt;garde" in html
    assert "/@north-garden/" in html
    html = browser_of(bob).get("/search/", {"q": "frosty"}).content.decode()
    assert "Nothing found" in html
    assert "/tags/frosty/" not in html


def test_explore_shows_what_is_active(alice, garden, client, as_person):
    quiet = create_page(owner=alice, name="Quiet page", handle="quiet")
    as_person(alice).post("/api/posts/", {"page": "north-garden", "content": "The #harvest"})
    html = client.get("/explore/").content.decode()
    assert '/tags/harvest/">#harvest' in html
    assert html.index("Active pages") < html.index("Зелёный сад") < html.index("The newest pages")
    assert html.index(quiet.name) > html.index("The newest pages")
    edit_page(owner=alice, page=garden, is_private=True)
    assert "harvest" not in client.get("/explore/").content.decode()


def test_a_hashtag_is_ranked_by_the_pages_that_use_it_however_often_one_does(alice):
    busy, one, two = (PageFactory(owner=alice) for _page in range(3))
    for number in range(3):
        publish_post(author=alice, page=busy, content=f"{number} #mine")
    for page in (one, two):
        publish_post(author=alice, page=page, content="#ours")
    assert [(tag.name, tag.pages_count) for tag in active_hashtags()] == [("ours", 2), ("mine", 1)]


@pytest.mark.parametrize("is_private", [True, False])
def test_a_hashtag_is_offered_only_if_the_reader_finds_posts_with_it(client, db, is_private):
    assert "/tags/kale/" not in client.get("/search/?q=kale").content.decode()
    page = PageFactory(private=is_private)
    publish_post(author=page.owner, page=page, content="I like #kale")
    assert ('/tags/kale/">#kale' in client.get("/search/?q=kale").content.decode()) is not is_private
