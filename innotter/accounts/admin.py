"""People, for admins. Blocking and roles are changed here too, by the same services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from innotter.accounts import services
from innotter.accounts.authentication import signed_in
from innotter.accounts.models import Session, User
from innotter.admin import Panel, ReadOnlyAdmin
from innotter.errors import Invalid

admin.site.unregister(Group)  # Roles say who may do what.


class UserForm(forms.ModelForm[User]):
    """A person, with a name that nobody else has: neither a person nor a page."""

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if username != self.instance.username:
            try:
                services.require_free(username=username, user=self.instance)
            except Invalid as refusal:
                raise forms.ValidationError(refusal.errors["username"]) from refusal
        return username


@admin.register(User)
class UserAdmin(Panel[User]):
    list_display = ["username", "email", "name", "role", "is_blocked", "email_verified_at", "date_joined"]
    list_filter = ["role", "is_blocked", ("email_verified_at", admin.EmptyFieldListFilter)]
    search_fields = ["username", "email", "name"]
    fields = ["username", "email", "name", "title", "role", "is_blocked", "email_verified_at", "language", "time_zone"]
    readonly_fields = ["is_blocked", "email_verified_at"]
    form = UserForm
    actions = ["block", "unblock"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # People register by themselves.

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # They are blocked, not removed: what they wrote stays attributable.

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "username" in form.changed_data:
            services.note_new_username(user=obj, former=form.initial["username"])
        if "role" in form.changed_data:
            services.note_new_role(admin=signed_in(request), user=obj)
        services.tell_browsers(user=obj)
        if "time_zone" in form.changed_data:
            services.keep_time_zone(user=obj)
        if "email" in form.changed_data:
            services.forget_wishes(user=obj)

    @admin.action(description=_("Block"))
    def block(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        admin_user = signed_in(request)
        for user in queryset.exclude(pk=admin_user.pk):
            services.block_user(admin=admin_user, user=user)

    @admin.action(description=_("Unblock"))
    def unblock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        admin_user = signed_in(request)
        for user in queryset.exclude(pk=admin_user.pk):
            services.unblock_user(admin=admin_user, user=user)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin[Session]):
    list_display = ["user", "device", "ip", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    exclude = ["token_hash", "browser_key"]
