from django.contrib.sitemaps import views as sitemap
from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from innotter.blog.api import posts
from innotter.blog.api.statistics import PageStatistics
from innotter.blog.views import articles, comments, front, page, sharing, statistics, syndication
from innotter.blog.views import posts as views

HANDLE = r"(?P<handle>[A-Za-z0-9_-]{1,30})"
#: Any: an address for every tag that there is, or ever was.
TAG = r"(?P<name>[^/]+)"

router = SimpleRouter()
router.register("posts", posts.PostViewSet, basename="post")

api_urlpatterns = [
    path("users/me/likes/", posts.MyLikeViewSet.as_view({"get": "list"}), name="my-likes"),
    re_path(
        r"^pages/(?P<uuid>[A-Za-z0-9_-]{1,30})/posts/$",
        posts.PagePostViewSet.as_view({"get": "list"}),
        name="page-posts",
    ),
    re_path(r"^pages/(?P<uuid>[A-Za-z0-9_-]{1,30})/statistics/$", PageStatistics.as_view(), name="page-statistics"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/replies/$", posts.ReplyViewSet.as_view({"get": "list"}), name="post-replies"),
    re_path(rf"^tags/{TAG}/posts/$", posts.HashtagViewSet.as_view({"get": "list"}), name="tag-posts"),
    *router.urls,
]

app_name = "blog"
urlpatterns = [
    re_path(rf"^@{HANDLE}/$", page.page, name="page"),
    re_path(rf"^@{HANDLE}/about/$", page.about, name="about"),
    re_path(rf"^@{HANDLE}/card\.png$", sharing.page_card, name="page-card"),
    re_path(rf"^@{HANDLE}/statistics/$", statistics.statistics, name="statistics"),
    re_path(rf"^@{HANDLE}/statistics\.csv$", statistics.as_table, name="statistics-table"),
    re_path(rf"^@{HANDLE}/articles/$", front.articles, name="articles"),
    re_path(rf"^@{HANDLE}/articles/(?P<year>[0-9]{{4}})/(?P<month>[0-9]{{2}})/$", front.month, name="archive"),
    re_path(rf"^@{HANDLE}/feed\.atom$", syndication.AtomOfPage(), name="atom"),
    re_path(rf"^@{HANDLE}/feed\.rss$", syndication.RssOfPage(), name="rss"),
    path("sitemap.xml", sitemap.index, {"sitemaps": front.SITEMAPS, "sitemap_url_name": "blog:sitemap"}, "sitemaps"),
    path("sitemap-<section>.xml", sitemap.sitemap, {"sitemaps": front.SITEMAPS}, "sitemap"),
    path("robots.txt", front.robots, name="robots"),
    path("posts/new/", views.publish, name="publish"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/$", views.post, name="post"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/card\.png$", sharing.post_card, name="post-card"),
    re_path(r"^media/posts/(?P<pk>[0-9]{1,18})/(?P<size>full|medium|small)\.webp$", views.image, name="image"),
    path("drafts/", articles.drafts, name="drafts"),
    path("drafts/new/", articles.begin, name="begin-draft"),
    path("drafts/preview/", articles.preview, name="preview"),
    path("drafts/<int:pk>/", articles.write, name="write"),
    path("drafts/<int:pk>/keep/", articles.keep, name="keep-draft"),
    path("drafts/<int:pk>/pictures/", articles.add_picture, name="add-picture"),
    path("drafts/<int:pk>/discard/", articles.discard, name="discard-draft"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/change/$", articles.change, name="change-article"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/comment/$", comments.write, name="write-comment"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/comments/close/$", comments.close, name="close-comments"),
    path("comments/confirm/<str:token>/", comments.confirm, name="confirm-comment"),
    path("comments/silence/<str:token>/", comments.silence, name="silence"),
    re_path(r"^comments/(?P<pk>[0-9]{1,18})/$", comments.show, name="comment"),
    re_path(r"^comments/(?P<pk>[0-9]{1,18})/manage/$", comments.manage, name="manage-comment"),
    path("likes/", views.liked, name="liked"),
    re_path(rf"^tags/{TAG}/$", views.hashtag, name="hashtag"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/reply/$", views.reply, name="reply"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/edit/$", views.edit, name="edit"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/delete/$", views.delete, name="delete"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/like/$", views.like, name="like"),
    re_path(r"^posts/(?P<pk>[0-9]{1,18})/unlike/$", views.unlike, name="unlike"),
]
