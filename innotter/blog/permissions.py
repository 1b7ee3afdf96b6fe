"""Who may do what to posts. Who may see them is said by their queryset."""

from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.blog.models import Comment, Post
from innotter.pages.models import Page
from innotter.pages.permissions import can_edit_page


def can_edit_post(person: Person, post: Post) -> bool:
    return can_edit_page(person, post.page)


def can_delete_post(person: Person, post: Post) -> bool:
    """Its page's owner, and moderators."""
    return can_edit_post(person, post) or (isinstance(person, User) and person.is_moderator)


def can_read_post(person: Person, post: Post) -> bool:
    """Whoever may read its page."""
    return Post.objects.readable_by(person).filter(pk=post.pk).exists()


def can_like(person: Person, post: Post) -> bool:
    """Everybody who is signed in and may read it."""
    return isinstance(person, User) and can_read_post(person, post)


def can_comment(person: Person, post: Post) -> bool:
    """Everybody who may read an article, with an account or without; nobody while its page is blocked."""
    return post.is_article and can_read_post(person, post) and Page.objects.open().filter(pk=post.page_id).exists()


def can_close_comments(person: Person, post: Post) -> bool:
    return can_edit_post(person, post) and post.is_article


def can_read_comment(person: Person, comment: Comment) -> bool:
    return Comment.objects.readable_by(person).filter(pk=comment.pk).exists()


def can_hide_comment(person: Person, comment: Comment) -> bool:
    """The page's owner, and moderators."""
    return can_delete_post(person, comment.post)


def can_delete_comment(person: Person, comment: Comment) -> bool:
    """Who wrote it, the page's owner, and moderators."""
    return can_hide_comment(person, comment) or (isinstance(person, User) and comment.author == person)


def can_see_email(person: Person, comment: Comment) -> bool:
    """Where a guest can be reached."""
    return can_hide_comment(person, comment)
