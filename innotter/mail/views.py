"""The local mailbox, for everyone who reaches this installation. It is there only while no mail server is set."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from innotter.mail.models import MailboxMessage

#: How many e-mails the mailbox shows: the newest.
SHOWN = 100


def _only_without_mail_server(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.EMAIL_URL:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(require_safe(guarded))


def _messages(request: HttpRequest) -> QuerySet[MailboxMessage]:
    messages = MailboxMessage.objects.order_by("-pk")
    if to := request.GET.get("to", "").replace("\0", ""):
        messages = messages.filter(to__iexact=to)
    return messages[:SHOWN]


@_only_without_mail_server
def mailbox(request: HttpRequest) -> HttpResponse:
    context = {"mails": _messages(request), "to": request.GET.get("to", "")}
    return render(request, "mail/mailbox.html", context)


@_only_without_mail_server
def messages_json(request: HttpRequest) -> HttpResponse:
    fields = ("id", "to", "subject", "text", "html", "sent_at")
    return JsonResponse([{field: getattr(mail, field) for field in fields} for mail in _messages(request)], safe=False)


@_only_without_mail_server
def message(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "mail/message.html", {"mail": get_object_or_404(MailboxMessage, pk=pk)})


@_only_without_mail_server
@xframe_options_sameorigin
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part by itself, as a frame shows it: it may load nothing and run nothing."""
    response = HttpResponse(get_object_or_404(MailboxMessage, pk=pk).html)
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response
