"""The addresses of surveys, under /admin/surveys/."""

from django.urls import URLPattern, URLResolver, path, re_path

from newsletter.surveys import views

REF = r"(?P<ref>QU-[0-9A-Z]{4,20})"
app_name = "surveys"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.listing, name="list"),
    re_path(rf"^{REF}/$", views.item, name="item"),
    re_path(rf"^{REF}/themes/$", views.tag, name="tag"),
    path("<str:ref>/results.csv", views.as_table, name="table"),
]
