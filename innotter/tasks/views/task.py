"""A task: its page, and all that people do there."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from innotter.accounts.authentication import signed_in
from innotter.errors import require
from innotter.jobs.models import Job
from innotter.media.serving import stored_download
from innotter.tasks import services
from innotter.tasks.forms import FileForm, OfferForm, SubtaskForm, TaskCommentForm, TaskForm, TimeForm
from innotter.tasks.forms.in_place import TextForm
from innotter.tasks.models import Attachment, Task, TaskComment, TaskHistory, TimeEntry
from innotter.tasks.permissions import (
    can_delete_comment,
    can_delete_time,
    can_work_in,
    deletes_comment_as,
    deletes_time_as,
    is_offered,
    role_in,
    works_as,
)
from innotter.tasks.queries import for_reading, role_of, teams_of
from innotter.tasks.views.prose import as_html
from innotter.web.caching import revalidated
from innotter.web.confirmation import ask
from innotter.web.forms import form_page, refusals_on, sent

MOST_SHOWN = 200


class Line(NamedTuple):
    """What has happened to a task, or been said about it."""

    at: datetime
    change: TaskHistory | None = None
    comment: TaskComment | None = None
    html: str = ""
    is_deletable: bool = False


def task_for(request: HttpRequest, pk: int) -> Task:
    """A task that the person may see."""
    return get_object_or_404(for_reading(Task.objects.readable_by(signed_in(request))), pk=pk)


@revalidated
@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    return task_page(request, task_for(request, pk))


def task_page(request: HttpRequest, shown: Task, form: forms.Form | None = None) -> HttpResponse:
    """The page of a task; a form that was not accepted stands in its place."""
    bound = {type(form): form} if form else {}
    subtasks = for_reading(Task.objects.filter(parent=shown).active()).order_by("number")
    beside = page_context(request, shown)
    context: dict[str, Any] = beside | {
        "subtasks": subtasks[:MOST_SHOWN],
        "files": shown.attachments.select_related("added_by").order_by("pk"),
        "entries": [
            (entry, deletes_time_as(beside["role"], signed_in(request), entry) and not shown.is_archived)
            for entry in TimeEntry.objects.filter(task=shown).select_related("person").order_by("-day", "-pk")[:50]
        ],
        "text_form": bound.get(TextForm) or TextForm(initial=TaskForm.of(shown), auto_id="id_text_%s"),
        "comment_form": bound.get(TaskCommentForm) or TaskCommentForm(auto_id="id_comment_%s"),
        "subtask_form": bound.get(SubtaskForm) or SubtaskForm(auto_id="id_subtask_%s"),
        "file_form": bound.get(FileForm) or FileForm(),
        "time_form": bound.get(TimeForm) or TimeForm(),
    }
    return form_page(request, "tasks/task.html", form or forms.Form(), **context)


def page_context(request: HttpRequest, shown: Task) -> dict[str, Any]:
    """What stands beside the text of a task, and what has happened to it."""
    person = signed_in(request)
    role = role_in(person, shown.team)
    comments = list(reversed(shown.comments.select_related("author").order_by("-pk")[:MOST_SHOWN]))
    history = reversed(TaskHistory.objects.filter(task=shown).select_related("actor").order_by("-pk")[:MOST_SHOWN])
    prose = as_html({"": shown.description} | {f"comment-{said.pk}-": said.text for said in comments})
    spoken = [
        Line(said.created_at, None, said, prose[f"comment-{said.pk}-"], deletes_comment_as(role, person, said))
        for said in comments
    ]
    can_work = works_as(role) and not shown.is_archived
    return {
        "task": shown,
        "role": role,
        "can_work": can_work,
        "can_restore": works_as(role) and shown.is_archived,
        "can_offer": can_work and not shown.is_finished and not is_offered(shown),
        "sees_job": Job.objects.readable_by(person).filter(task=shown).exists() if shown.job else False,
        "description": prose[""],
        "stream": sorted([*(Line(row.at, row) for row in history), *spoken], key=attrgetter("at")),
        "fields": TaskForm(team=shown.team, task=shown, initial=TaskForm.of(shown), auto_id="id_set_%s"),
        "is_watching": shown.watchers.contains(person),
        "watchers": shown.watchers.count(),
    }


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """In one's own space, or in the team of the address."""
    creator = signed_in(request)
    teams = [team for team in teams_of(creator) if works_as(role_of(team))]
    wish = request.GET.get("team", "")
    team = next((team for team in teams if str(team.pk) == wish), None) or services.space_of(person=creator)
    start = {name: request.GET[name] for name in ("status", "due_date", "parent", "title") if request.GET.get(name)}
    form = TaskForm(sent(request), team=team, initial=start)
    if form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        with refusals_on(form):
            made = services.create_task(creator=creator, team=team, **facts)
            messages.success(request, _("%(key)s is created.") % {"key": made.key})
            return redirect(_back_from(request, made) or made)
    shared = [one for one in teams if not one.is_space]
    return form_page(request, "tasks/create.html", form, team=team, teams=shared)


