"""Hashtags and mentions: words in a post that lead somewhere."""

import pytest

from innotter.blog import services
from innotter.pages.services import edit_page
from innotter.text.parts import names_of, parts_of
from tests.factories.pages import PageFactory


@pytest.mark.parametrize(
    ("content", "hashtags", "mentions"),
    [
        ("#Garden and #садЫ, #a_b.", ["garden", "сады", "a_b"], []),
        ("@alice, @Bob-1! (@carol)", [], ["alice", "bob-1", "carol"]),
        ("mail bob@example.org, see https://example.org/#top and https://x.org/@me", [], []),
        ("No. #1, ##twice, a#b, &#39;, @, #", [], []),
        ("#again #Again", ["again"], []),
        ("#" + "x" * 31 + " @" + "y" * 31, [], []),
    ],
)
def test_what_counts_as_a_hashtag_or_a_mention(content, hashtags, mentions):
    assert names_of(content, most=100)["hashtag"] == hashtags
    assert names_of(content, most=100)["mention"] == mentions
    assert "".join(part.text for part in parts_of(content)) == content


def test_a_hashtag_has_a_page_of_its_posts(alice, as_person, api, client):
    page = PageFactory(owner=alice)
    as_person(alice).post("/api/posts/", {"page": page.handle, "content": "First #frost"})
    as_person(alice).post("/api/posts/", {"page": page.handle, "content": "Nothing of it"})

    assert [post["content"] for post in api.get("/api/tags/FROST/posts/").json()["results"]] == ["First #frost"]
    html = client.get("/tags/frost/").content.decode()
    assert "First" in html
    assert "Nothing of it" not in html
    assert "No posts with this hashtag" in client.get("/tags/summer/").content.decode()


def test_hashtags_follow_the_text(alice, api):
    page = PageFactory(owner=alice)
    post = services.publish_post(author=alice, page=page, content="#one #two")
    services.edit_post(author=alice, post=post, content="#two #three")
    counts = {tag: len(api.get(f"/api/tags/{tag}/posts/").json()["results"]) for tag in ("one", "two", "three")}
    assert counts == {"one": 0, "two": 1, "three": 1}


def test_a_hashtag_shows_nothing_of_private_pages(alice, api, as_person):
    page = PageFactory(owner=alice)
    services.publish_post(author=alice, page=page, content="#diary")
    edit_page(owner=alice, page=page, is_private=True)
    assert api.get("/api/tags/diary/posts/").json()["results"] == []
    assert len(as_person(alice).get("/api/tags/diary/posts/").json()["results"]) == 1


def test_links_in_a_post_lead_to_pages_hashtags_and_addresses_and_nothing_else_is_markup(alice, client):
    PageFactory(handle="rabbit-hole")
    content = '<b>@Rabbit-Hole</b> @nobody #Tea https://example.org/?a=1&b=<i> "quoted"'
    post = services.publish_post(author=alice, page=PageFactory(owner=alice), content=content)
    html = client.get(f"/posts/{post.pk}/").content.decode()

    assert '<a class="mention" href="/@rabbit-hole/">@Rabbit-Hole</a>' in html
    assert '<a class="hashtag" href="/tags/tea/">#Tea</a>' in html
    assert "@nobody" in html
    assert "/@nobody/" not in html
    assert "<b>" not in html.partition('class="text"')[2].partition("</article>")[0]
    assert "<i>" not in html
    assert 'href="https://example.org/?a=1&amp;b=' in html


def test_of_many_names_the_first_of_each_kind_count():
    text = " ".join(f"@page-{number} #tag{number}" for number in range(50)) + " @page-0"
    found = names_of(text, most=3)
    assert found == {"mention": ["page-0", "page-1", "page-2"], "hashtag": ["tag0", "tag1", "tag2"]}
