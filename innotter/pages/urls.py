from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from innotter.pages import api, views

router = SimpleRouter()
router.register("pages", api.PageViewSet, basename="page")

api_urlpatterns = [
    path("tags/", api.TagViewSet.as_view({"get": "list"}), name="tags"),
    re_path(
        r"^pages/(?P<uuid>[A-Za-z0-9_-]{1,30})/followers/$",
        api.FollowerViewSet.as_view({"get": "list"}),
        name="followers",
    ),
    *router.urls,
]

app_name = "pages"
urlpatterns = [
    path("pages/", views.mine, name="mine"),
    path("pages/new/", views.create, name="create"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/edit/$", views.edit, name="edit"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/delete/$", views.delete, name="delete"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/follow/$", views.follow, name="follow"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/unfollow/$", views.unfollow, name="unfollow"),
]
