"""The addresses of this room under /media/."""

from django.urls import URLPattern, URLResolver, path

from content import media, shared

urlpatterns: list[URLPattern | URLResolver] = [
    path("images/<str:name>", media.picture, name="picture"),
    path("share/<uuid:key>/<str:digest>.png", shared.share_picture, name="share_picture"),
]
