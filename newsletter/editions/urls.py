"""The addresses of this room under /newsletter/; the archive and its letters are Wagtail's."""

from django.urls import URLPattern, URLResolver, path

from newsletter.editions import views
from newsletter.editions.feed import feed

app_name = "editions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("welcome/", views.welcome, name="welcome"),
    path("feed.xml", feed, name="feed"),
]
