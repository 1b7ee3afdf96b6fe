"""Posts and their threads, hashtags, and what one likes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.blog import services
from innotter.blog.forms import ComposerForm, PostForm, RemovalForm, ReplyForm
from innotter.blog.models import Like, Post, PostImage
from innotter.blog.permissions import can_delete_post, can_edit_post
from innotter.blog.queries import Card, Stamp, cards_of, stamp_of, thread_around
from innotter.blog.views import reading
from innotter.blog.views.page import cards_here
from innotter.media.serving import stored_picture
from innotter.text.tags import tag_name
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent
from innotter.web.htmx import fragment_or_redirect, is_htmx
from innotter.web.lists import newest_first
from innotter.web.page_views import note_look


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


@revalidated
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
        "has_page": form is not None and form.has_page,
    }
    return form_page(request, "blog/post.html", form or ReplyForm(owner=None), **context)


@revalidated
@require_safe
def hashtag(request: HttpRequest, name: str) -> HttpResponse:
    posts = Post.objects.tagged(name).readable_by(request.user)
    context = {"name": tag_name(name), "slice": cards_here(request, posts)}
    return render(request, "blog/_slice.html" if is_htmx(request) else "blog/hashtag.html", context)


@revalidated
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
        messages.success(request, _("The post is deleted."))
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
