"""Taking what waits to be told by e-mail."""

from django.db import transaction

from innotter.accounts.models import User
from innotter.tasks.models import TaskNews

#: Lines of an e-mail. A change of many tasks at once is made in a moment, and each line may bring texts with it.
MOST_TOLD = 200
#: Rows that are deleted by one statement.
PORTION = 1000


@transaction.atomic
def take_news(*, person: User) -> tuple[list[TaskNews], int]:
    """What waits for a person, and waits no longer: of too many the newest, and how many are left out."""
    waiting = list(TaskNews.objects.filter(person=person).order_by("pk").values_list("pk", flat=True))
    about = ("person", "task__team", "change__actor", "comment__author")
    newest = TaskNews.objects.filter(pk__in=waiting[-MOST_TOLD:]).select_related(*about)
    news = list(newest.order_by("task_id", "pk"))
    for start in range(0, len(waiting), PORTION):
        TaskNews.objects.filter(pk__in=waiting[start : start + PORTION]).delete()
    return news, max(0, len(waiting) - MOST_TOLD)
