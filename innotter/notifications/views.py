"""The list of one's notifications, and what one wants to be told of."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.notifications import services
from innotter.notifications.forms import CHANNELS, PreferencesForm
from innotter.notifications.models import Notification
from innotter.notifications.tellers import told
from innotter.notifications.unsubscribing import read_unsubscribe_token
from innotter.text.numbers import whole_number
from innotter.web.caching import revalidated
from innotter.web.forms import sent
from innotter.web.htmx import is_htmx
from innotter.web.lists import newest_first


@revalidated
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    mine = Notification.objects.of(reader)
    rows = newest_first(request, mine.select_related("actor"))
    words = told(reader, rows.items)
    context = {
        "slice": rows,
        "rows": [(row, words.get(row.pk)) for row in rows.items],
        "day": request.GET.get("day", ""),  # The last one that is shown above already.
        "has_unread": any(row.read_at is None for row in rows.items) or mine.unread().exists(),
        # What comes while the page is open was not seen by whoever then says that all is read.
        "newest": rows.items[0].pk if rows.items and "before" not in request.GET else "",
    }
    return render(request, "notifications/_slice.html" if is_htmx(request) else "notifications/inbox.html", context)


@revalidated
@require_safe
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notification tells of; by that it is read."""
    reader = signed_in(request)
    notification = get_object_or_404(Notification.objects.of(reader), pk=pk)
    words = told(reader, [notification]).get(pk)
    services.mark_read(recipient=reader, ids=[pk])
    return redirect(words.url if words and words.url else "notifications:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_read(recipient=signed_in(request), newest=whole_number(request.POST.get("newest", "")))
    return redirect("notifications:inbox")


@revalidated
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = PreferencesForm(sent(request), chosen=services.preferences_of(user=user))
    if form.is_valid():
        for kind, channels in form.choices():
            services.choose(user=user, kind=kind, **channels)
        messages.success(request, _("Your settings are saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form, "channels": CHANNELS.values()})


@csrf_exempt  # Mail programs post here of their own accord (RFC 8058); the signed token says who asks.
@revalidated
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more e-mails of a kind: the GET asks, the POST does it, for people and for mail programs alike."""
    if (found := read_unsubscribe_token(token)) is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        services.choose(user=user, kind=kind, by_email=False)
    return render(request, "notifications/unsubscribe.html", {"kind": kind.label, "is_done": request.method == "POST"})
