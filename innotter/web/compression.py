"""What is sent compressed to whoever takes it so: text. Pictures and archives are as small as they can be."""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT = re.compile(r"text/|application/(?:.*\b)?(?:json|xml|javascript|openapi|yaml)\b", re.IGNORECASE)


class CompressionMiddleware(GZipMiddleware):
    """Django's own, which would also compress a picture again at each look, and take from a file how long it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _TEXT.match(response.get("Content-Type", "")):
            return response
        return super().process_response(request, response)
