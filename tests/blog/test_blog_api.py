"""The blog's API on Django Ninja: the same rules, lists and problem documents as the rest (A-5)."""

import pytest

from innotter.blog.models import Post
from tests.factories.blog import ArticleFactory, CommentFactory, PostFactory
from tests.factories.pages import PageFactory
from tests.pictures import picture


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice, handle="essays")


def test_an_article_is_created_read_changed_and_deleted(page, alice, bob, as_person):
    """A-2, A-4, A-11: `title` and `content`; list, retrieve, create and update posts."""
    author = as_person(alice)
    answer = author.post(
        "/api/blog/posts/", {"page": "essays", "title": "On walking", "content": "# Begin\n\n*Slowly*."}
    )
    assert answer.status_code == 201, answer.content
    article = answer.json()
    assert article["content_html"] == '<h2 id="h-begin">Begin</h2>\n<p><em>Slowly</em>.</p>\n'
    address = f"/api/blog/posts/{article['id']}/"
    assert as_person(bob).get(address).json() == article
    assert [row["title"] for row in as_person(bob).get("/api/blog/posts/?page=essays").json()["results"]] == [
        "On walking"
    ]

    changed = author.put(address, {"title": "On running", "content": "Fast."}).json()
    assert (changed["title"], changed["content"], changed["updated_at"] > article["updated_at"]) == (
        "On running",
        "Fast.",
        True,
    )
    assert author.patch(address, {"title": "On standing"}).json()["content"] == "Fast."
    assert author.patch(address, {"comments_closed": True}).json()["comments_closed"]
    assert author.delete(address).status_code == 204
    assert author.get(address).status_code == 404


