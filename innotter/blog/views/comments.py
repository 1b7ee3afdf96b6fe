"""Commenting on articles, with an account or without; and what its owner does with comments."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.blog import services
from innotter.blog.confirming import comment_of_token, email_of_token
from innotter.blog.forms import CommentForm, GuestCommentForm, ManageCommentForm
from innotter.blog.models import Comment, Post
from innotter.blog.permissions import can_comment, can_delete_comment, can_hide_comment, can_see_email
from innotter.text.numbers import whole_number
from innotter.web.caching import revalidated
from innotter.web.forms import form_page, refusals_on, sent


def comment_form(request: HttpRequest) -> CommentForm | GuestCommentForm:
    """The form for whoever asks: guests say who they are."""
    kind = CommentForm if isinstance(request.user, User) else GuestCommentForm
    return kind(sent(request))


@revalidated
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on an article; with `parent`, answer a comment on it."""
    article = get_object_or_404(Post.objects.articles().readable_by(request.user).select_related("page"), pk=pk)
    parent = _parent(request, article)
    form = comment_form(request)
    if form.is_valid():
        with refusals_on(form):
            return _written(request, article, parent, form)
    return form_page(request, "blog/comment_form.html", form, post=article, parent=parent)


def _written(
    request: HttpRequest, article: Post, parent: Comment | None, form: CommentForm | GuestCommentForm
) -> HttpResponse:
    if not isinstance(form, GuestCommentForm):
        text = form.cleaned_data["text"]
        comment = services.write_comment(author=signed_in(request), post=article, parent=parent, text=text)
        messages.success(request, _("Your comment is published."))
        return redirect(comment)
    if form.is_of_a_machine:
        return redirect(article)
    services.write_guest_comment(post=article, parent=parent, **form.wishes())
    messages.success(
        request, _("Almost there: follow the link in the e-mail that we have sent you, and your comment appears.")
    )
    return redirect(article)


def _parent(request: HttpRequest, article: Post) -> Comment | None:
    key = request.POST.get("parent") or request.GET.get("parent") or ""
    if not key:
        return None
    known = Comment.objects.readable_by(request.user).for_reading().filter(post=article)
    return get_object_or_404(known, pk=whole_number(key) or 0)


@revalidated
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment in its place: in the part of the article's page that begins with its thread."""
    comment = get_object_or_404(Comment.objects.readable_by(request.user), pk=pk)
    address = Post(pk=comment.post_id).get_absolute_url()
    return redirect(f"{address}?from={comment.root_id or comment.pk}#comment-{comment.pk}")


@revalidated
@require_http_methods(["GET", "POST"])
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a comment, show it again, or delete it; here its page's owner sees where a guest can be reached."""
    person = signed_in(request)
    comment = get_object_or_404(Comment.objects.readable_by(person).for_reading(), pk=pk)
    if not can_delete_comment(person, comment):
        raise Http404
    may_hide = can_hide_comment(person, comment)
    form = ManageCommentForm(sent(request), may_hide=may_hide, is_hidden=comment.is_hidden)
    if form.is_valid():
        with refusals_on(form):
            form.carry_out(person, comment)
            return redirect(comment.post if form.cleaned_data["action"] == "delete" else comment)
    email = comment.email if can_see_email(person, comment) else ""
    return form_page(request, "blog/comment_manage.html", form, comment=comment, email=email, may_hide=may_hide)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the comments on one's article, or with `open` open them again."""
    owner = signed_in(request)
    article = get_object_or_404(Post.objects.articles().readable_by(owner).select_related("page__owner"), pk=pk)
    change = services.open_comments if "open" in request.POST else services.close_comments
    change(owner=owner, post=article)
    return redirect(f"{article.get_absolute_url()}#comments")


@revalidated
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Where the e-mail to a guest leads. The GET asks, because mail programs look at links on their own."""
    comment = comment_of_token(token)
    if comment is None or not can_comment(AnonymousUser(), comment.post):
        raise Http404
    if request.method == "POST":
        services.confirm_comment(comment=comment)
        messages.success(request, _("Your comment is published."))
        return redirect(comment)
    return render(request, "blog/comment_confirm.html", {"comment": comment})


@csrf_exempt  # Mail programs post here of their own accord (RFC 8058); the signed token says who asks.
@revalidated
@require_http_methods(["GET", "POST"])
def silence(request: HttpRequest, token: str) -> HttpResponse:
    """No more e-mails to a guest: the GET asks, the POST does it."""
    email = email_of_token(token)
    if email is None:
        raise Http404
    if request.method == "POST":
        services.stop_mail_to_guest(email=email)
    context = {"kind": _("Replies to your comments"), "is_done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
