"""Writing articles: drafts that nobody else sees, publishing them, and changing what is published."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.events import PostEdited, PostPublished
from innotter.blog.models import ArticleText, Draft, Post
from innotter.blog.models.article import LONGEST_ARTICLE
from innotter.blog.models.hashtag import address_of_hashtag
from innotter.blog.models.post import LONGEST_TITLE
from innotter.blog.permissions import can_edit_post
from innotter.blog.services.adopting import adopt_pictures
from innotter.blog.services.holding import hold
from innotter.blog.services.naming import note_names
from innotter.blog.services.wording import note_words
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.markdown import VERSION, Rendered, render
from innotter.pages.models import Page
from innotter.pages.permissions import can_edit_page, can_post_to
from innotter.text.cleaning import many_lines, one_line

#: How often a text is rendered that is written on meanwhile, before whoever publishes it is asked to wait.
MOST_RENDERINGS = 3


class DraftHasChanged(Conflict):
    """Another window, or another device, has saved something else: nothing is overwritten without being asked."""

    message = _("This draft was changed in another window or on another device.")

    def __init__(self, *, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class Text(NamedTuple):
    """A text that can be published, and how it is read."""

    content: str
    rendered: Rendered


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
def keep_draft(*, author: User, draft: Draft, title: str, content: str, seen: datetime | None = None) -> Draft:
    """Keep what is written so far; it need not be whole.

    With the time at which the draft was saved that the writer has seen, another text that was saved since stays, and
    DraftHasChanged brings it.
    """
    check_length(content=content)
    held = rows.hold(_drafts(), draft.pk)
    require(can_post_to(author, held.page))
    written = Draft(page=held.page, title=title, content=content, updated_at=timezone.now())
    written.clean_fields(exclude={"page", "post"})
    if (written.title, written.content) == (held.title, held.content):
        return held
    if seen and seen != held.updated_at:
        raise DraftHasChanged(draft=held)
    held.title, held.content, held.updated_at = written.title, written.content, written.updated_at
    held.save(update_fields=["title", "content", "updated_at"])
    return held


@transaction.atomic
def write_on(*, author: User, draft: Draft, content: str) -> Draft:
    """Put something at the end of a draft, whatever it says by now."""
    draft = rows.hold(_drafts(), draft.pk)
    content = f"{draft.content}\n\n{content}".strip()
    return keep_draft(author=author, draft=draft, title=draft.title, content=content)


def discard_draft(*, author: User, draft: Draft) -> None:
    """Throw a draft away, also one of a page that is blocked. What is published stays."""
    require(can_edit_page(author, draft.page))
    draft.delete()


def publish_draft(*, author: User, draft: Draft, written_at: datetime | None = None) -> Post:
    """Make a draft an article, or the new state of the article that it is of; the draft is gone by that.

    Of two who publish it at the same moment, one does; the other is told that it is gone.
    """
    require(can_post_to(author, draft.page))
    for _time in range(MOST_RENDERINGS):
        seen = _drafts().filter(pk=draft.pk).first()
        if seen is None:
            raise rows.Gone
        # Rendering takes its time, in which nobody who writes on is to wait.
        title, text = _titled(seen.title), _rendered(seen.content)
        if post := _published(author, seen, title, text, written_at):
            return post
    raise Conflict


@transaction.atomic
def _published(author: User, seen: Draft, title: str, text: Text, written_at: datetime | None) -> Post | None:
    """The article, if the draft says what it said when it was rendered."""
    draft = rows.hold(_drafts(), seen.pk)
    if (draft.title, draft.content) != (seen.title, seen.content):
        return None
    former = draft.post.article.content if draft.post else ""
    if draft.post:
        post = draft.post
        _change(author, post, title, text)
    else:
        post = _new(draft.page, title, written_at)
        _publish(author, post, text)
    adopt_pictures(post=post, draft=draft, former=former)
    draft.delete()
    return post


def publish_article(*, author: User, page: Page, title: str, content: str, written_at: datetime | None = None) -> Post:
    """Put an article on one's own page. One that was written long ago is dated so, and is no news to followers."""
    require(can_post_to(author, page))
    post = _new(page, _titled(title), written_at)
    _publish(author, post, _rendered(content))
    return post


