"""Who may do what to posts. Who may see them is said by their queryset."""

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.blog.models import Post
from innotter.pages.permissions import can_edit_page


def can_edit_post(person: Person, post: Post) -> bool:
    return can_edit_page(person, post.page)


def can_delete_post(person: Person, post: Post) -> bool:
    """Its page's owner, and moderators."""
    return can_edit_post(person, post) or (isinstance(person, User) and person.is_moderator)


def can_like(person: Person, post: Post) -> bool:
    """Everybody who is signed in and may read it."""
    return isinstance(person, User) and Post.objects.readable_by(person).filter(pk=post.pk).exists()
