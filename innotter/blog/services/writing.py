"""Writing articles: drafts that nobody else sees, publishing them, and changing what is published."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.events import PostEdited, PostPublished
from innotter.blog.models import ArticleText, Draft, Post
from innotter.blog.models.article import LONGEST_ARTICLE
from innotter.blog.models.post import LONGEST_TITLE
from innotter.blog.permissions import can_edit_post
from innotter.blog.services.holding import hold
from innotter.blog.services.naming import note_names
from innotter.blog.services.picturing import adopt_pictures
from innotter.errors import Invalid, require
from innotter.events.services import record
from innotter.markdown import VERSION, Rendered, render
from innotter.pages.models import Page
from innotter.pages.permissions import can_post_to
from innotter.text.cleaning import many_lines, one_line


@transaction.atomic
def begin_draft(*, author: User, page: Page) -> Draft:
    """An empty sheet."""
    page = rows.hold(Page.objects.select_related("owner"), page.pk)
    require(can_post_to(author, page))
    return Draft.objects.create(page=page)


@transaction.atomic
def draft_of(*, author: User, post: Post) -> Draft:
    """The draft of an article's next state; the article as it is, when there is none yet."""
    post = hold(post=post)
    require(can_edit_post(author, post) and post.is_article)
    text = {"page": post.page, "title": post.title, "content": post.article.content}
    draft, _is_new = Draft.objects.get_or_create(post=post, defaults=text)
    return draft


@transaction.atomic
def keep_draft(*, author: User, draft: Draft, title: str, content: str) -> Draft:
    """Keep what is written so far; it need not be whole."""
    check_length(content=content)
    draft = _held(draft)
    require(can_post_to(author, draft.page))
    draft.title, draft.content, draft.updated_at = title, content, timezone.now()
    draft.clean_fields(exclude={"page", "post"})
    draft.save(update_fields=["title", "content", "updated_at"])
    return draft


def discard_draft(*, author: User, draft: Draft) -> None:
    """Throw a draft away. What is published stays."""
    require(can_post_to(author, draft.page))
    draft.delete()


@transaction.atomic
def publish_draft(*, author: User, draft: Draft, written_at: datetime | None = None) -> Post:
    """Make a draft an article, or the new state of the article that it is of; the draft is gone by that.

    Of two who publish it at the same moment, one does; the other is told that it is gone.
    """
    draft = _held(draft)
    if draft.post:
        post = edit_article(author=author, post=draft.post, title=draft.title, content=draft.content)
    else:
        text = {"title": draft.title, "content": draft.content}
        post = publish_article(author=author, page=draft.page, **text, written_at=written_at)
    adopt_pictures(post=post, draft=draft, content=draft.content)
    draft.delete()
    return post


def publish_article(*, author: User, page: Page, title: str, content: str, written_at: datetime | None = None) -> Post:
    """Put an article on one's own page. One that was written long ago is dated so, and is no news to followers."""
    require(can_post_to(author, page))
    title, content, rendered = _checked(title, content)
    at = written_at or timezone.now()
    post = Post(page=page, kind=Post.Kind.ARTICLE, title=title, created_at=at, updated_at=at)
    _publish(author, post, content, rendered)
    return post


def edit_article(*, author: User, post: Post, title: str, content: str) -> Post:
    """Change an article. The same title and text change nothing."""
    require(can_edit_post(author, post) and can_post_to(author, post.page) and post.is_article)
    title, content, rendered = _checked(title, content)
    _change(author, post, title, content, rendered)
    return post


@transaction.atomic
def _publish(author: User, post: Post, content: str, rendered: Rendered) -> None:
    # Rendering takes its time, in which the page may be blocked.
    require(can_post_to(author, rows.hold(Page.objects.all(), post.page_id)))
    post.content = rendered.excerpt
    post.save(force_insert=True)
    ArticleText.objects.create(post=post, content=content, **kept_fields(rendered=rendered))
    note_names(post=post, text=rendered.prose)
    Page.objects.filter(pk=post.page_id).update(last_post_id=Greatest(F("last_post_id"), post.pk))
    record(PostPublished(post_id=post.pk, page_id=post.page_id, kind=post.kind))


@transaction.atomic
def _change(author: User, post: Post, title: str, content: str, rendered: Rendered) -> None:
    held = hold(post=post)
    require(can_edit_post(author, held) and can_post_to(author, held.page))
    if (title, content) == (held.title, held.article.content):
        return
    post.title, post.content, post.updated_at = title, rendered.excerpt, timezone.now()
    post.save(update_fields=["title", "content", "updated_at"])
    ArticleText.objects.filter(post=post).update(content=content, **kept_fields(rendered=rendered))
    post.article.refresh_from_db()
    note_names(post=post, text=rendered.prose)
    record(PostEdited(post_id=post.pk, page_id=post.page_id))


def check_text(*, title: str, content: str) -> None:
    """Refuse what no article can be, and do nothing."""
    _checked(title, content)


def check_length(*, content: str) -> None:
    """Refuse a text that is longer than an article may be: before it is rendered, which takes as long as it is."""
    if len(content) > LONGEST_ARTICLE:
        raise Invalid(content=_("An article has at most %(most)d characters.") % {"most": LONGEST_ARTICLE})


def _held(draft: Draft) -> Draft:
    return rows.hold(Draft.objects.select_related("page__owner", "post__page__owner", "post__article"), draft.pk)


def _checked(title: str, content: str) -> tuple[str, str, Rendered]:
    check_length(content=content)
    title, content = one_line(title), many_lines(content)
    if not title:
        raise Invalid(title=_("An article needs a title."))
    if len(title) > LONGEST_TITLE:
        raise Invalid(title=_("A title has at most 200 characters."))
    if not content:
        raise Invalid(content=_("An article needs a text."))
    check_length(content=content)
    return title, content, render(content)


def kept_fields(*, rendered: Rendered) -> dict[str, object]:
    """What is kept of a text as it is read."""
    headings = [[heading.level, heading.id, heading.text] for heading in rendered.headings]
    return {"html": rendered.html, "headings": headings, "minutes": rendered.minutes, "renderer": VERSION}
