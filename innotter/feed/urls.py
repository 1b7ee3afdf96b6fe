from django.urls import path

from innotter.feed import api, views

api_urlpatterns = [
    path("feed/", api.FeedViewSet.as_view({"get": "list"}), name="feed"),
    path("search/", api.Search.as_view(), name="search"),
]

app_name = "feed"
urlpatterns = [
    path("", views.home, name="home"),
    path("feed/new/", views.new_posts, name="new-posts"),
    path("feed/newer/", views.newer, name="newer"),
    path("explore/", views.explore, name="explore"),
    path("search/", views.search, name="search"),
]
