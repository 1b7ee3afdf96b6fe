"""Finding pages, people, tags, tasks and jobs by their words, each in a constant number of queries."""

from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, IntegerField, Q, Value, When

from innotter.accounts.models import User
from innotter.accounts.models.user import WORDS
from innotter.database.prepared import fetch
from innotter.feed.queries.searching.asking import Question
from innotter.jobs.models import Job
from innotter.pages.models import Page, Tag
from innotter.pages.queries import readable, seen_by
from innotter.tasks.models import Task
from innotter.tasks.queries import filtered
from innotter.text.tags import tag_name
from innotter.text.words import understood

#: Among how many candidates results are ranked: a single letter matches a great many.
WEIGHED = 1000

#: Of some tags those that a post carries which the viewer may read: the very name first, then what begins so.
_TAGS = f"""
    SELECT tag.name FROM pages_tag AS tag
    CROSS JOIN LATERAL (
        SELECT FROM blog_hashtag AS carried
        JOIN blog_post AS post ON post.id = carried.post_id
        JOIN pages_page AS page ON page.id = post.page_id
        WHERE carried.tag_id = tag.id AND {readable("page")} LIMIT 1
    ) AS carried
    WHERE tag.id = ANY((SELECT %(tags)s)::bigint[])
    ORDER BY tag.name <> %(wanted)s, NOT starts_with(tag.name, %(wanted)s), length(tag.name), tag.name
"""


def search_pages(viewer: Any, text: str, *, start: int = 0, count: int) -> list[Page]:
    """The pages that one may find: the one with just this handle first, then those whose handle begins so."""
    wanted, query = text.strip().lstrip("@").lower(), understood(text)
    if query is None:
        return []
    findable = Page.objects.findable_by(viewer)
    fitting = findable.found_by(text).values("pk")[:WEIGHED]
    return list(
        # Each by its index: for words or this very handle, every row would be looked at.
        findable.filter(pk__in=fitting.union(findable.filter(handle=wanted).values("pk"), all=True))
        .as_seen_by(viewer)
        .select_related("owner")
        .prefetch_related("tags")
        .annotate(nearness=_nearness("handle", wanted), rank=SearchRank(F("words__vector"), query))
        .order_by("nearness", "-rank", "-last_post_id", "-pk")[start : start + count]
    )


def search_people(viewer: Any, text: str, *, start: int = 0, count: int) -> list[User]:
    """The people that one may find, for those who are signed in."""
    wanted, query = text.strip().lstrip("@"), understood(text)
    if query is None or not viewer.is_authenticated:
        return []
    findable = User.objects.findable_by(viewer)
    fitting = findable.found_by(text).values("pk")[:WEIGHED]
    return list(
        findable.filter(pk__in=fitting.union(findable.filter(username__iexact=wanted).values("pk"), all=True))
        .annotate(nearness=_nearness("username", wanted), rank=SearchRank(WORDS, query))
        .order_by("nearness", "-rank", "pk")[start : start + count]
    )


def search_tags(question: Question, *, start: int = 0, count: int) -> list[str]:
    """The hashtags whose page shows this viewer something."""
    wanted = tag_name(question.text)
    tags = list(Tag.objects.found_by(question.text).values_list("pk", flat=True)[:WEIGHED])
    parameters = seen_by(question.viewer) | {"tags": tags, "wanted": wanted}
    return [name for (name,) in fetch(_TAGS, parameters)][start : start + count] if tags else []


def search_tasks(question: Question, *, start: int = 0, count: int) -> list[int]:
    """The tasks of one's teams, as their list finds them, the newest first."""
    wishes = {"search": question.text}
    wishes |= {"created_after": question.after.isoformat()} if question.after else {}
    wishes |= {"created_before": question.before.isoformat()} if question.before else {}
    found = filtered(Task.objects.readable_by(question.viewer), wishes, question.viewer)
    return list(found.order_by("-pk").values_list("pk", flat=True)[start : start + count])


def search_jobs(question: Question, *, start: int = 0, count: int) -> list[int]:
    """One's own jobs by their names, the newest first."""
    found = Job.objects.of(question.viewer)
    if question.text:
        found = found.found_by(question.text)
    if question.after:
        found = found.filter(created_at__gte=question.after)
    if question.before:
        found = found.filter(created_at__lt=question.before)
    return list(found.order_by("-pk").values_list("pk", flat=True)[start : start + count])


def _nearness(field: str, wanted: str) -> Case:
    """0 for the very name, 1 for one that begins so, 2 for the rest."""
    return Case(
        When(Q((f"{field}__iexact", wanted)), then=Value(0)),
        When(Q((f"{field}__istartswith", wanted)), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
