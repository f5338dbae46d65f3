"""The addresses of segments, under /admin/segments/."""

from django.urls import URLPattern, URLResolver, path, re_path

from patients.segments import views

REF = r"(?P<ref>SG-[0-9A-Z]{4,12})"
app_name = "segments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    re_path(rf"^{REF}/$", views.edit, name="edit"),
    re_path(rf"^{REF}/archive/$", views.archive, name="archive"),
    re_path(rf"^{REF}/restoring/$", views.restore, name="restore"),
]
