"""The blog's API on Django Ninja, and the one document that describes it together with the rest."""

from collections.abc import Sequence
from threading import Lock
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.encoding import force_bytes
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from innotter.api.ninja import as_elsewhere, new_api
from innotter.api.schema import arrange, with_refusals
from innotter.blog.api import articles, comments

blog = new_api(title="Innotter", urls_namespace="blog-api")
blog.add_router("", articles.router)
blog.add_router("", comments.router)

#: Ninja's own front page is not among them: the rest of the API has one.
urlpatterns = [
    URLPattern(pattern.pattern, as_elsewhere(pattern.callback), pattern.default_args, pattern.name)
    for pattern in blog.urls[0]
    if isinstance(pattern, URLPattern) and pattern.name != "api-root"
]

#: How the other half of the API says who may come in: by a token, by a browser's session, or for reading as nobody.
SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"cookieAuth": []}, {}]


def describe_whole(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: put the blog's operations into the document, and all of them into order."""
    document = blog.get_openapi_schema(path_prefix="/api/blog")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = SECURITY
            with_refusals(operation)
        result["paths"][path.replace("//", "/")] = operations
    result["components"]["schemas"] |= document["components"]["schemas"]
    arrange(result)
    return result


class SchemaView(SpectacularAPIView):
    """The document, made once for each language and format.

    It takes a third of a second, too long to be made for everybody who asks, and drf-spectacular cannot make two at
    a time: the second finds its extensions half loaded.
    """

    permission_classes: Sequence[Any] = ()
    authentication_classes: Sequence[Any] = ()
    schema = None  # It does not describe itself.
    _documents: ClassVar[dict[tuple[str | None, type], bytes]] = {}
    _making = Lock()

    def get(self, request: Request) -> HttpResponse:
        """The OpenAPI document of this API."""
        renderer = request.accepted_renderer
        key = (get_language(), type(renderer))
        with self._making:
            if key not in self._documents:
                document = SchemaGenerator().get_schema(request=None, public=True)
                self._documents[key] = force_bytes(renderer.render(document, renderer.media_type, {}))
        name = f'inline; filename="Innotter.{renderer.format}"'
        return HttpResponse(self._documents[key], renderer.media_type, headers={"Content-Disposition": name})
