from django.urls import path, re_path

from innotter.moderation import api, views

api_urlpatterns = [
    path("reports/", api.ReportViewSet.as_view({"get": "list", "post": "create"}), name="reports"),
    re_path(
        r"^reports/(?P<pk>[0-9]{1,18})/decide/$", api.ReportViewSet.as_view({"post": "decide"}), name="decide-report"
    ),
    path("moderation/log/", api.LogViewSet.as_view({"get": "list"}), name="moderation-log"),
]

HANDLE = r"(?P<handle>[A-Za-z0-9_-]{1,30})"
USERNAME = r"(?P<username>[A-Za-z0-9._-]{1,30})"

app_name = "moderation"
urlpatterns = [
    re_path(r"^report/(?P<kind>post|comment|page|user)/(?P<key>[A-Za-z0-9._-]{1,30})/$", views.report, name="report"),
    path("moderation/", views.queue, name="queue"),
    path("moderation/log/", views.log, name="log"),
    re_path(r"^moderation/reports/(?P<pk>[0-9]{1,18})/$", views.decide, name="decide"),
    re_path(rf"^moderation/pages/{HANDLE}/block/$", views.block_page, name="block-page"),
    re_path(rf"^moderation/pages/{HANDLE}/unblock/$", views.unblock_page, name="unblock-page"),
    re_path(rf"^moderation/people/{USERNAME}/block/$", views.block_user, name="block-user"),
    re_path(rf"^moderation/people/{USERNAME}/unblock/$", views.unblock_user, name="unblock-user"),
]
