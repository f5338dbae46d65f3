"""The links in this room's mail."""

from django.urls import URLPattern, URLResolver, path

from newsletter.editions import views

urlpatterns: list[URLPattern | URLResolver] = [path("confirm/<str:token>/", views.confirm, name="confirm")]
