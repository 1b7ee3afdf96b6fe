"""What the templates ask of the pages' permissions."""

from django import template

from innotter.accounts.permissions import Person
from innotter.pages.models import Page
from innotter.pages.permissions import can_follow_page

register = template.Library()


@register.filter
def can_be_followed_by(page: Page, person: Person) -> bool:
    return can_follow_page(person, page)
