"""The links of a letter's question; short, since a letter holds eleven of them."""

from django.urls import URLPattern, URLResolver, path

from newsletter.surveys import mail_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/", mail_views.explained, name="survey_explained"),
    path("s/<str:token>/", mail_views.survey, name="survey"),
]
