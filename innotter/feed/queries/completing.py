"""What may be meant by the beginning of a mention or a hashtag."""

from dataclasses import dataclass

from django.db.models import Q

from innotter.accounts.models import User
from innotter.feed.queries.searching.asking import Question
from innotter.feed.queries.searching.others import search_pages, search_tags
from innotter.pages.models import Page
from innotter.tasks.models import Membership, Task

#: Lines of a list below what is being written.
MOST = 8
#: Nothing that can be mentioned is called longer.
LONGEST = 40


@dataclass(frozen=True)
class Completion:
    """What can be written, with the name of what it stands for, and its face."""

    text: str
    name: str = ""
    page: Page | None = None
    person: User | None = None


def completions(person: User, *, sign: str, typed: str, task: int | None = None) -> list[Completion]:
    """What begins so, of what somebody may find: pages and hashtags, or the people of a task's team."""
    typed = typed[:LONGEST]
    if task is not None:
        return _members(person, typed, task) if sign == "@" else []
    if not typed:
        return []
    if sign == "#":
        return [Completion(f"#{name}") for name in search_tags(Question(person, typed), count=MOST)]
    return [Completion(f"@{page.handle}", page.name, page=page) for page in search_pages(person, typed, count=MOST)]


def _members(person: User, typed: str, task: int) -> list[Completion]:
    """Those who are told of what is said about a task; of a task that one may not see, nobody."""
    team = Task.objects.readable_by(person).filter(pk=task).values("team")
    members = Membership.objects.filter(team__in=team, user__is_blocked=False).exclude(user=person)
    fitting = members.filter(Q(user__username__istartswith=typed) | Q(user__name__icontains=typed))
    rows = fitting.select_related("user").order_by("user__username")[:MOST]
    return [Completion(f"@{row.user.username}", row.user.get_full_name(), person=row.user) for row in rows]
