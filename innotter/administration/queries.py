"""How a site is, for its admins: what `innotter doctor` says at length, at a glance."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import django
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma, naturaltime
from django.db import connection
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from innotter.accounts.models import Session, User
from innotter.blog.models import Comment, Post
from innotter.events.queries import INSIDE, Backlog, backlogs
from innotter.mail.queries import mail_backlog
from innotter.pages.models import Page
from innotter.webhooks.queries import webhook_backlog

#: Of more rows than that, PostgreSQL's own estimate is shown: counting them takes as long as there are many.
COUNTED = 20_000
#: What waits longer is behind.
PATIENCE_SECONDS = 60
#: What should be free where uploads and the private servers write: bytes, and a part of the whole.
FREE_BYTES, FREE_PART = 1_000_000_000, 0.05
BACKUP_AGE = timedelta(days=2)
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Figure:
    """A line of the overview; `trouble` says what to do where something is not well."""

    name: str
    value: str
    trouble: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    figures: list[Figure]


def overview() -> list[Group]:
    """Everything, in a constant number of queries, none of which takes longer the larger the site is."""
    return [
        Group(_("People"), list(_people())),
        Group(_("Content"), list(_content())),
        Group(_("What waits"), [_backlog(found) for found in (*backlogs(), mail_backlog(), webhook_backlog())]),
        Group(_("Space and backups"), list(_space())),
        Group(_("Versions"), list(_versions())),
    ]


def _people() -> Iterator[Figure]:
    since = timezone.now() - MONTH
    people = User.objects.filter(email_verified_at__isnull=False)
    active = Session.objects.filter(last_used_at__gt=since).order_by().values("user").distinct()
    yield Figure(_("Accounts with a verified address"), _how_many(people))
    yield Figure(_("Active in the last 30 days"), _how_many(active))
    yield Figure(_("Registered in the last 30 days"), _how_many(people.filter(date_joined__gt=since)))
    yield Figure(_("Blocked"), _how_many(User.objects.filter(is_blocked=True)))


def _content() -> Iterator[Figure]:
    yield Figure(_("Pages"), _how_many(Page.objects.all()))
    yield Figure(_("Posts"), _how_many(Post.objects.all()))
    yield Figure(_("Articles"), _how_many(Post.objects.articles()))
    yield Figure(_("Comments"), _how_many(Comment.objects.all()))


def _how_many(rows: QuerySet[Any]) -> str:
    """The number of rows, or that they are more than are counted."""
    count = rows.order_by()[: COUNTED + 1].count()
    return intcomma(count) if count <= COUNTED else _("more than %(n)s") % {"n": intcomma(COUNTED)}


def _backlog(found: Backlog) -> Figure:
    names = {INSIDE: _("Background work"), "e-mails": _("E-mails"), "webhooks": _("Webhooks")}
    names |= {"statistics": _("Statistics"), "insights": _("Insights")}
    value = _("%(n)s waiting") % {"n": intcomma(found.waiting)}
    if found.failed:
        value += ", " + _("%(n)s failed") % {"n": intcomma(found.failed)}
    is_behind = found.lag_seconds > PATIENCE_SECONDS
    advice = found.error or _("It is behind: look at the logs, and run “innotter doctor”.")
    return Figure(names.get(found.name, found.name.capitalize()), value, advice if is_behind or found.failed else "")


def _space() -> Iterator[Figure]:
    root = settings.DATA_DIR.root  # A container that keeps nothing may have none.
    usage = shutil.disk_usage(next(folder for folder in (root, *root.parents) if folder.exists()))
    free = _("%(free)s of %(all)s free") % {"free": filesizeformat(usage.free), "all": filesizeformat(usage.total)}
    yield Figure(
        _("Disk"), free, _("Make room: a database that cannot write stops.") if is_short_of_room(usage) else ""
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        yield Figure(_("Database"), filesizeformat(cursor.fetchone()[0]))
    made = settings.DATA_DIR.last_backup
    if not made.exists():
        advice = _("Run “innotter backup” every night, and keep the file elsewhere.")
        yield Figure(_("Last backup"), _("none yet"), advice)
        return
    at = datetime.fromtimestamp(made.stat().st_mtime, UTC)
    is_old = timezone.now() - at > BACKUP_AGE
    yield Figure(_("Last backup"), naturaltime(at), _("It is older than two days.") if is_old else "")


def is_short_of_room(usage: Any) -> bool:
    """Whether a disk with this `shutil.disk_usage` is nearly full."""
    return bool(usage.free < FREE_BYTES or usage.free < usage.total * FREE_PART)


def _versions() -> Iterator[Figure]:
    yield Figure("Innotter", version("innotter"))
    yield Figure("Django", django.get_version())
    yield Figure("Python", platform.python_version())
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        yield Figure("PostgreSQL", str(cursor.fetchone()[0]).partition(" ")[0])
