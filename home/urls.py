"""The addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from home import machines, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("portal/", views.portal, name="portal"),
    path("search/", views.search, name="search"),
    path("display/", views.display, name="display"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
]