def edit_article(*, author: User, post: Post, title: str | None = None, content: str | None = None) -> Post:
    """Change an article; what is not given stays. The same title and text change nothing."""
    require(can_edit_post(author, post) and can_post_to(author, post.page) and post.is_article)
    new_title = None if title is None else _titled(title)
    _change(author, post, new_title, None if content is None else _rendered(content))
    return post


def _new(page: Page, title: str, written_at: datetime | None) -> Post:
    at = written_at or timezone.now()
    return Post(page=page, kind=Post.Kind.ARTICLE, title=title, created_at=at, updated_at=at)


@transaction.atomic
def _publish(author: User, post: Post, text: Text) -> None:
    # Rendering takes its time, in which the page may be blocked.
    require(can_post_to(author, rows.hold(Page.objects.all(), post.page_id)))
    post.content = text.rendered.excerpt
    post.save(force_insert=True)
    ArticleText.objects.create(post=post, content=text.content, **kept_fields(rendered=text.rendered))
    note_names(post=post, text=text.rendered.prose)
    note_words(post=post, html=text.rendered.html)
    Page.objects.filter(pk=post.page_id).update(last_post_id=Greatest(F("last_post_id"), post.pk))
    record(PostPublished(post_id=post.pk, page_id=post.page_id, kind=post.kind))


@transaction.atomic
def _change(author: User, post: Post, title: str | None, text: Text | None) -> None:
    """What is None stays as it is by now, whatever was read before."""
    held = hold(post=post)
    require(can_edit_post(author, held) and can_post_to(author, held.page))
    if title in {None, held.title} and (text is None or text.content == held.article.content):
        return
    former_title, former_content = held.title, held.article.content
    post.title, post.updated_at = held.title if title is None else title, timezone.now()
    post.content = held.content if text is None else text.rendered.excerpt
    post.save(update_fields=["title", "content", "updated_at"])
    if text:
        ArticleText.objects.filter(post=post).update(content=text.content, **kept_fields(rendered=text.rendered))
        note_names(post=post, text=text.rendered.prose)
    post.article.refresh_from_db()
    note_words(post=post, html=post.article.html)
    _renew_draft(post, former_title, former_content)
    record(PostEdited(post_id=post.pk, page_id=post.page_id))


def _renew_draft(post: Post, former_title: str, former_content: str) -> None:
    """One that says what the article said holds nothing of its own, and would bring that back when it is published."""
    drafts = Draft.objects.filter(post=post, title=former_title, content=former_content)
    # Whoever holds it writes on it, or publishes it: they are not waited for.
    untouched = list(drafts.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Draft.objects.filter(pk__in=untouched).update(
        title=post.title, content=post.article.content, created_at=post.updated_at, updated_at=post.updated_at
    )


def check_text(*, title: str, content: str) -> None:
    """Refuse what no article can be, and do nothing."""
    _titled(title)
    _rendered(content)


def check_length(*, content: str) -> None:
    """Refuse a text that is longer than an article may be: before it is rendered, which takes as long as it is."""
    if len(content) > LONGEST_ARTICLE:
        raise Invalid(content=_("An article has at most %(most)d characters.") % {"most": LONGEST_ARTICLE})


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.select_related("page__owner", "post__page__owner", "post__article")


def _titled(title: str) -> str:
    title = one_line(title)
    if not title:
        raise Invalid(title=_("An article needs a title."))
    if len(title) > LONGEST_TITLE:
        raise Invalid(title=_("A title has at most 200 characters."))
    return title


def _rendered(content: str) -> Text:
    check_length(content=content)
    content = many_lines(content)
    if not content:
        raise Invalid(content=_("An article needs a text."))
    return Text(content, render(content, tag_address=address_of_hashtag))


def kept_fields(*, rendered: Rendered) -> dict[str, object]:
    """What is kept of a text as it is read."""
    headings = [[heading.level, heading.id, heading.text] for heading in rendered.headings]
    return {"html": rendered.html, "headings": headings, "minutes": rendered.minutes, "renderer": VERSION}
