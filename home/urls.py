"""The addresses of this room that name no language."""

from django.urls import URLPattern, URLResolver, path

from content.views import mark, stylesheet
from home import machines, portal, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("portal/", views.portal, name="portal"),
    path("portal/me/", portal.me, name="me"),
    path("portal/me/preferences/", portal.preferences, name="preferences"),
    path("display/", views.display, name="display"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("apple-touch-icon.png", machines.touch_icon, name="touch_icon"),
    path("robots.txt", machines.robots, name="robots"),
    path("brand/<slug:digest>.css", stylesheet, name="brand"),
    path("brand/<slug:digest>.svg", mark, name="brand_mark"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
]
