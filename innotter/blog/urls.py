from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from innotter.blog import views
from innotter.blog.api import posts

router = SimpleRouter()
router.register("posts", posts.PostViewSet, basename="post")

api_urlpatterns = [
    path("users/me/likes/", posts.MyLikeViewSet.as_view({"get": "list"}), name="my-likes"),
    re_path(
        r"^pages/(?P<uuid>[A-Za-z0-9_-]{1,30})/posts/$",
        posts.PagePostViewSet.as_view({"get": "list"}),
        name="page-posts",
    ),
    *router.urls,
]

app_name = "blog"
urlpatterns = [
    re_path(r"^@(?P<handle>[A-Za-z0-9_-]{1,30})/$", views.page, name="page"),
    path("posts/new/", views.publish, name="publish"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/$", views.post, name="post"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/edit/$", views.edit, name="edit"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/delete/$", views.delete, name="delete"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/like/$", views.like, name="like"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/unlike/$", views.unlike, name="unlike"),
]
