"""What a browser asks for to keep the site among the apps of a device: icons, a manifest, a page without a network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from innotter.site.current import current_site
from innotter.text.json import write
from innotter.web.caching import build
from innotter.web.styles import styles_address

#: By their names in the root, where browsers look for them without being told.
ICONS = {"favicon.ico": "web/icons/favicon.ico", "apple-touch-icon.png": "web/icons/apple-touch-icon.png"}
#: As in tokens.css.
PAPER = "#fbfaf8"
OFFLINE = "/offline/"

in_the_browser = cache_control(max_age=3600)


@in_the_browser
@require_safe
def icon(request: HttpRequest, name: str) -> HttpResponse:
    return redirect(static(ICONS[name]))


@in_the_browser
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """https://www.w3.org/TR/appmanifest/"""
    site = current_site()
    icons = [
        {
            "src": static(f"web/icons/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in (("192", "any"), ("512", "any"), ("512", "maskable"))
    ]
    says = {
        "id": "/",
        "name": site.name,
        "short_name": site.name,
        "description": site.description or _("A home for a community that publishes and works together."),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": site.accent_color,
        "icons": icons,
    }
    return JsonResponse(says, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the browser, and shown for a page that cannot be reached."""
    words = {
        "title": _("You are offline."),
        "advice": _("This page cannot be reached at the moment. Check your connection, and try again."),
        "stylesheet": styles_address(),
        "site": current_site(),
        "again": True,
    }
    return render(None, "web/turned_away.html", words)


@in_the_browser
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """In the root, since it looks after all that lies below its own address."""
    files = [OFFLINE, static("web/theme.js"), styles_address()]
    words = {"name": build()[:16], "files": write(files).decode(), "offline": write(OFFLINE).decode()}
    return render(None, "web/service_worker.js", words, content_type="text/javascript")
