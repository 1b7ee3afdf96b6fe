"""Pages, to look at."""

from django.contrib import admin

from innotter.admin import ReadOnlyAdmin
from innotter.pages.models import Page, Tag


@admin.register(Page)
class PageAdmin(ReadOnlyAdmin[Page]):
    list_display = ["name", "handle", "owner", "is_private", "blocked_until", "created_at"]
    list_filter = ["is_private"]
    list_select_related = ["owner"]
    search_fields = ["name", "handle"]


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin[Tag]):
    search_fields = ["name"]
