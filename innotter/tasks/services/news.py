"""Writing to people about what has changed in their tasks, gathered into one e-mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.mail.services import send_mails
from innotter.notifications.kinds import Kind
from innotter.notifications.services import channels_of, notify, notify_together
from innotter.outages import done_for_each
from innotter.tasks.models import Membership, Task, TaskComment, TaskHistory, TaskNews
from innotter.tasks.services.letters import letter, names_of
from innotter.tasks.services.taking import take_news

PORTION = 200


def _watchers_of(*, task: Task, but: Iterable[int | None]) -> list[User]:
    """Who is told what happens to a task: who watches it and may still read it, in the order in which all are held."""
    members = Membership.objects.filter(team=task.team_id).values("user")
    watchers = task.watchers.filter(IN_GOOD_STANDING, pk__in=members)
    return list(watchers.exclude(pk__in=[pk for pk in but if pk]).order_by("pk"))


@transaction.atomic
def keep_change(*, first: TaskHistory, event_id: int) -> None:
    """Tell those who watch a task of a change; by e-mail soon, together with what follows.

    But not who has made it, nor to whom it gives the task: they are told that.
    """
    rows = list(TaskHistory.objects.filter(task=first.task_id, version=first.version).exclude(field="job"))
    new = {name for row in rows for name in row.new_people}
    people = [one for one in _watchers_of(task=first.task, but=[first.actor_id]) if one.username not in new]
    _keep([TaskNews(person=person, task=first.task, change=row) for person in people for row in rows])
    for person in people:
        notify_together(
            recipient=person,
            kind=Kind.TASK_CHANGED,
            event_id=event_id,
            subject_id=first.task_id,
            actor=first.actor,
        )


@transaction.atomic
def keep_assignment(*, change: TaskHistory, person: User, event_id: int) -> None:
    """Tell somebody that a task is theirs; by e-mail soon, together with others that are."""
    if change.actor_id != person.pk:
        _keep([TaskNews(person=person, task=change.task, change=change)])
        kind, subject = Kind.TASK_ASSIGNED, change.task_id
        notify(recipient=person, kind=kind, event_id=event_id, subject_id=subject, actor=change.actor)


@transaction.atomic
def keep_comment(*, comment: TaskComment, event_id: int, mentioned: Iterable[User]) -> None:
    """Tell those who watch a task of a comment; whom it names is told of that already."""
    people = _watchers_of(task=comment.task, but=[comment.author_id, *(person.pk for person in mentioned)])
    _keep([TaskNews(person=person, task=comment.task, comment=comment) for person in people])
    for person in people:
        notify_together(
            recipient=person,
            kind=Kind.TASK_COMMENT,
            event_id=event_id,
            subject_id=comment.task_id,
            actor=comment.author,
            at=comment.created_at,
        )


def _keep(news: list[TaskNews]) -> None:
    TaskNews.objects.bulk_create(news, ignore_conflicts=True)


def send_news() -> int:
    """Write to those for whom something has waited long enough, each one e-mail; says to how many."""
    people = TaskNews.objects.values("person").annotate(oldest=Min("at")).filter(oldest__lte=_waited())
    waiting = list(people.order_by("oldest").values_list("person", flat=True)[:PORTION])
    return done_for_each(waiting, lambda pk: _send_news_to(person_id=pk))


def is_news_due() -> bool:
    """Whether something has waited long enough."""
    return TaskNews.objects.filter(at__lte=_waited()).exists()


def _waited() -> datetime:
    return timezone.now() - timedelta(seconds=settings.TASKS_MAIL_SECONDS)


@transaction.atomic
def _send_news_to(*, person_id: int) -> bool:
    """One e-mail with all that has happened; what cannot be read any more is left out."""
    person = rows.hold(User.objects.all(), person_id)
    news, more = take_news(person=person)
    readable = set(
        Task.objects.readable_by(person).filter(pk__in={row.task_id for row in news}).values_list("pk", flat=True)
    )
    wanted = _wanted_by(person)
    told = [row for row in news if row.task_id in readable and wanted[_kind(row)] and _stands(row)]
    if told and person.is_active:
        tasks = [(task, list(group)) for task, group in groupby(told, key=lambda row: row.task)]
        key = f"task-news/{person.pk}/{max(row.pk for row in told)}"
        numbers = [(row.task_id, row.change_id, row.comment_id) for row in told]
        facts = {"named": _named_in(told), "names": names_of(tasks=[task for task, _group in tasks])}
        asked = ("task news", {"person": person.pk, "news": numbers, **facts})
        # Whoever unsubscribes by it wants no more of what stands first.
        how = {"person": person, "key": key, "template": "tasks/mail/news", "about": asked}
        send_mails(letters=[letter(**how, kind=_kind(told[0]), tasks=tasks, more=more)])
    return bool(told)


@transaction.atomic
def is_still_news(
    *,
    person_id: int,
    news: Sequence[tuple[int, int | None, int | None]],
    named: Sequence[int] = (),
    names: str = "",
) -> bool:
    """Whether all may be read that an e-mail tells of: tasks, each with its change or its comment, as numbers.

    `named` are those whom it names: of none who is blocked by now does it tell. `names` says what it calls the tasks:
    of none that is called something else by now. If something has gone, or its reader wants no more of its kind, what
    is left is kept for another e-mail.
    """
    person = User.objects.filter(IN_GOOD_STANDING, pk=person_id).first()
    tasks = Task.objects.readable_by(person) if person else Task.objects.none()
    readable = tasks.filter(pk__in=[row[0] for row in news]).select_related("team").in_bulk()
    changes = TaskHistory.objects.in_bulk({row[1] for row in news if row[1]})
    comments = TaskComment.objects.filter(author__is_blocked=False).in_bulk({row[2] for row in news if row[2]})
    left = [
        TaskNews(person=person, task_id=task, change=changes.get(change or 0), comment=comments.get(comment or 0))
        for task, change, comment in news
        if task in readable and change in {None, *changes} and comment in {None, *comments}
    ]
    wanted = _wanted_by(person) if person else {}
    still = [row for row in left if wanted[_kind(row)]]
    is_true = len(still) == len(news) and not User.objects.filter(pk__in=named, is_blocked=True).exists()
    is_true = is_true and names in {"", names_of(tasks=readable.values())}
    if not is_true:
        _keep(still)
    return is_true


def _named_in(told: Iterable[TaskNews]) -> list[int]:
    doers = {row.change.actor for row in told if row.change and row.change.actor}
    return sorted(person.pk for person in doers if not person.is_blocked)


def _wanted_by(person: User) -> dict[Kind, bool]:
    """Of which kinds of news somebody wants e-mails."""
    kinds = (Kind.TASK_ASSIGNED, Kind.TASK_CHANGED, Kind.TASK_COMMENT)
    return {kind: channels_of(people=[person], kind=kind)[person.pk].by_email for kind in kinds}


def _stands(row: TaskNews) -> bool:
    """What somebody says who is blocked by now is not told."""
    return row.comment is None or not row.comment.author.is_blocked


def _kind(row: TaskNews) -> Kind:
    return Kind.TASK_COMMENT if row.comment_id else Kind.TASK_ASSIGNED if row.is_assignment else Kind.TASK_CHANGED
