"""What people do with pages."""

from innotter.pages.services.editing import create_page, delete_page, edit_page
from innotter.pages.services.following import follow_page, unfollow_page

__all__ = ["create_page", "delete_page", "edit_page", "follow_page", "unfollow_page"]
