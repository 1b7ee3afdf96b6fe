from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from innotter.pages import api, views

UUID = r"(?P<uuid>[A-Za-z0-9_-]{1,30})"

router = SimpleRouter()
router.register("pages", api.PageViewSet, basename="page")

api_urlpatterns = [
    path("tags/", api.TagViewSet.as_view({"get": "list"}), name="tags"),
    re_path(
        r"^pages/(?P<uuid>[A-Za-z0-9_-]{1,30})/followers/$",
        api.FollowerViewSet.as_view({"get": "list"}),
        name="followers",
    ),
    re_path(
        rf"^pages/{UUID}/followers/(?P<username>[A-Za-z0-9._-]{{1,30}})/$",
        api.FollowerViewSet.as_view({"delete": "destroy"}),
        name="follower",
    ),
    re_path(
        rf"^pages/{UUID}/follow-requests/$", api.FollowRequestViewSet.as_view({"get": "list"}), name="follow-requests"
    ),
    re_path(
        rf"^pages/{UUID}/follow-requests/accept/$",
        api.FollowRequestViewSet.as_view({"post": "accept"}),
        name="accept-requests",
    ),
    re_path(
        rf"^pages/{UUID}/follow-requests/reject/$",
        api.FollowRequestViewSet.as_view({"post": "reject"}),
        name="reject-requests",
    ),
    *router.urls,
]

app_name = "pages"
urlpatterns = [
    path("pages/", views.mine, name="mine"),
    re_path(r"^people/(?P<username>[A-Za-z0-9._-]{1,30})/$", views.person, name="person"),
    path("pages/new/", views.create, name="create"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/edit/$", views.edit, name="edit"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/picture/$", views.set_image, name="set-image"),
    re_path(
        r"^media/pages/(?P<handle>[A-Za-z0-9_-]{1,30})/(?P<version>[a-z0-9]{1,40}\.webp)$", views.image, name="image"
    ),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/requests/$", views.requests, name="requests"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/delete/$", views.delete, name="delete"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/personal/$", views.choose, name="choose"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/followers/$", views.followers, name="followers"),
    re_path(
        r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/followers/(?P<username>[A-Za-z0-9._-]{1,30})/remove/$",
        views.remove_follower,
        name="remove-follower",
    ),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/follow/$", views.follow, name="follow"),
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/unfollow/$", views.unfollow, name="unfollow"),
]
