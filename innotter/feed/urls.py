from django.urls import path

from innotter.feed.api import home as home_api
from innotter.feed.api import search as search_api
from innotter.feed.views import completing, home, palette, search

api_urlpatterns = [
    path("feed/", home_api.FeedViewSet.as_view({"get": "list"}), name="feed"),
    path("search/", search_api.Search.as_view(), name="search"),
]

app_name = "feed"
urlpatterns = [
    path("", home.home, name="home"),
    path("feed/new/", home.new_posts, name="new-posts"),
    path("feed/newer/", home.newer, name="newer"),
    path("explore/", home.explore, name="explore"),
    path("explore/posts/", home.explore_posts, name="explore-posts"),
    path("search/", search.search, name="search"),
    path("places/", palette.palette, name="palette"),
    path("complete/", completing.complete, name="complete"),
    path("keyboard/", palette.keyboard, name="keyboard"),
]
