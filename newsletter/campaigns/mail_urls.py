"""The links in this room's letters."""

from django.urls import URLPattern, URLResolver, path

from newsletter.campaigns import mail_views

urlpatterns: list[URLPattern | URLResolver] = [path("view/<str:token>/", mail_views.view_letter, name="view")]
