"""The inbox's addresses, under /admin/inbox/."""

from django.urls import URLPattern, URLResolver, path, re_path

from referral_portal.inbox import views

REF = r"(?P<ref>[A-Z0-9]{1,4}-[0-9A-Z]{4,12})"
app_name = "inbox"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.inbox, name="list"),
    re_path(rf"^{REF}/$", views.item, name="item"),
    re_path(rf"^{REF}/files/(?P<uuid>[0-9a-f-]{{36}})/$", views.file, name="file"),
    re_path(
        rf"^{REF}/appointments/(?P<visit>VI-[0-9A-Z]{{4,12}})/(?P<noun>[a-z-]+)/$",
        views.act_on_visit,
        name="act_on_visit",
    ),
    re_path(rf"^{REF}/(?P<noun>[a-z-]+(?:/seen)?)/$", views.act, name="act"),
]
