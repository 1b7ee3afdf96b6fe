"""A page's front, and its posts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.blog import services
from innotter.blog.forms import ComposerForm, PostForm
from innotter.blog.models import Post
from innotter.blog.permissions import can_delete_post, can_edit_post
from innotter.pages.models import Follow, Page
from innotter.pages.permissions import can_edit_page, can_post_to
from innotter.web.forms import form_page, refusals_on
from innotter.web.htmx import fragment_or_redirect, is_htmx
from innotter.web.lists import newest_first


@never_cache
@require_safe
def page(request: HttpRequest, handle: str) -> HttpResponse:
    viewer = request.user
    pages = Page.objects.findable_by(viewer).seen_by(viewer).select_related("owner").prefetch_related("tags")
    shown = get_object_or_404(pages, handle=handle.lower())
    posts = Post.objects.filter(page=shown) if shown.is_readable else Post.objects.none()
    context = {
        "page": shown,
        "slice": newest_first(request, posts.seen_by(viewer)),
        "followers": Follow.objects.accepted().filter(page=shown).count() if shown.is_readable else None,
        "can_edit": can_edit_page(viewer, shown),
        "waiting": Follow.objects.pending().filter(page=shown).count() if can_edit_page(viewer, shown) else 0,
        "form": ComposerForm(owner=shown.owner, initial={"page": shown}) if can_post_to(viewer, shown) else None,
    }
    return render(request, "blog/_slice.html" if is_htmx(request) else "blog/page.html", context)


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    author = signed_in(request)
    form = ComposerForm(request.POST, owner=author)
    if form.is_valid():
        with refusals_on(form):
            services.publish_post(author=author, **form.cleaned_data)
            messages.success(request, _("Your post is published."))
            return redirect((request.POST.get("back") == "feed" and "feed:home") or form.cleaned_data["page"])
    return form_page(request, "blog/compose.html", form)


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _post(request, pk)
    context = {
        "post": shown,
        "can_edit": can_edit_post(request.user, shown),
        "can_delete": can_delete_post(request.user, shown),
    }
    return render(request, "blog/post.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    author, shown = signed_in(request), _post(request, pk)
    if not can_edit_post(author, shown):
        raise Http404
    form = PostForm(request.POST or None, initial={"content": shown.content})
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
    if request.method == "POST":
        services.delete_post(person=person, post=shown)
        messages.success(request, _("The post is gone."))
        return redirect(shown.page)
    return render(request, "blog/post_delete.html", {"post": shown})


@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    services.like_post(person=signed_in(request), post=_post(request, pk))
    return _like_button(request, pk)


@require_POST
def unlike(request: HttpRequest, pk: int) -> HttpResponse:
    services.unlike_post(person=signed_in(request), post=_post(request, pk))
    return _like_button(request, pk)


def _like_button(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _post(request, pk)
    return fragment_or_redirect(request, "blog/_like_button.html", {"post": shown}, to=shown.get_absolute_url())


def _post(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(Post.objects.readable_by(request.user).seen_by(request.user), pk=pk)
