"""Going anywhere by keys: the list of places behind Ctrl K, and the sheet of keys behind the question mark."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.pages.models import Page
from innotter.tasks.queries import teams_of
from innotter.web.caching import revalidated
from innotter.web.htmx import is_htmx

#: Of each kind that somebody may have many of; the rest is found by the search.
MOST = 20
#: The keys that lead somewhere, after a `g`, by their routes; keys.js knows the same.
KEYS = {
    "feed:home": "g h",
    "feed:explore": "g e",
    "notifications:inbox": "g n",
    "tasks:mine": "g t",
    "jobs:jobs": "g j",
    "pages:mine": "g p",
    "accounts:settings": "g s",
    "tasks:create": "c",
}


@dataclass(frozen=True)
class Place:
    """Somewhere to go: what it is called, where it is, and which keys lead there."""

    name: str
    url: str
    icon: str
    keys: str = ""


@revalidated
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """The places that somebody may want to go to; the browser finds them by what is typed."""
    places = list(_places(signed_in(request)))
    template = "feed/_palette.html" if is_htmx(request) else "feed/palette.html"
    return render(request, template, {"places": places})


@revalidated
@require_safe
def keyboard(request: HttpRequest) -> HttpResponse:
    return render(request, "feed/_keyboard.html" if is_htmx(request) else "feed/keyboard.html")


def _places(person: User) -> Iterator[Place]:
    for route, name, icon in (
        ("feed:home", _("Home"), "home"),
        ("feed:explore", _("Explore"), "explore"),
        ("notifications:inbox", _("Notifications"), "bell"),
        ("tasks:mine", _("My tasks"), "tasks"),
        ("jobs:jobs", _("Jobs"), "jobs"),
        ("jobs:market", _("Market"), "people"),
        ("pages:mine", _("My pages"), "pages"),
        ("blog:drafts", _("Drafts"), "edit"),
        ("blog:liked", _("Posts you like"), "heart"),
        ("accounts:settings", _("Settings"), "settings"),
        ("tasks:create", _("New task"), "plus"),
        ("jobs:choose", _("New job"), "plus"),
        ("pages:create", _("New page"), "plus"),
    ):
        yield Place(name, reverse(route), icon, KEYS.get(route, ""))
    for team in teams_of(person)[:MOST]:
        yield Place(f"{team.name} · {_('Board')}", f"{reverse('tasks:tasks')}?view=board&team={team.pk}", "board")
    for page in Page.objects.filter(owner=person).order_by("-is_personal", "-last_post_id", "pk")[:MOST]:
        yield Place(f"{page.name} · @{page.handle}", page.get_absolute_url(), "pages")
