"""The addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from content.views import stylesheet
from home import asking, machines, portal, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("portal/", views.portal, name="portal"),
    path("portal/me/", portal.me, name="me"),
    path("portal/me/preferences/", portal.preferences, name="preferences"),
    path("book/", asking.book, name="book"),
    path("book/thanks/", asking.book_thanks, name="book_thanks"),
    path("contact/write/", asking.write, name="write"),
    path("contact/write/thanks/", asking.write_thanks, name="write_thanks"),
    path("search/", views.search, name="search"),
    path("display/", views.display, name="display"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("apple-touch-icon.png", machines.touch_icon, name="touch_icon"),
    path("robots.txt", machines.robots, name="robots"),
    path("brand/<slug:digest>.css", stylesheet, name="brand"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
]
