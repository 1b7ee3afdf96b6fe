"""All styles as one file: a page is drawn once it has all of them, and each file would be a request."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

#: In the order in which they build on each other.
BASE = "fonts tokens accents elements shell controls menus things pages"
PARTS = "welcome network reading writing jobs tasks filters task in-place board calendar charts search"
#: Beside its parts, so that addresses in them lead to the same files. The digest changes with each of them.
ADDRESS = "web/site.{digest}.css"
DIGITS = 12


@cache
def styles() -> bytes:
    """The parts, one after the other, as they were collected."""
    return b"\n".join(_part(f"web/{name}.css") for name in f"{BASE} {PARTS}".split())


def _part(name: str) -> bytes:
    """A part, with the names under which the files that it needs were collected."""
    storage: Any = staticfiles_storage
    stored = storage.stored_name(name) if isinstance(storage, ManifestFilesMixin) else name
    if storage.exists(stored):
        with storage.open(stored) as file:
            return bytes(file.read())
    return Path(str(finders.find(name))).read_bytes()


@cache
def digest() -> str:
    """Names this version of them."""
    return hashlib.sha256(styles()).hexdigest()[:DIGITS]


def styles_address() -> str:
    """Where they are found."""
    return settings.STATIC_URL + ADDRESS.format(digest=digest())


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def stylesheet(request: HttpRequest, version: str) -> HttpResponse:
    """The styles; 404 for those of another version, which nobody may keep under its name."""
    if version != digest():
        raise Http404
    return HttpResponse(styles(), content_type="text/css; charset=utf-8")
