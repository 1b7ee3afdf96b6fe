"""Pictures go into an article with the text of its draft: those that it shows, and none that was taken out of it."""

import re
from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.blog.models import ArticleText, Draft, Post, PostImage
from innotter.blog.models.image import MOST_IMAGES_OF_ARTICLE
from innotter.errors import Invalid

#: Where a text names a picture, in whichever size.
_ADDRESS = re.compile(r"/media/posts/(\d{1,18})/")


def adopt_pictures(*, post: Post, draft: Draft, former: str) -> None:
    """Give an article the pictures of a draft of its text, with the article held; `former` is what it said before.

    Those of the author's other drafts come along that the text shows: it was moved here, and readers do not see drafts.
    Where there would be too many, as many go as the text does not show, the oldest first; if it shows too many itself,
    it is refused.
    """
    own, shown = set(draft.images.values_list("pk", flat=True)), pictures_in(text=draft.content)
    theirs = PostImage.objects.filter(Q(draft=draft) | Q(pk__in=shown, draft__page__owner=draft.page.owner_id))
    theirs.update(post=post, draft=None)
    _forget(post, draft, (own | pictures_in(text=former)) - shown)
    too_many = post.images.count() - MOST_IMAGES_OF_ARTICLE
    if too_many <= 0:
        return
    unseen = post.images.exclude(pk__in=shown).values_list("pk", flat=True)
    if len(unseen) < too_many:
        raise Invalid(
            content=_("An article has at most %(most)d pictures, and this text shows %(shown)d: take some out of it.")
            % {"most": MOST_IMAGES_OF_ARTICLE, "shown": post.images.count() - len(unseen)}
        )
    rows.delete(PostImage.objects.filter(pk__in=list(unseen)[:too_many]))


def pictures_in(*, text: str) -> set[int]:
    """The ids of the pictures that a text shows or leads to."""
    return {int(pk) for pk in _ADDRESS.findall(text)}


def _forget(post: Post, draft: Draft, taken_out: Collection[int]) -> None:
    """Drop what the author has taken out of the text, or everybody could still have it, and see it on the card.

    What another text of the author's shows stays: it was moved there.
    """
    gone = set(PostImage.objects.filter(post=post, pk__in=taken_out).values_list("pk", flat=True))
    if gone:
        rows.delete(PostImage.objects.filter(pk__in=gone - _shown_elsewhere(post, draft, gone)))


def _shown_elsewhere(post: Post, draft: Draft, pictures: Collection[int]) -> set[int]:
    owner, address = draft.page.owner_id, rf"/media/posts/({'|'.join(map(str, pictures))})/"
    drafts = Draft.objects.filter(page__owner=owner, content__regex=address).exclude(pk=draft.pk)
    articles = ArticleText.objects.filter(post__page__owner=owner, content__regex=address).exclude(post=post)
    texts = [*drafts.values_list("content", flat=True), *articles.values_list("content", flat=True)]
    return {pk for text in texts for pk in pictures_in(text=text)}
