from django.urls import re_path

from innotter.webhooks import api, views

PK = r"(?P<pk>[0-9]{1,18})"
Webhooks, Deliveries = api.WebhookViewSet.as_view, api.WebhookDeliveryViewSet.as_view

api_urlpatterns = [
    re_path(r"^webhooks/$", Webhooks({"get": "list", "post": "create"}), name="webhooks"),
    re_path(r"^webhooks/types/$", api.WebhookTypes.as_view(), name="webhook-types"),
    re_path(
        rf"^webhooks/{PK}/$",
        Webhooks({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="webhook",
    ),
    re_path(rf"^webhooks/{PK}/rotate/$", Webhooks({"post": "rotate"}), name="rotate-webhook"),
    re_path(rf"^webhooks/{PK}/test/$", Webhooks({"post": "test"}), name="test-webhook"),
    re_path(rf"^webhooks/{PK}/deliveries/$", Deliveries({"get": "list"}), name="webhook-deliveries"),
    re_path(
        rf"^webhooks/{PK}/deliveries/(?P<delivery>[0-9]{{1,18}})/resend/$",
        Deliveries({"post": "resend"}),
        name="resend-webhook",
    ),
]

app_name = "webhooks"
DELIVERY = r"(?P<delivery>[0-9]{1,18})"
urlpatterns = [
    re_path(r"^settings/webhooks/$", views.mine, name="mine"),
    re_path(r"^settings/webhooks/new/$", views.create, name="create"),
    re_path(rf"^teams/{PK}/webhooks/$", views.of_team, name="of-team"),
    re_path(rf"^teams/{PK}/webhooks/new/$", views.create_for_team, name="create-for-team"),
    re_path(rf"^webhooks/{PK}/$", views.webhook, name="webhook"),
    re_path(rf"^webhooks/{PK}/rotate/$", views.rotate, name="rotate"),
    re_path(rf"^webhooks/{PK}/test/$", views.test, name="test"),
    re_path(rf"^webhooks/{PK}/delete/$", views.delete, name="delete"),
    re_path(rf"^webhooks/{PK}/deliveries/{DELIVERY}/$", views.delivery, name="delivery"),
    re_path(rf"^webhooks/{PK}/deliveries/{DELIVERY}/resend/$", views.send_again, name="send-again"),
]
