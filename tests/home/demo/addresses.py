"""The site's addresses as DEMO=1 has them."""

from django.urls import include, path

from config.urls import handler403, handler404, handler500
from config.urls import urlpatterns as without_demo

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = [path("demo/", include("home.demo.urls")), *without_demo]
