"""Reading an article: what is the same for many comes from the cache, what is one's own is made each time."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse

from innotter.accounts.models import User
from innotter.blog.forms import CommentForm, GuestCommentForm, ReplyForm
from innotter.blog.illustrating import illustrated
from innotter.blog.models import Post
from innotter.blog.permissions import can_delete_post, can_edit_post
from innotter.blog.queries import (
    Stamp,
    answers_to,
    articles_for,
    sees_as,
    thread_around,
    top_comments,
    whole_articles_for,
)
from innotter.notifications.templatetags.notifications import unread_notifications
from innotter.pages.models import Page
from innotter.text.numbers import whole_number
from innotter.web.caching import conditional, is_worth_keeping, kept, key_of, revalidated
from innotter.web.fragments import kept_html, rendered, token_here

#: The threads of comments that a page shows.
MOST_THREADS = 20
#: The token in a form of ours. In an article's text, the beginning of a tag would be escaped.
_TOKEN = re.compile(r'(?<=<input type="hidden" name="csrfmiddlewaretoken" value=")\w+')


def article(request: HttpRequest, stamp: Stamp, form: ReplyForm | None = None) -> HttpResponse:
    """An article's page, or word that it is as the browser has it."""
    if _is_each_time_anew(request, stamp):
        return revalidated(_page)(request, stamp, form)
    # A number may be written with zeros before it: of these addresses, there are many.
    is_ours = is_worth_keeping(request) and request.path == reverse("blog:post", args=[stamp.post_id])
    make = _page_of_strangers if is_ours and not isinstance(request.user, User) else _page
    return conditional(request, _key_of_page(request, stamp), lambda: make(request, stamp, form))


def _is_each_time_anew(request: HttpRequest, stamp: Stamp) -> bool:
    """Replies of other pages stand on it, or it brings news that is told once."""
    shows_replies = stamp.has_replies or "replies" in request.GET
    return request.method == "POST" or shows_replies or len(messages.get_messages(request)) > 0


def _key_of_page(request: HttpRequest, stamp: Stamp) -> str:
    """The article, and all that the frame around it shows."""
    get_token(request)
    viewer = request.user
    unread = unread_notifications(viewer)
    account = (str(viewer), viewer.username, viewer.avatar.name) if isinstance(viewer, User) else ()
    frame = (request.META["CSRF_COOKIE"], request.session.session_key, unread, request.GET.get("from", ""))
    return key_of("page", stamp, sees_as(viewer), account, frame)


def _page_of_strangers(request: HttpRequest, stamp: Stamp, form: ReplyForm | None) -> HttpResponse:
    """The whole page: those without an account see the same, but for the token in its forms."""
    # Under other keys of the site, before they were rotated or on another machine, another word stands for the token.
    key = key_of("whole page", stamp, request.get_full_path(), token_here())
    html = kept(key, lambda: _TOKEN.sub(token_here(), _page(request, stamp, form).content.decode()))
    return HttpResponse(html.replace(token_here(), get_token(request)))


def _page(request: HttpRequest, stamp: Stamp, form: ReplyForm | None) -> HttpResponse:
    viewer = request.user
    post = get_object_or_404(articles_for(viewer), pk=stamp.post_id)
    images = list(post.images.all())
    shows_replies = stamp.has_replies or "replies" in request.GET or form is not None
    form = form or (ReplyForm(owner=viewer) if isinstance(viewer, User) else ReplyForm(owner=None))
    context = {
        "post": post,
        "cover": images[0] if images else None,
        "has_failed_pictures": any(image.failed_at for image in images),
        "text": kept_html(key_of("text", stamp), lambda: _text(request, stamp)),
        "comments": _comments(request, stamp, post),
        "is_later": "from" in request.GET,
        "comment_form": CommentForm() if isinstance(viewer, User) else GuestCommentForm(),
        "can_edit": can_edit_post(viewer, post),
        "can_delete": can_delete_post(viewer, post),
        "thread": thread_around(post, viewer) if shows_replies else None,
        "form": form,
        "has_page": isinstance(viewer, User) and shows_replies and Page.objects.filter(owner=viewer).open().exists(),
    }
    return render(request, "blog/article.html", context, status=422 if form.is_bound and form.errors else 200)


def _text(request: HttpRequest, stamp: Stamp) -> str:
    post = get_object_or_404(whole_articles_for(request.user), pk=stamp.post_id)
    html = illustrated(post.article.html, post.images.all())
    return render_to_string("blog/_article.html", {"post": post, "html": html})


def _comments(request: HttpRequest, stamp: Stamp, post: Post) -> str:
    """The part of the comments that begins where the address says; nonsense is the beginning."""
    start = whole_number(request.GET.get("from", "")) or 0
    if start:  # Any number leads somewhere: what is kept of them would fill the cache.
        return rendered(_read_comments(request, post, start))
    key = key_of("comments", stamp, sees_as(request.user))
    return kept_html(key, lambda: _read_comments(request, post, start))


def _read_comments(request: HttpRequest, post: Post, start: int) -> str:
    viewer = request.user
    tops = list(top_comments(post, viewer).filter(pk__gte=start).order_by("pk")[: MOST_THREADS + 1])
    later = tops[MOST_THREADS].pk if len(tops) > MOST_THREADS else None
    answers = answers_to(tops[:MOST_THREADS], viewer, post=post, on_page=True)
    context: dict[str, Any] = {
        "threads": [(top, answers.by_top[top.pk]) for top in tops[:MOST_THREADS]],
        "is_cut": answers.is_cut,
        "later": later,
        "closed": post.comments_closed,
        "viewer": viewer,
        "may_manage": can_delete_post(viewer, post),
    }
    return render_to_string("blog/_comments.html", context)
