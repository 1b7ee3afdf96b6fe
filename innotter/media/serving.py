"""Handing out stored files, and tables, by whoever has checked that the reader may see them."""

from typing import Any, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from innotter.text.tables import GivenOut


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


def stored_download(stored: str, *, name: str, content_type: str) -> HttpResponseBase:
    """A file to be saved: never shown by the browser, whatever it holds."""
    try:
        default_storage.path(stored)
    except NotImplementedError:  # It is not a folder of this machine.
        headers = {
            "ResponseContentDisposition": content_disposition_header(as_attachment=True, filename=name) or "",
            "ResponseContentType": content_type,
        }
        address = cast("Any", default_storage).url(stored, parameters=headers)
        response: HttpResponseBase = HttpResponseRedirect(address)
    else:
        try:
            file = default_storage.open(stored)
        except (FileNotFoundError, IsADirectoryError, ValueError):
            raise Http404 from None
        response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def table_download(table: GivenOut) -> HttpResponseBase:
    """A table to be saved, line by line."""
    response = StreamingHttpResponse(table.lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}"'
    return response
