"""The addresses of this room under /media/."""

from django.urls import URLPattern, URLResolver, path

from content import media

urlpatterns: list[URLPattern | URLResolver] = [path("images/<str:name>", media.picture, name="picture")]
