"""The search: some of each kind of thing, or a list of one kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from innotter.blog.queries import Card, cards_of
from innotter.errors import Text
from innotter.feed.queries.searching import (
    LONGEST_SEARCH,
    MOST,
    ORDERS,
    Kind,
    Order,
    Question,
    kinds_for,
    places_in,
    search_for,
    understand,
)
from innotter.jobs.models import Job
from innotter.jobs.queries import for_reading
from innotter.tasks.models import Task
from innotter.tasks.queries import cards_of as cards_of_tasks
from innotter.text.cleaning import one_line
from innotter.text.excerpts import Piece
from innotter.text.numbers import whole_number
from innotter.web.caching import revalidated
from innotter.web.htmx import is_htmx
from innotter.web.lists import PAGE_SIZE

#: Of each kind, where all are shown.
TOP = 4

LABELS: Mapping[Kind, Text] = {
    Kind.POSTS: _("Posts"),
    Kind.ARTICLES: _("Articles"),
    Kind.PAGES: _("Pages"),
    Kind.USERS: _("People"),
    Kind.TAGS: pgettext_lazy("search", "Tags"),
    Kind.TASKS: _("Tasks"),
    Kind.JOBS: _("Jobs"),
}


class Article(NamedTuple):
    """An article, with the place where the words stand."""

    card: Card
    title: list[Piece]
    excerpt: list[Piece]


@dataclass(frozen=True)
class Section:
    """What is found of one kind; `more` is where the list goes on, None at its end."""

    kind: Kind
    items: list[Any]
    more: int | None

    @property
    def label(self) -> Text:
        return LABELS[self.kind]


@revalidated
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the address asks for: `q`, and perhaps `type`, `order` and where the list is read `from`."""
    question, kinds = understand(request.GET.get("q", ""), request.user), kinds_for(request.user)
    kind = next((kind for kind in kinds if kind == request.GET.get("type")), None)
    order = next((order for order in Order if order == request.GET.get("order")), None)
    start = min(whole_number(request.GET.get("from", "")) or 0, MOST)
    if kind:
        sections = [_section(question, kind, order, start=start)]
        if is_htmx(request):
            return render(request, "feed/_results.html", {"section": sections[0]})
    else:
        sections = [_section(question, each, order, size=TOP) for each in kinds]
    context = {
        "text": one_line(request.GET.get("q", ""))[:LONGEST_SEARCH],
        "question": question,
        "kind": kind,
        "order": (order or ORDERS.get(kind)) if kind else None,
        "orders": list(Order) if kind in ORDERS and question.words else [],
        "tabs": [(each, LABELS[each]) for each in kinds],
        "sections": [section for section in sections if section.items],
    }
    return render(request, "feed/search.html", context)


def _section(question: Question, kind: Kind, order: Order | None, *, start: int = 0, size: int = PAGE_SIZE) -> Section:
    found = search_for(question, kind, order=order, start=start, count=size + 1)
    is_more = len(found) > size and start + size < MOST
    return Section(kind, _READ[kind](found[:size], question), start + size if is_more else None)


def _articles(found: list[int], question: Question) -> list[Article]:
    places = places_in(found, question)
    return [Article(card, *places[card.pk]) for card in cards_of(found, question.viewer) if card.pk in places]


def _tasks(found: list[int], question: Question) -> list[Any]:
    cards = cards_of_tasks(Task.objects.readable_by(question.viewer).filter(pk__in=found)) if found else []
    return sorted(cards, key=lambda card: found.index(card.pk))


def _jobs(found: list[int], question: Question) -> list[Any]:
    jobs = for_reading(Job.objects.of(question.viewer)).filter(pk__in=found) if found else []
    return sorted(jobs, key=lambda job: found.index(job.pk))


def _as_they_are(found: list[Any], _question: Question) -> list[Any]:
    return found


_READ: Mapping[Kind, Callable[[list[Any], Question], list[Any]]] = {
    Kind.POSTS: lambda found, question: cards_of(found, question.viewer),
    Kind.ARTICLES: _articles,
    Kind.PAGES: _as_they_are,
    Kind.USERS: _as_they_are,
    Kind.TAGS: _as_they_are,
    Kind.TASKS: _tasks,
    Kind.JOBS: _jobs,
}
