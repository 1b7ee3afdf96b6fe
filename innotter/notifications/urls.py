from django.urls import path

from innotter.notifications import api, views

api_urlpatterns = [
    path("notifications/", api.NotificationViewSet.as_view({"get": "list"}), name="notifications"),
    path("notifications/unread/", api.NotificationViewSet.as_view({"get": "unread"}), name="notifications-unread"),
    path("notifications/read/", api.NotificationViewSet.as_view({"post": "read"}), name="notifications-read"),
    path("notifications/preferences/", api.Preferences.as_view(), name="notification-preferences"),
]

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/<int:pk>/", views.open_one, name="open"),
    path("notifications/read/", views.read_all, name="read-all"),
    path("notifications/preferences/", views.preferences, name="preferences"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
