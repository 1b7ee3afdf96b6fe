"""What people do with pages."""

from innotter.pages.services.editing import create_page, delete_page, edit_page
from innotter.pages.services.following import follow_page, unfollow_page
from innotter.pages.services.requests import accept_requests, reject_requests

__all__ = [
    "accept_requests",
    "create_page",
    "delete_page",
    "edit_page",
    "follow_page",
    "reject_requests",
    "unfollow_page",
]
