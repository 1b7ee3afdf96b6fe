"""Comments: reading the newest, writing as a person or as a guest, and taking them away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.responses import Status
from rest_framework.permissions import AllowAny

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.api.ninja import Guard, listed
from innotter.api.pagination import NewestFirst
from innotter.blog import services
from innotter.blog.api import schemas
from innotter.blog.api.articles import CURSOR, from_cache
from innotter.blog.api.schemas import shown_comment
from innotter.blog.models import Comment, Post
from innotter.blog.queries import sees_as

router = Router(tags=["blog"])

#: What the look of a comment in a list depends on.
STATE = ("id", "post__revision", "post__page__revision")


def _comment(request: HttpRequest, pk: int) -> Comment:
    return get_object_or_404(Comment.objects.readable_by(request.user).for_reading(), pk=pk)


@router.get("/comments/", response=schemas.Comments, url_name="blog-comments", openapi_extra=CURSOR)
def list_comments(request: HttpRequest, post: schemas.Id | None = None) -> HttpResponse:
    """The comments that one may read, newest first; with `post`, those on an article."""
    viewer = request.user
    readable = Comment.objects.readable_by(viewer)
    if post is not None:
        readable = readable.filter(post=get_object_or_404(Post.objects.articles().readable_by(viewer), pk=post))
    states = listed(request, readable.values(*STATE), list, by=NewestFirst)

    def make() -> dict[str, Any]:
        rows = readable.for_reading().in_bulk([state["id"] for state in states["results"]])
        found = [rows[state["id"]] for state in states["results"] if state["id"] in rows]
        return states | {"results": [shown_comment(comment, viewer) for comment in found]}

    return from_cache(request, (states, sees_as(viewer)), make)


@router.post("/comments/", response={201: schemas.CommentOut}, url_name="blog-comments", auth=Guard(AllowAny))
def create_comment(request: HttpRequest, body: schemas.NewComment) -> Status[dict[str, Any]]:
    """Comment on an article. With an account the comment is there at once; a guest's, after a click in an e-mail."""
    viewer = request.user
    post = get_object_or_404(Post.objects.articles().readable_by(viewer).select_related("page"), pk=body.post)
    parent = get_object_or_404(Comment.objects.readable_by(viewer), pk=body.parent) if body.parent else None
    if isinstance(viewer, User):
        comment = services.write_comment(author=signed_in(request), post=post, parent=parent, text=body.text)
    else:
        comment = services.write_guest_comment(
            post=post, parent=parent, text=body.text, email=body.email, name=body.name
        )
    return Status(201, shown_comment(comment, viewer))


@router.get("/comments/{pk}/", response=schemas.CommentOut, url_name="blog-comment")
def retrieve_comment(request: HttpRequest, pk: schemas.Id) -> dict[str, Any]:
    """One comment."""
    return shown_comment(_comment(request, pk), request.user)


@router.patch("/comments/{pk}/", response=schemas.CommentOut, url_name="blog-comment")
def change_comment(request: HttpRequest, pk: schemas.Id, body: schemas.CommentChange) -> dict[str, Any]:
    """Hide a comment on one's article from readers, or show it again."""
    person, comment = signed_in(request), _comment(request, pk)
    change = services.hide_comment if body.is_hidden else services.show_comment
    change(person=person, comment=comment)
    return shown_comment(_comment(request, pk), person)


@router.delete("/comments/{pk}/", response={204: None}, url_name="blog-comment")
def delete_comment(request: HttpRequest, pk: schemas.Id, reason: schemas.Text = "") -> Status[None]:
    """Take a comment's words away: one's own, one on one's article, or as a moderator any, for a reason."""
    services.delete_comment(person=signed_in(request), comment=_comment(request, pk), reason=reason)
    return Status(204, None)
