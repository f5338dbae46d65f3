"""The addresses of this room under /e/, named in messages."""

from django.urls import URLPattern, URLResolver, path

from delivery import views
from delivery.clicks.views import follow

urlpatterns: list[URLPattern | URLResolver] = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("c/<str:token>/", follow, name="click"),
    path("why/<str:token>/", views.why, name="why"),
]
