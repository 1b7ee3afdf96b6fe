"""The pages of webhooks, in the settings of a person and of a team."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.web.forms import form_page, refusals_on, sent
from innotter.web.lists import newest_first
from innotter.webhooks import services
from innotter.webhooks.forms import EditWebhookForm, WebhookForm
from innotter.webhooks.models import Webhook, WebhookDelivery
from innotter.webhooks.registry import managing
from innotter.webhooks.signing import message_name


def _webhook(request: HttpRequest, pk: int | str) -> Webhook:
    """A webhook of one's own, or of a team that one manages."""
    readable = Webhook.objects.readable_by(signed_in(request)).select_related("owner", "team")
    return get_object_or_404(readable, pk=pk)


def _delivery(request: HttpRequest, pk: str, delivery: str) -> WebhookDelivery:
    return get_object_or_404(_webhook(request, pk).deliveries.select_related("webhook__team"), pk=delivery)


def _managed_team(request: HttpRequest, pk: str) -> Any:
    """A team that one manages."""
    row = managing().filter(user=signed_in(request), team=pk).select_related("team").first()
    if row is None:
        raise Http404
    return row.team


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    webhooks = Webhook.objects.of_person(signed_in(request)).order_by("-pk")
    return render(request, "webhooks/webhooks.html", {"webhooks": webhooks})


@never_cache
@require_safe
def of_team(request: HttpRequest, pk: str) -> HttpResponse:
    team = _managed_team(request, pk)
    webhooks = Webhook.objects.filter(team=team).order_by("-pk")
    return render(request, "webhooks/webhooks.html", {"webhooks": webhooks, "team": team})


@never_cache
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    return _create(request, None)


@never_cache
@require_http_methods(["GET", "POST"])
def create_for_team(request: HttpRequest, pk: str) -> HttpResponse:
    return _create(request, _managed_team(request, pk))


def _create(request: HttpRequest, team: Any) -> HttpResponse:
    """The answer to the POST has the secret: it is shown nowhere else, and kept in no session until then."""
    person, form = signed_in(request), WebhookForm(sent(request), for_team=team is not None)
    if form.is_valid():
        with refusals_on(form):
            wanted = form.cleaned_data | {"team_id": team.pk if team else None}
            webhook, secret = services.create_webhook(person=person, **wanted)
            return render(request, "webhooks/secret.html", {"webhook": webhook, "secret": secret})
    return form_page(request, "webhooks/create.html", form, team=team)


@never_cache
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, pk: str) -> HttpResponse:
    """What it hears of, to be changed, and its log."""
    shown = _webhook(request, pk)
    form = EditWebhookForm(sent(request), webhook=shown)
    if form.is_valid():
        with refusals_on(form):
            services.edit_webhook(person=signed_in(request), webhook=shown, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(shown)
    works = Webhook.objects.working().filter(pk=shown.pk).exists()
    log = newest_first(request, shown.deliveries.defer("body", "answer"))
    return form_page(request, "webhooks/webhook.html", form, webhook=shown, slice=log, rests=shown.is_on and not works)


@never_cache
@require_POST
def rotate(request: HttpRequest, pk: str) -> HttpResponse:
    shown = _webhook(request, pk)
    secret = services.rotate_secret(person=signed_in(request), webhook=shown)
    return render(request, "webhooks/secret.html", {"webhook": shown, "secret": secret, "is_rotated": True})


@require_POST
def test(request: HttpRequest, pk: str) -> HttpResponse:
    shown = _webhook(request, pk)
    services.send_test(person=signed_in(request), webhook=shown)
    messages.success(request, _("A test event is being sent."))
    return redirect(shown)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """The GET is the question, the POST the deed."""
    shown = _webhook(request, pk)
    form = forms.Form(sent(request))
    if form.is_valid():
        services.delete_webhook(person=signed_in(request), webhook=shown)
        messages.success(request, _("The webhook is deleted."))
        return redirect("webhooks:of-team", shown.team_id) if shown.team_id else redirect("webhooks:mine")
    return form_page(request, "webhooks/delete.html", form, webhook=shown)


@never_cache
@require_safe
def delivery(request: HttpRequest, pk: str, delivery: str) -> HttpResponse:
    shown = _delivery(request, pk, delivery)
    context = {"delivery": shown, "webhook": shown.webhook, "message": message_name(shown.message_id)}
    return render(request, "webhooks/delivery.html", context)


@require_POST
def send_again(request: HttpRequest, pk: str, delivery: str) -> HttpResponse:
    shown = _delivery(request, pk, delivery)
    services.send_again(person=signed_in(request), delivery=shown)
    messages.success(request, _("It is being sent again."))
    return redirect("webhooks:delivery", shown.webhook_id, shown.pk)
