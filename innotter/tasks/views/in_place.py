"""Changing a task where it is shown: in a row of a list, or on its page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from innotter import rows
from innotter.tasks.forms.in_place import DAY_LABELS, InPlaceForm, TextForm
from innotter.tasks.models import Task
from innotter.tasks.queries import cards_of, workers_of
from innotter.tasks.views.task import page_context, save, task_for, task_page
from innotter.web.forms import form_page, refusals_on
from innotter.web.htmx import is_htmx
from innotter.web.redirects import where_they_are


@require_POST
def set_fields(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is sent, and nothing else; back to where somebody was, or what has become of it for htmx."""
    shown = task_for(request, pk)
    form = InPlaceForm(request.POST, task=shown)
    if form.is_valid():
        with refusals_on(form):
            save(request, shown, form)
    if is_htmx(request):
        return _fragment(request, pk, form)
    if not form.errors:
        messages.success(request, _("Saved."))
    elif "description" in request.POST:
        return task_page(request, task_for(request, pk), _text_of(form))
    else:
        messages.error(request, said_of(form))
    place = where_they_are(request)
    return redirect(f"{place}#task-{pk}" if place != "/" else shown)


def said_of(form: forms.BaseForm) -> str:
    """What is wrong with a form, in a line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _fragment(request: HttpRequest, pk: int, form: InPlaceForm) -> HttpResponse:
    """What is new about the task. If somebody else was there, too, or it was refused, all of it is shown as it is."""
    now = task_for(request, pk)
    seen = form.cleaned_data.get("version") or 0
    context: dict[str, Any] = {
        "refusal": said_of(form),
        "is_all_new": bool(form.errors) or now.version > seen + 1,
        "days": DAY_LABELS,
        "can_work": True,
    }
    is_row = request.POST.get("place") == "row"
    context |= _of_row(now) if is_row else page_context(request, now)
    return form_page(request, f"tasks/_set_{'row' if is_row else 'page'}.html", form, **context)


def _of_row(task: Task) -> dict[str, Any]:
    card = next(iter(cards_of(Task.objects.filter(pk=task.pk))), None)
    if card is None:
        raise rows.Gone
    return {"task": card, "people": () if task.team.is_space else workers_of([task.team_id]).get(task.team_id, ())}


def _text_of(form: InPlaceForm) -> TextForm:
    """The form of title and description as it was sent, with what is wrong with it."""
    shown = TextForm(form.data, auto_id="id_text_%s")
    if shown.is_valid() and (refusal := getattr(form, "refusal", None)):
        with refusals_on(shown):
            raise refusal
    return shown
