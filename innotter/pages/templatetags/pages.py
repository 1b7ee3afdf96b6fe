"""How pages look in lists, and what templates ask of their permissions."""

from typing import Any, NamedTuple

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.pages.models import Page
from innotter.pages.permissions import can_follow_page
from innotter.web.fragments import Fragments, rendered, token_here

register = template.Library()


class Card(NamedTuple):
    """All that `pages/_card.html` asks a page for, as its viewer has it. What is not here cannot be on a card."""

    pk: int
    name: str
    handle: str
    image: str
    image_url: str
    is_private: bool
    is_readable: bool
    follow_status: str | None
    can_be_followed: bool
    #: Of a page that the viewer may read: who owns it, how it begins to describe itself, and its tags.
    owner: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()

    def get_absolute_url(self) -> str:
        return reverse("blog:page", args=[self.handle])


@register.simple_tag(takes_context=True)
def page_card(context: dict[str, Any], page: Page) -> SafeString:
    """A page in a list; it comes from `as_seen_by`, with its owner and its tags."""
    card, is_signed_in = _card(page, context["user"]), bool(context["user"].is_authenticated)
    html = CARDS.html(card, is_signed_in, says=sum(map(len, (card.name, card.owner, card.description, *card.tags))))
    return rendered(html.replace(token_here(), str(context["csrf_token"])))


def _card(page: Page, viewer: Person) -> Card:
    card = Card(
        pk=page.pk,
        name=page.name,
        handle=page.handle,
        image=page.image.name or "",
        image_url=page.image_url,
        is_private=page.is_private,
        is_readable=page.is_readable,
        follow_status=page.follow_status,
        can_be_followed=can_follow_page(viewer, page),
    )
    if not page.is_readable:
        return card
    tags = tuple(tag.name for tag in page.tags.all())
    return card._replace(owner=str(page.owner), description=page.description, tags=tags)


def _rendered(card: Card, is_signed_in: bool) -> str:
    viewer = User() if is_signed_in else AnonymousUser()
    return render_to_string("pages/_card.html", {"page": card, "user": viewer, "csrf_token": token_here()})


#: Of 1 to 2 kB each.
CARDS = Fragments(_rendered, most=2000, longest=700)


@register.filter
def can_be_followed_by(page: Page, person: Person) -> bool:
    return can_follow_page(person, page)
