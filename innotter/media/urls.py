from django.urls import path

from innotter.media import views

app_name = "media"
urlpatterns = [path("avatars/<str:name>", views.avatar, name="avatar")]
