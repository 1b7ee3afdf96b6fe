"""A page's front, its posts and their threads, hashtags, and what one likes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.blog import services
from innotter.blog.forms import ComposerForm, PostForm, RemovalForm, ReplyForm
from innotter.blog.models import Like, Post, PostImage
from innotter.blog.permissions import can_delete_post, can_edit_post
from innotter.blog.queries import Card, Stamp, cards_of, stamp_of, thread_around, with_articles_count
from innotter.blog.views import reading
from innotter.media.serving import stored_picture
from innotter.pages.models import Follow, Page
from innotter.pages.permissions import can_block_page, can_edit_page, can_post_to
from innotter.pages.queries import followers_of
from innotter.text.tags import tag_name
from innotter.web.forms import form_page, refusals_on, sent
from innotter.web.htmx import fragment_or_redirect, is_htmx
from innotter.web.lists import Slice, newest_first
from innotter.web.page_views import note_look


@never_cache
@require_safe
def page(request: HttpRequest, handle: str) -> HttpResponse:
    viewer = request.user
    pages = Page.objects.findable_by(viewer).as_seen_by(viewer).select_related("owner").prefetch_related("tags")
    shown = get_object_or_404(with_articles_count(pages), handle=handle.lower())
    if shown.is_readable and not is_htmx(request):
        note_look(request, f"page/{shown.pk}", subject=shown.pk, owner=shown.owner_id)
    posts = Post.objects.filter(page=shown) if shown.is_readable else Post.objects.none()
    context = {
        "page": shown,
        "slice": _cards(request, posts),
        "followers": followers_of(shown) if shown.is_readable else None,
        "can_edit": can_edit_page(viewer, shown),
        "can_block": can_block_page(viewer, shown),
        "waiting": Follow.objects.pending().filter(page=shown).count() if can_edit_page(viewer, shown) else 0,
        "form": ComposerForm(owner=shown.owner, initial={"page": shown}) if can_post_to(viewer, shown) else None,
    }
    return render(request, "blog/_slice.html" if is_htmx(request) else "blog/page.html", context)


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    author = signed_in(request)
    form = ComposerForm(request.POST, request.FILES, owner=author)
    if form.is_valid():
        with refusals_on(form):
            services.publish_post(author=author, **_stored(author, form.wishes()))
            messages.success(request, _("Your post is published."))
            return redirect((request.POST.get("back") == "feed" and "feed:home") or form.cleaned_data["page"])
    return form_page(request, "blog/compose.html", form)


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """A post in its thread, with the form of a reply; or an article."""
    stamp = _stamp(request, pk)
    note_look(request, f"post/{stamp.post_id}", subject=stamp.page_id, owner=stamp.owner_id)
    return reading.article(request, stamp) if stamp.kind == Post.Kind.ARTICLE else _note(request, pk)


@never_cache
def _note(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReplyForm(owner=request.user) if isinstance(request.user, User) else None
    return _thread(request, _post(request, pk), form)


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Reply as one of one's own pages; the GET is where people land who had to sign in first."""
    author, shown = signed_in(request), _post(request, pk)
    if request.method == "GET":
        return redirect(f"{shown.get_absolute_url()}?replies=1#replies" if shown.is_article else shown)
    form = ReplyForm(request.POST, request.FILES, owner=author)
    if form.is_valid():
        with refusals_on(form):
            answer = services.publish_post(author=author, reply_to=shown, **_stored(author, form.wishes()))
            messages.success(request, _("Your reply is published."))
            return redirect(f"{shown.get_absolute_url()}#post-{answer.pk}")
    return reading.article(request, _stamp(request, pk), form) if shown.is_article else _thread(request, shown, form)


def _stamp(request: HttpRequest, pk: int) -> Stamp:
    if (stamp := stamp_of(request.user, int(pk))) is None:
        raise Http404
    return stamp


def _stored(author: User, wishes: dict[str, Any]) -> dict[str, Any]:
    """What a form asks for, its pictures kept already."""
    uploads = wishes.pop("uploads", ())
    return wishes | {"images": services.store_pictures(author=author, page=wishes["page"], uploads=uploads)}


def _thread(request: HttpRequest, shown: Post, form: ReplyForm | None) -> HttpResponse:
    context = {
        "post": shown,
        "card": _card(request, shown.pk),
        "thread": thread_around(shown, request.user),
        "can_edit": can_edit_post(request.user, shown),
        "can_delete": can_delete_post(request.user, shown),
        "has_page": form is not None and form.has_page,
    }
    return form_page(request, "blog/post.html", form or ReplyForm(owner=None), **context)


@never_cache
@require_safe
def hashtag(request: HttpRequest, name: str) -> HttpResponse:
    posts = Post.objects.tagged(name).readable_by(request.user)
    context = {"name": tag_name(name), "slice": _cards(request, posts)}
    return render(request, "blog/_slice.html" if is_htmx(request) else "blog/hashtag.html", context)


@never_cache
@require_safe
def liked(request: HttpRequest) -> HttpResponse:
    """The posts one likes, newest like first."""
    reader = signed_in(request)
    readable = Post.objects.readable_by(reader)
    likes = newest_first(request, Like.objects.filter(user=reader, post__in=readable))
    context = {"slice": likes.read_as(lambda shown: cards_of([like.post_id for like in shown], reader))}
    return render(request, "blog/_slice.html" if is_htmx(request) else "blog/liked.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    author, shown = signed_in(request), _post(request, pk)
    if not can_edit_post(author, shown) or shown.is_article:
        raise Http404
    form = PostForm(sent(request), initial={"content": shown.content})
    if form.is_valid():
        with refusals_on(form):
            services.edit_post(author=author, post=shown, **form.cleaned_data)
            messages.success(request, _("Your changes are saved."))
            return redirect(shown)
    return form_page(request, "blog/post_edit.html", form, post=shown)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first: the GET is the question."""
    person, shown = signed_in(request), _post(request, pk)
    if not can_delete_post(person, shown):
        raise Http404
    form = forms.Form(sent(request)) if can_edit_post(person, shown) else RemovalForm(sent(request))
    if form.is_valid():
        services.delete_post(person=person, post=shown, **form.cleaned_data)
        messages.success(request, _("The post is gone."))
        return redirect(shown.page)
    return form_page(request, "blog/post_delete.html", form, post=shown, card=_card(request, pk))


@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    services.like_post(person=signed_in(request), post=_post(request, pk))
    return _like_button(request, pk)


@require_POST
def unlike(request: HttpRequest, pk: int) -> HttpResponse:
    services.unlike_post(person=signed_in(request), post=_post(request, pk))
    return _like_button(request, pk)


@require_safe
def image(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """A picture in a post that one may read."""
    shown = get_object_or_404(PostImage.objects.readable_by(request.user), pk=pk)
    sizes = {"small": shown.small, "medium": shown.medium}
    return stored_picture(request, str(sizes.get(size) or shown.image))


def _like_button(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _card(request, pk)
    return fragment_or_redirect(request, "blog/_like_button.html", {"post": shown}, to=shown.get_absolute_url())


def _post(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(Post.objects.readable_by(request.user).select_related("page__owner"), pk=pk)


def _card(request: HttpRequest, pk: int) -> Card:
    if not (cards := cards_of([int(pk)], request.user)):
        raise Http404
    return cards[0]


def _cards(request: HttpRequest, posts: QuerySet[Post]) -> Slice[Card]:
    """A part of a list of posts, of which only the ids are read before one query reads all cards."""
    found = newest_first(request, posts.only("pk"))
    return found.read_as(lambda shown: cards_of([post.pk for post in shown], request.user))
