"""What people do with pages."""

from innotter.pages.services.blocking import FOR_EVER, block_page, unblock_page
from innotter.pages.services.editing import (
    create_page,
    delete_page,
    edit_page,
    remove_image,
    set_image,
    tags_named,
)
from innotter.pages.services.following import follow_page, remove_follower, unfollow_page
from innotter.pages.services.personal import (
    choose_personal_page,
    give_everybody_a_page,
    give_personal_page,
    handle_for,
    names_of_pages,
    rename_personal_page,
)
from innotter.pages.services.requests import accept_requests, reject_requests
from innotter.pages.services.restoring import begin_revisions
from innotter.pages.services.viewing import note_views

__all__ = [
    "FOR_EVER",
    "accept_requests",
    "begin_revisions",
    "block_page",
    "choose_personal_page",
    "create_page",
    "delete_page",
    "edit_page",
    "follow_page",
    "give_everybody_a_page",
    "give_personal_page",
    "handle_for",
    "names_of_pages",
    "note_views",
    "reject_requests",
    "remove_follower",
    "remove_image",
    "rename_personal_page",
    "set_image",
    "tags_named",
    "unblock_page",
    "unfollow_page",
]
