"""Writing articles: drafts, their preview, and publishing."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.blog import services
from innotter.blog.forms import DraftForm, PictureForm
from innotter.blog.illustrating import shown_in_text
from innotter.blog.models import Draft, Post, PostImage
from innotter.errors import ProductError
from innotter.markdown import render as rendered
from innotter.pages.models import Page
from innotter.rate_limits import count_use
from innotter.web.caching import revalidated
from innotter.web.confirmation import ask
from innotter.web.forms import UNPROCESSABLE, form_page, refusals_on
from innotter.web.lists import newest_first


def _draft(author: User, pk: int) -> Draft:
    """One's own draft; those of others are not there."""
    mine = Draft.objects.filter(page__owner=author).select_related("page__owner", "post__page", "post__article")
    return get_object_or_404(mine, pk=pk)


@revalidated
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    author = signed_in(request)
    mine = Draft.objects.filter(page__owner=author).select_related("page", "post").defer("content")
    pages = Page.objects.filter(owner=author).open().order_by("-last_post_id", "-pk")
    return render(request, "blog/drafts.html", {"slice": newest_first(request, mine), "pages": pages})


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new sheet on one of one's pages."""
    author = signed_in(request)
    page = get_object_or_404(Page, owner=author, handle=request.POST.get("page", "").lower())
    return redirect("blog:write", pk=services.begin_draft(author=author, page=page).pk)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up an article again: readers see it as it is until the change is published."""
    author = signed_in(request)
    post = get_object_or_404(Post.objects.filter(kind=Post.Kind.ARTICLE, page__owner=author), pk=pk)
    return redirect("blog:write", pk=services.draft_of(author=author, post=post).pk)


@revalidated
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. Its buttons keep the draft, or publish it; both keep what was typed."""
    author = signed_in(request)
    draft = _draft(author, pk)
    form = DraftForm(request.POST or None, instance=draft)
    saved = None
    if form.is_valid():
        with refusals_on(form):
            try:
                services.keep_draft(author=author, draft=draft, **form.cleaned_data)
            except services.DraftHasChanged as refusal:
                # Whoever sends the form again has seen what the other window has saved.
                saved = refusal.draft
                raise
            if "publish" not in request.POST:
                messages.success(request, _("Your draft is saved."))
                return redirect("blog:write", pk=pk)
            post = services.publish_draft(author=author, draft=draft)
            messages.success(request, _("Your article is published."))
            return redirect(post)
    of_draft = Q(draft=draft) | Q(post=draft.post) if draft.post else Q(draft=draft)
    failed = PostImage.objects.filter(of_draft, failed_at__isnull=False)
    return form_page(request, "blog/write.html", form, draft=draft, saved=saved, failed=failed)


@require_POST
def keep(request: HttpRequest, pk: int) -> JsonResponse:
    """Asked by the editor by itself, a moment after the last key."""
    author = signed_in(request)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    try:
        draft = services.keep_draft(author=author, draft=_draft(author, pk), **form.cleaned_data)
    except services.DraftHasChanged as refusal:
        saved = {"title": refusal.draft.title, "content": refusal.draft.content, "seen": _as_seen(refusal.draft)}
        return JsonResponse(saved, status=refusal.status)
    return JsonResponse({"seen": _as_seen(draft)})


def _as_seen(draft: Draft) -> str:
    """When it was saved, to the last digit: with it the next state is sent."""
    return draft.updated_at.isoformat()


@require_POST
def add_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked by the editor when a picture is chosen, dropped or pasted: answers with what shows it in the text.

    Without JavaScript a form asks, and the picture is put at the end of the text.
    """
    author = signed_in(request)
    draft = _draft(author, pk)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            upload = services.Upload(form.cleaned_data["image"], form.cleaned_data["alt"])
            image = services.add_picture_to_draft(author=author, draft=draft, upload=upload)
            if "by" not in request.POST:
                return JsonResponse({"markdown": shown_in_text(image)})
            services.write_on(author=author, draft=draft, content=shown_in_text(image))
            return redirect("blog:write", pk=pk)
    if "by" in request.POST:
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
        return redirect("blog:write", pk=pk)
    refusal: ProductError | None = getattr(form, "refusal", None)
    status = refusal.status if refusal else UNPROCESSABLE
    return JsonResponse({"errors": form.errors}, status=status)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """How a text will be read."""
    count_use("preview", signed_in(request).pk)
    content = request.POST.get("content", "")
    services.check_length(content=content)
    return render(request, "blog/_article_text.html", {"html": rendered(content).html})


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    author = signed_in(request)
    draft = _draft(author, pk)
    return ask(
        request,
        lambda: services.discard_draft(author=author, draft=draft),
        question=_("Delete this draft?"),
        about=draft.title or draft.content[:80],
        deed=_("Delete"),
        said=_("The draft is deleted."),
        back=reverse("blog:write", args=[pk]),
        to="blog:drafts",
    )
