"""Opening, changing and closing pages."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Value
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record, record_all
from innotter.media.storage import keep
from innotter.media.uploads import square_from
from innotter.pages.events import PageCreated, PageDeleted, PageEdited, PageLostReplies, PageRenamed
from innotter.pages.models import Page, PageWords, Tag
from innotter.pages.permissions import can_edit_page
from innotter.pages.services.handles import give_up_handle, take_handle
from innotter.pages.services.requests import let_everybody_in
from innotter.text.tags import LONGEST_TAG, tag_name
from innotter.text.words import words_in

MOST_TAGS = 10


class OnlyPage(Conflict):
    """Everybody has a page: it is who they are where others reply to them, like and follow."""

    code = "only_page"
    message = _("This is your only page. Make it private instead, or create another one first.")


def create_page(
    *,
    owner: User,
    name: str,
    handle: str,
    description: str = "",
    tags: Sequence[str] = (),
    is_private: bool = False,
    is_personal: bool = False,
) -> Page:
    """Open a page."""
    page = Page(owner=owner, name=name, handle=handle.lower(), description=description)
    page.is_private, page.is_personal = is_private, is_personal
    page.clean_fields(exclude={"owner"})
    words = _clean_tags(tags)
    try:
        with transaction.atomic():
            page.save(force_insert=True)
            take_handle(page=page)
            page.tags.set(tags_named(names=words))
            _note_words(page)
            record(PageCreated(page_id=page.pk, owner_id=owner.pk, handle=page.handle))
    except IntegrityError:
        raise Invalid(handle=_("This handle is taken. Choose another.")) from None
    return page


def edit_page(
    *,
    owner: User,
    page: Page,
    name: str | None = None,
    handle: str | None = None,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    is_private: bool | None = None,
) -> Page:
    """Change what is given. A page that turns public lets in everybody who was waiting."""
    wishes = {"name": name, "handle": handle and handle.lower(), "description": description, "is_private": is_private}
    words = None if tags is None else _clean_tags(tags)
    try:
        with transaction.atomic():
            page = rows.hold(Page.objects.select_related("owner"), page.pk)
            require(can_edit_page(owner, page))
            former = page.handle
            changes = {field: value for field, value in wishes.items() if value not in {None, getattr(page, field)}}
            for field, value in changes.items():
                setattr(page, field, value)
            # By the rules of today is what is new: what is there was right when it was made.
            page.clean_fields(exclude={field.name for field in page._meta.fields} - changes.keys())
            page.save(update_fields=list(changes))
            if words is not None:
                page.tags.set(tags_named(names=words))
            _note_words(page)
            if not page.is_private:
                let_everybody_in(page=page)
            record(PageEdited(page_id=page.pk, handle=page.handle))
            if page.handle != former:
                take_handle(page=page)
                give_up_handle(page=page, handle=former)
                record(PageRenamed(page_id=page.pk, former_handle=former))
    except IntegrityError:
        raise Invalid(handle=_("This handle is taken. Choose another.")) from None
    return page


def set_image(*, owner: User, page: Page, file: UploadedFile[bytes]) -> Page:
    """Check and keep a picture of a page."""
    require(can_edit_page(owner, page))
    name = keep("pages", square_from(file))
    return _change_image(page, name)


def remove_image(*, owner: User, page: Page) -> None:
    """Remove a page's picture. Without one, nothing changes."""
    require(can_edit_page(owner, page))
    if page.image:
        _change_image(page, "")


@transaction.atomic
def _change_image(page: Page, name: str) -> Page:
    page = rows.hold(Page.objects.all(), page.pk)
    page.image = name
    page.save(update_fields=["image"])
    record(PageEdited(page_id=page.pk, handle=page.handle))
    return page


@transaction.atomic
def delete_page(*, owner: User, page: Page) -> None:
    """Remove a page with all that is on it. One that is gone already changes nothing.

    Where it was the personal one, their oldest other page is that from now on. The only one stays.
    """
    rows.hold(User.objects.all(), page.owner_id)  # One at a time: two at once would leave nothing.
    try:
        page = rows.hold(Page.objects.select_related("owner"), page.pk, to_delete=True)
    except rows.Gone:
        return
    require(can_edit_page(owner, page))
    if page.is_needed():
        raise OnlyPage
    record_all([PageLostReplies(page_id=answered, replies=count) for answered, count in _replies_to_others(page)])
    record(PageDeleted(page_id=page.pk, owner_id=owner.pk))
    rows.delete(Page.objects.filter(pk=page.pk))
    if page.is_personal and (heir := page.heir()):
        Page.objects.filter(pk=heir.pk).update(is_personal=True)


def _replies_to_others(page: Page) -> list[tuple[int, int]]:
    """The pages to whose posts something on this page replies, each with how often."""
    replies = page.posts.filter(reply_to=F("answered_id")).exclude(reply_to__page=page).order_by()
    return list(replies.values_list("reply_to__page").annotate(count=Count("pk")))


def _note_words(page: Page) -> None:
    """Remember what the page is found by, as it is now."""
    vector = words_in(Value(page.handle), weight="A") + words_in(Value(page.name), weight="B")
    if not page.is_private:
        vector += words_in(Value(" ".join(page.tags.values_list("name", flat=True))), weight="C")
    row = PageWords(page=page, vector=vector)
    PageWords.objects.bulk_create([row], update_conflicts=True, unique_fields=["page"], update_fields=["vector"])


def _clean_tags(names: Sequence[str]) -> list[str]:
    """Tags as they are kept, without #, each once; refuses too many and too long ones."""
    # A comma is between tags, as in the form: one with a comma in it would be two as soon as the form is sent again.
    words = list(dict.fromkeys(tag_name(part) for name in names for part in name.split(",")))
    words = [word for word in words if word]
    if len(words) > MOST_TAGS:
        raise Invalid(tags=_("A page has at most %(most)d tags.") % {"most": MOST_TAGS})
    if any(len(word) > LONGEST_TAG for word in words):
        raise Invalid(tags=_("A tag has at most %(longest)d characters.") % {"longest": LONGEST_TAG})
    return words


def tags_named(*, names: Sequence[str]) -> list[Tag]:
    """The tags with these names; those that nobody has used before are made."""
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    return list(Tag.objects.filter(name__in=names)) if names else []