def test_an_articles_content_has_no_maximum_and_its_title_two_hundred_characters(page, alice, as_person):
    """A-2: `title` (string, at most 200), `content` (no maximum)."""
    long = {"page": "essays", "title": "t" * 200, "content": "word " * 200_000}
    assert as_person(alice).post("/api/blog/posts/", long).status_code == 201
    answer = as_person(alice).post("/api/blog/posts/", long | {"title": "t" * 201})
    assert answer.status_code == 400
    assert "title" in answer.json()["errors"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"page": "essays", "title": "  ", "content": "x"}, "title"),
        ({"page": "essays", "title": "x", "content": ""}, "content"),
        ({"page": "essays", "title": "x"}, "content"),
        ({"page": "essays", "title": "x\0", "content": "x"}, "title"),
        ({"page": "essays", "title": ["x"], "content": "x"}, "title"),
        ({"page": "no such page!", "title": "x", "content": "x"}, "page"),
    ],
)
def test_what_is_wrong_is_said_field_by_field_and_changes_nothing(page, alice, as_person, body, field):
    answer = as_person(alice).post("/api/blog/posts/", body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"), [("{", "application/json", 400), ("x=1", "application/x-www-form-urlencoded", 415)]
)
def test_what_is_no_json_is_a_problem(alice, as_person, body, kind, status):
    answer = as_person(alice).generic("POST", "/api/blog/posts/", body, content_type=kind)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_body_beyond_the_limit_of_the_server_is_too_large(alice, as_person, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = as_person(alice).post("/api/blog/posts/", {"content": "x" * 2000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_whoever_has_no_token_a_bad_token_or_no_right_is_refused_as_everywhere(page, api, bob, as_person, browser_of):
    """A-14: Django REST framework's authentication and permission classes guard these doors, too."""
    body = {"page": "essays", "title": "x", "content": "x"}
    assert api.post("/api/blog/posts/", body).status_code == 401
    api.credentials(HTTP_AUTHORIZATION="Bearer forged")
    answer = api.get("/api/blog/posts/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert as_person(bob).post("/api/blog/posts/", body).status_code == 403
    browser = browser_of(bob)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/api/blog/posts/", body, content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_a_browsers_session_writes_as_a_token_does(page, alice, browser_of):
    browser = browser_of(alice)
    browser.handler.enforce_csrf_checks = True
    browser.get("/settings/")
    browser.defaults["HTTP_X_CSRFTOKEN"] = browser.cookies["csrftoken"].value
    article = {"page": "essays", "title": "By browser", "content": "Text"}
    written = browser.post("/api/blog/posts/", article, content_type="application/json")
    assert written.status_code == 201, written.content
    address = f"/api/blog/posts/{written.json()['id']}/"
    comment = {"post": written.json()["id"], "text": "And said"}
    assert browser.post("/api/blog/comments/", comment, content_type="application/json").status_code == 201
    assert browser.post(f"{address}images/", {"image": picture()}).status_code == 201
    assert browser.patch(address, {"title": "Better"}, content_type="application/json").status_code == 200
    assert browser.delete(address).status_code == 204


def test_a_repeated_request_with_its_key_makes_one_article(page, alice, as_person):
    author, body = as_person(alice), {"page": "essays", "title": "Once", "content": "And only once"}
    first = author.post("/api/blog/posts/", body, headers={"Idempotency-Key": "k"})
    second = author.post("/api/blog/posts/", body, headers={"Idempotency-Key": "k"})
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    assert (
        author.post("/api/blog/posts/", body | {"title": "Twice"}, headers={"Idempotency-Key": "k"}).status_code == 422
    )
    assert Post.objects.count() == 1


def test_pictures_are_added_and_shown_with_their_thumbnail(page, alice, as_person):
    author = as_person(alice)
    article = ArticleFactory(page=page)
    address = f"/api/blog/posts/{article.pk}/"
    added = author.post(f"{address}images/", {"image": picture(), "alt": "A wall"}, format="multipart")
    assert added.status_code == 201, added.content
    assert author.get(address).json()["images"] == [added.json()]
    assert set(added.json()) == {"id", "image", "thumbnail", "medium", "width", "height", "alt"}
    wrong = author.post(f"{address}images/", {"image": picture(name="x.svg")}, format="multipart")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["image"])


def test_comments_are_listed_written_and_read_as_threads(page, alice, bob, api, as_person):
    """A-4, A-12: list comments, create a comment, on a post or on a comment."""
    article = ArticleFactory(page=page)
    answer = as_person(bob).post("/api/blog/comments/", {"post": article.pk, "text": "First"})
    assert answer.status_code == 201, answer.content
    first = answer.json()
    reply = (
        as_person(alice)
        .post("/api/blog/comments/", {"post": article.pk, "parent": first["id"], "text": "Second"})
        .json()
    )
    assert (reply["parent"], reply["depth"], reply["author"]) == (first["id"], 1, "alice")
    (thread,) = api.get(f"/api/blog/posts/{article.pk}/comments/").json()["results"]
    assert thread["text"] == "First"
    assert [row["text"] for row in thread["replies"]] == ["Second"]
    listed = api.get(f"/api/blog/comments/?post={article.pk}").json()["results"]
    assert [row["text"] for row in listed] == ["Second", "First"]

    guest = api.post("/api/blog/comments/", {"post": article.pk, "text": "Third", "email": "guest@example.org"}).json()
    assert (guest["is_confirmed"], guest["email"]) == (False, None)
    assert len(api.get("/api/blog/comments/").json()["results"]) == 2
    nobody = api.post("/api/blog/comments/", {"post": article.pk, "text": "Fourth"})
    assert (nobody.status_code, list(nobody.json()["errors"])) == (400, ["email"])


def test_lists_are_read_by_cursor_in_a_constant_number_of_queries(page, bob, as_person, django_assert_max_num_queries):
    articles = [ArticleFactory(page=page) for _number in range(25)]
    for _number in range(30):
        CommentFactory(parent=CommentFactory(post=articles[0]))
    reader = as_person(bob)
    for address in ("/api/blog/posts/", "/api/blog/comments/", f"/api/blog/posts/{articles[0].pk}/comments/"):
        with django_assert_max_num_queries(6):
            first = reader.get(address).json()
        assert len(first["results"]) == 20
        second = reader.get(first["next"].replace("http://testserver", "")).json()
        assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}
    assert reader.get("/api/blog/posts/?cursor=nonsense").status_code == 404


def test_notes_are_not_articles(page, bob, as_person):
    note = PostFactory(page=page)
    assert as_person(bob).get(f"/api/blog/posts/{note.pk}/").status_code == 404
    assert as_person(bob).get("/api/blog/posts/").json()["results"] == []


def test_the_one_document_describes_both_halves_of_the_api(api, db):
    """A-11: generated OpenAPI documentation."""
    document = api.get("/api/schema/?format=json").json()
    assert {"/api/blog/posts/", "/api/blog/comments/", "/api/pages/"} <= set(document["paths"])
    assert "429" in document["paths"]["/api/blog/posts/"]["post"]["responses"]


def test_head_is_answered_as_get_and_other_methods_are_refused_as_everywhere(page, api):
    article = ArticleFactory(page=page)
    assert api.head(f"/api/blog/posts/{article.pk}/").status_code == 200
    answer = api.put("/api/blog/posts/", {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}
