"""What people do with posts."""

from innotter.blog.services.announcing import (
    announce,
    announce_abandoned,
    begin_announcing,
    is_announcement_abandoned,
    withdraw_announcement,
)
from innotter.blog.services.commenting import (
    close_comments,
    confirm_comment,
    delete_comment,
    forget_unconfirmed,
    hide_comment,
    open_comments,
    show_comment,
    stop_mail_to_guest,
    write_comment,
    write_guest_comment,
)
from innotter.blog.services.importing import check_article, import_article
from innotter.blog.services.liking import like_post, unlike_post
from innotter.blog.services.picturing import (
    MOST_ATTEMPTS,
    Upload,
    add_picture,
    add_picture_to_draft,
    is_size_missing,
    make_missing_sizes,
    make_sizes,
)
from innotter.blog.services.publishing import delete_post, edit_post, publish_post, store_pictures
from innotter.blog.services.recognizing import Outcome, outcome_of, remarks_on
from innotter.blog.services.renaming import rename_in_jobs
from innotter.blog.services.rerendering import is_article_old, render_old_articles
from innotter.blog.services.wording import note_missing_words
from innotter.blog.services.writing import (
    DraftHasChanged,
    begin_draft,
    check_length,
    discard_draft,
    draft_of,
    edit_article,
    keep_draft,
    publish_article,
    publish_draft,
    write_on,
)

__all__ = [
    "MOST_ATTEMPTS",
    "DraftHasChanged",
    "Outcome",
    "Upload",
    "add_picture",
    "add_picture_to_draft",
    "announce",
    "announce_abandoned",
    "begin_announcing",
    "begin_draft",
    "check_article",
    "check_length",
    "close_comments",
    "confirm_comment",
    "delete_comment",
    "delete_post",
    "discard_draft",
    "draft_of",
    "edit_article",
    "edit_post",
    "forget_unconfirmed",
    "hide_comment",
    "import_article",
    "is_announcement_abandoned",
    "is_article_old",
    "is_size_missing",
    "keep_draft",
    "like_post",
    "make_missing_sizes",
    "make_sizes",
    "note_missing_words",
    "open_comments",
    "outcome_of",
    "publish_article",
    "publish_draft",
    "publish_post",
    "remarks_on",
    "rename_in_jobs",
    "render_old_articles",
    "show_comment",
    "stop_mail_to_guest",
    "store_pictures",
    "unlike_post",
    "withdraw_announcement",
    "write_comment",
    "write_guest_comment",
    "write_on",
]
