"""The admin panel: for admins only, and through the product's own sign-in."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from innotter.accounts.authentication import sign_browser_out
from innotter.accounts.permissions import can_use_admin_panel


class AdminSite(admin.AdminSite):
    site_header = site_title = "Innotter"
    index_title = _("Admin panel")

    def has_permission(self, request: HttpRequest) -> bool:
        return can_use_admin_panel(request.user)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """Send people to the product's sign-in, which knows verification, blocks and limits; refuse the others."""
        if request.user.is_authenticated:
            return redirect("feed:home")
        return redirect(f"{reverse('accounts:log-in')}?next={reverse('admin:index')}")

    def logout(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # type: ignore[override]
        """End the session as everywhere else."""
        if request.method == "POST":
            sign_browser_out(request)
        return redirect("feed:home")

    def password_change(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # type: ignore[override]
        return redirect("accounts:settings")
