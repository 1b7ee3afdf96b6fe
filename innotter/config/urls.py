"""The table of all addresses."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

import innotter.accounts.api.urls
import innotter.administration.urls
import innotter.blog.urls
import innotter.config.api
import innotter.feed.urls
import innotter.jobs.urls
import innotter.moderation.urls
import innotter.notifications.urls
import innotter.pages.urls
import innotter.tasks.urls
import innotter.webhooks.urls
from innotter.accounts.api.signing_in import jwks
from innotter.accounts.views import settings
from innotter.config import errors
from innotter.config.metrics import metrics_page
from innotter.web import health, installing, styles

api_urlpatterns = [
    path("schema/", innotter.config.api.SchemaView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", permission_classes=[], authentication_classes=[]),
        name="docs",
    ),
    *innotter.moderation.urls.api_urlpatterns,
    *innotter.administration.urls.api_urlpatterns,
    *innotter.feed.urls.api_urlpatterns,
    *innotter.tasks.urls.api_urlpatterns,
    *innotter.jobs.urls.api_urlpatterns,
    *innotter.blog.urls.api_urlpatterns,
    path("blog/", include((innotter.config.api.urlpatterns, "blog"))),
    *innotter.pages.urls.api_urlpatterns,
    *innotter.webhooks.urls.api_urlpatterns,
    *innotter.notifications.urls.api_urlpatterns,
    *innotter.accounts.api.urls.urlpatterns,
]

#: What programs ask comes first: patterns are tried in turn.
urlpatterns = [
    path("api/", include((api_urlpatterns, "api"))),
    path("", include("innotter.moderation.urls")),
    path("", include("innotter.administration.urls")),
    path("", include("innotter.feed.urls")),
    path("", include("innotter.tasks.urls")),
    path("", include("innotter.jobs.urls")),
    path("", include("innotter.blog.urls")),
    path("", include("innotter.pages.urls")),
    path("", include("innotter.webhooks.urls")),
    path("", include("innotter.notifications.urls")),
    path("", include("innotter.accounts.urls")),
    path("admin/", admin.site.urls),
    path("language/", settings.set_language, name="set-language"),
    path("mailbox/", include("innotter.mail.urls")),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready),
    path("metrics/", metrics_page),
    path(".well-known/jwks.json", jwks),
    re_path(r"^static/web/site\.(?P<version>[0-9a-f]{12})\.css$", styles.stylesheet, name="stylesheet"),
    re_path(r"^(?P<name>favicon\.ico|apple-touch-icon\.png)$", installing.icon, name="icon"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("service-worker.js", installing.service_worker, name="service-worker"),
    path("offline/", installing.offline, name="offline"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
