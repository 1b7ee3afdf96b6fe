"""Articles: reading them from the cache, and writing them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status

from innotter.accounts.authentication import signed_in
from innotter.api.idempotency import once
from innotter.api.ninja import dumped, listed
from innotter.api.pagination import NewestFirst, OldestFirst
from innotter.blog import services
from innotter.blog.api import schemas
from innotter.blog.api.schemas import shown_article, shown_picture, shown_summary, shown_thread
from innotter.blog.models import Comment, Post
from innotter.blog.queries import (
    STATE,
    Stamp,
    answers_to,
    articles_for,
    sees_as,
    stamp_of,
    top_comments,
    whole_articles_for,
)
from innotter.pages.models import Page
from innotter.web.caching import conditional, is_worth_keeping, kept, key_of

router = Router(tags=["blog"])

#: For the document: every list takes them.
CURSOR = {
    "parameters": [
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {"name": "page_size", "in": "query", "schema": {"type": "integer"}},
    ]
}
KEY = {"parameters": [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}]}


def _article(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(whole_articles_for(request.user), pk=pk)


def _stamp(request: HttpRequest, pk: int) -> Stamp:
    stamp = stamp_of(request.user, pk)
    if stamp is None or stamp.kind != Post.Kind.ARTICLE:
        raise Http404
    return stamp


def from_cache(request: HttpRequest, states: object, make: Any) -> HttpResponse:
    """The answer to this address for whoever sees the same, as long as these states last."""
    # By what was asked for, not by how that was written: the states name the article.
    address = request.resolver_match.view_name if request.resolver_match else ""
    key = key_of(address, sorted(request.GET.lists()), sees_as(request.user), states)

    def answer() -> HttpResponse:
        # Neither cursors nor names in other letters: anybody can make up as many as they like.
        is_ours = is_worth_keeping(request, "page", "post") and all(
            values == [values[0].lower().lstrip("0")] for _name, values in request.GET.lists()
        )
        body = kept(key, lambda: dumped(make())) if is_ours else dumped(make())
        return HttpResponse(body, content_type="application/json")

    return conditional(request, key, answer)


@router.get("/posts/", response=schemas.Articles, url_name="blog-posts", openapi_extra=CURSOR)
def list_articles(request: HttpRequest, page: schemas.Handle | None = None) -> HttpResponse:
    """The articles that one may read, newest first; with `page`, those of a page."""
    articles = Post.objects.articles().readable_by(request.user)
    if page is not None:
        articles = articles.filter(page=get_object_or_404(Page.objects.readable_by(request.user), handle=page.lower()))
    states = listed(request, articles.values(*STATE), list, by=NewestFirst)

    def make() -> dict[str, Any]:
        rows = articles_for(request.user).in_bulk([state["id"] for state in states["results"]])
        found = [rows[state["id"]] for state in states["results"] if state["id"] in rows]
        return states | {"results": [shown_summary(post) for post in found]}

    return from_cache(request, states, make)


@router.post("/posts/", response={201: schemas.Article}, url_name="blog-posts", openapi_extra=KEY)
def create_article(request: HttpRequest, body: schemas.NewArticle) -> HttpResponse:
    """Publish an article on one's own page."""
    author = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        page = get_object_or_404(Page.objects.findable_by(author), handle=body.page.lower())
        post = services.publish_article(author=author, page=page, title=body.title, content=body.content)
        return 201, shown_article(_article(request, post.pk))

    answer = once(request, body.model_dump(), act)
    response = HttpResponse(dumped(answer.body), status=answer.status, content_type="application/json")
    if answer.is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@router.get("/posts/{pk}/", response=schemas.Article, url_name="blog-post")
def retrieve_article(request: HttpRequest, pk: schemas.Id) -> HttpResponse:
    """An article, with its text as Markdown and as HTML that is safe to show."""
    return from_cache(request, _stamp(request, pk), lambda: shown_article(_article(request, pk)))


@router.put("/posts/{pk}/", response=schemas.Article, url_name="blog-post")
def replace_article(request: HttpRequest, pk: schemas.Id, body: schemas.ArticleText) -> dict[str, Any]:
    """Give one's article another title and text."""
    post = _article(request, pk)
    services.edit_article(author=signed_in(request), post=post, title=body.title, content=body.content)
    return shown_article(_article(request, pk))


@router.patch("/posts/{pk}/", response=schemas.Article, url_name="blog-post")
def change_article(request: HttpRequest, pk: schemas.Id, body: schemas.ArticleChange) -> dict[str, Any]:
    """Change one's article in part, or close its comments."""
    author, post = signed_in(request), _article(request, pk)
    if body.title is not None or body.content is not None:
        services.edit_article(author=author, post=post, title=body.title, content=body.content)
    if body.comments_closed is not None:
        change = services.close_comments if body.comments_closed else services.open_comments
        change(owner=author, post=post)
    return shown_article(_article(request, pk))


@router.delete("/posts/{pk}/", response={204: None}, url_name="blog-post")
def delete_article(request: HttpRequest, pk: schemas.Id, reason: schemas.Text = "") -> Status[None]:
    """Remove an article: one's own, or as a moderator any, for a reason."""
    services.delete_post(person=signed_in(request), post=_article(request, pk), reason=reason)
    return Status(204, None)


@router.post("/posts/{pk}/images/", response={201: schemas.Picture}, url_name="blog-images")
def add_image(
    request: HttpRequest,
    pk: schemas.Id,
    image: File[UploadedFile],
    alt: schemas.Text = Form(""),  # type: ignore[type-arg]  # noqa: B008 - Ninja's way to say so
) -> Status[dict[str, Any]]:
    """Add a picture to one's article; `![…](/media/posts/<id>/full.webp)` shows it in the text."""
    author, post = signed_in(request), _article(request, pk)
    added = services.add_picture(author=author, post=post, upload=services.Upload(image, alt))
    return Status(201, shown_picture(added))


@router.get("/posts/{pk}/comments/", response=schemas.Threads, url_name="blog-post-comments", openapi_extra=CURSOR)
def list_threads(request: HttpRequest, pk: schemas.Id) -> HttpResponse:
    """The comments on an article, oldest first, each with the whole thread beneath it."""
    viewer, stamp = request.user, _stamp(request, pk)

    def make() -> dict[str, Any]:
        post = get_object_or_404(Post.objects.select_related("page__owner"), pk=stamp.post_id)

        def threads(tops: Any) -> list[Any]:
            answers = answers_to(tops, viewer, post=post).by_top
            return [shown_thread(top, answers[top.pk], viewer) for top in tops]

        tops: QuerySet[Comment] = top_comments(post, viewer)
        return listed(request, tops, threads, by=OldestFirst)

    return from_cache(request, stamp, make)