def _back_from(request: HttpRequest, made: Task) -> str:
    """The board, list or calendar that a task was created on, ready for the next one; nothing for another place."""
    place, team = request.GET.get("back", ""), "personal" if made.team.is_space else str(made.team_id)
    if place == "board":
        return f"{reverse('tasks:tasks')}?view=board&team={team}&added={made.status}#task-{made.pk}"
    if place == "calendar" and made.due_date:
        return f"{reverse('tasks:calendar')}?month={made.due_date:%Y-%m}"
    wish = {"team": team} if request.GET.get("team") else {}
    return f"{reverse('tasks:tasks')}?{urlencode(wish | {'added': 'list'})}" if place == "list" else ""


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody else has changed since the form was opened is not overwritten: both are shown."""
    shown = task_for(request, pk)
    form = TaskForm(sent(request), team=shown.team, task=shown, initial=TaskForm.of(shown))
    if form.is_valid():
        with refusals_on(form):
            save(request, shown, form)
            messages.success(request, _("Saved."))
            return redirect(shown)
    return form_page(request, "tasks/edit.html", form, task=shown)


def save(request: HttpRequest, shown: Task, form: TaskForm) -> None:
    """Write what a valid form says. Whoever sends a refused one again has seen what the others have done."""
    try:
        services.edit_task(editor=signed_in(request), task=shown, **form.cleaned_data)
    except services.TaskHasChanged as refusal:
        form.take_over(TaskForm.of(task_for(request, shown.pk)), refusal.left_alone)
        raise


def _act(request: HttpRequest, shown: Task, form: forms.Form, act: Callable[..., Any], said: str) -> HttpResponse:
    """Do what a form on the page of a task asks for; or show the page with what is wrong."""
    if form.is_valid():
        with refusals_on(form):
            act(**form.cleaned_data)
            messages.success(request, said)
            return redirect(shown)
    return task_page(request, shown, form)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    author, shown = signed_in(request), task_for(request, pk)

    def act(text: str) -> None:
        services.comment_on_task(author=author, task=shown, text=text)

    form = TaskCommentForm(request.POST, auto_id="id_comment_%s")
    return _act(request, shown, form, act, _("Your comment is published."))


@require_http_methods(["GET", "POST"])
def delete_comment(request: HttpRequest, pk: int, comment: int) -> HttpResponse:
    person, shown = signed_in(request), task_for(request, pk)
    found = get_object_or_404(TaskComment.objects.select_related("task__team"), pk=comment, task=shown)
    require(can_delete_comment(person, found))
    return ask(
        request,
        lambda: services.delete_comment(person=person, comment=found),
        question=_("Delete this comment?"),
        about=found.text,
        deed=_("Delete"),
        said=_("The comment is deleted."),
        back=shown,
        to=shown,
    )


@require_POST
def add_subtask(request: HttpRequest, pk: int) -> HttpResponse:
    creator, shown = signed_in(request), task_for(request, pk)

    def act(title: str) -> None:
        services.create_task(creator=creator, team=shown.team, title=title, parent=shown)

    form = SubtaskForm(request.POST, auto_id="id_subtask_%s")
    return _act(request, shown, form, act, _("The subtask is created."))


@require_POST
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    person, shown = signed_in(request), task_for(request, pk)

    def act(file: Any) -> None:
        services.attach_file(person=person, task=shown, file=file)

    return _act(request, shown, FileForm(request.POST, request.FILES), act, _("The file is added."))


@require_safe
def file(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    found = get_object_or_404(Attachment, task=task_for(request, pk), pk=attachment)
    return stored_download(str(found.file), name=found.name, content_type="application/octet-stream")


@require_http_methods(["GET", "POST"])
def remove_file(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    person, shown = signed_in(request), task_for(request, pk)
    found = get_object_or_404(Attachment.objects.select_related("task__team"), task=shown, pk=attachment)
    require(can_work_in(person, shown.team))
    return ask(
        request,
        lambda: services.remove_file(person=person, attachment=found),
        question=_("Remove this file?"),
        about=found.name,
        deed=_("Remove"),
        said=_("The file is removed."),
        back=shown,
        to=shown,
    )


@require_POST
def log_time(request: HttpRequest, pk: int) -> HttpResponse:
    person, shown = signed_in(request), task_for(request, pk)

    def act(**entry: Any) -> None:
        services.log_time(person=person, task=shown, **entry)

    return _act(request, shown, TimeForm(request.POST), act, _("The time is logged."))


@require_http_methods(["GET", "POST"])
def delete_time(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    person, shown = signed_in(request), task_for(request, pk)
    found = get_object_or_404(TimeEntry.objects.select_related("person", "task__team"), pk=entry, task=shown)
    require(can_delete_time(person, found))
    return ask(
        request,
        lambda: services.delete_time(person=person, entry=found),
        question=_("Delete this time entry?"),
        about=_("%(name)s, %(hours)s h. It will no longer count towards the task's actual hours.")
        % {"name": found.person, "hours": localize(found.hours.normalize())},
        deed=_("Delete"),
        said=_("The time entry is deleted."),
        back=shown,
        to=shown,
    )


@require_POST
def set_status(request: HttpRequest, pk: int) -> HttpResponse:
    """One click on the page of the task, or of the one that it is a part of."""
    shown = task_for(request, pk)
    status = request.POST.get("status", "")
    if status in Task.Status.values:
        services.edit_task(editor=signed_in(request), task=shown, status=status)
    return redirect(shown.parent if "parent" in request.POST and shown.parent else shown)


@require_POST
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    shown, person = task_for(request, pk), signed_in(request)
    if request.POST.get("watch") == "no":
        services.unwatch_task(watcher=person, task=shown)
    else:
        services.watch_task(watcher=person, task=shown)
    return redirect(shown)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    shown, person = task_for(request, pk), signed_in(request)
    services.archive_task(archiver=person, task=shown)
    messages.success(request, _("%(key)s is archived.") % {"key": shown.key})
    return redirect(shown)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    shown = task_for(request, pk)
    services.restore_task(archiver=signed_in(request), task=shown)
    return redirect(shown)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    person, shown = signed_in(request), task_for(request, pk)
    require(can_work_in(person, shown.team))
    advice = _("Its comments, files and history are deleted with it, permanently. To keep them, archive the task.")
    return ask(
        request,
        lambda: services.delete_task(person=person, task=shown),
        question=_("Delete this task?"),
        about=f"{shown.key} {shown.title}. {advice}",
        deed=_("Delete"),
        said=_("%(key)s is deleted.") % {"key": shown.key},
        back=shown,
        to="tasks:tasks",
    )


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a job for it, that others bid for."""
    person, shown = signed_in(request), task_for(request, pk)
    form = OfferForm(sent(request))
    if form.is_valid():
        with refusals_on(form):
            job = services.offer_as_job(person=person, task=shown, **form.cleaned_data)
            messages.success(request, _("The job is open to bids."))
            return redirect(job)
    return form_page(request, "tasks/offer.html", form, task=shown)
