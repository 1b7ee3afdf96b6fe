"""The blog's API on Django Ninja, and the one document that describes it together with the rest."""

from typing import Any

from django.urls import URLPattern

from innotter.api.ninja import as_elsewhere, new_api
from innotter.api.schema import with_refusals
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


def describe_blog(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: put the blog's operations into the document."""
    document = blog.get_openapi_schema(path_prefix="/api/blog")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = SECURITY
            with_refusals(operation)
        result["paths"][path.replace("//", "/")] = operations
    result["components"]["schemas"] |= document["components"]["schemas"]
    return result
