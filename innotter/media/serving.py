"""Handing out stored pictures, by whoever has checked that the reader may see them."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect


def stored_picture(request: HttpRequest, name: str) -> HttpResponse:
    """The file itself, or the way to S3 by an address that is good for a minute.

    The browser asks again each time, so that what is hidden from now on is hidden at once, and is told when it has the
    file already: a name never gets other content.
    """
    tag = f'"{name.rpartition("/")[2]}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _redirect_or_file(name)
    if response.status_code != HttpResponseRedirect.status_code:
        response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _redirect_or_file(name: str) -> HttpResponse:
    try:
        default_storage.path(name)
    except NotImplementedError:  # It is not a folder of this machine.
        return HttpResponseRedirect(default_storage.url(name))
    except SuspiciousFileOperation:
        raise Http404 from None
    try:
        with default_storage.open(name) as file:
            return HttpResponse(file.read(), content_type="image/webp")
    except (FileNotFoundError, IsADirectoryError, ValueError):
        raise Http404 from None
