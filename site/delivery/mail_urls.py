"""The addresses of this room under /e/, named in messages."""

from django.urls import URLPattern, URLResolver, path

from delivery import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("why/<str:token>/", views.why, name="why"),
]
