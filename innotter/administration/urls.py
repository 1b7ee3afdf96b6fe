from django.urls import path, re_path

from innotter.administration import api, views

api_urlpatterns = [path("site/", api.SiteView.as_view(), name="site")]

app_name = "administration"
urlpatterns = [
    re_path(r"^(?P<name>rules|imprint|privacy)/$", views.document, name="document"),
    re_path(r"^media/site/(?P<version>[a-z0-9]{1,40}\.webp)$", views.logo, name="logo"),
    path("site/", views.status, name="status"),
    path("site/settings/", views.settings, name="settings"),
    path("site/logo/", views.set_logo, name="set-logo"),
]
