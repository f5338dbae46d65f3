"""The addresses of follow-ups, under /admin/follow-ups/."""

from django.urls import URLPattern, URLResolver, path, re_path

from referral_portal.inbox import promise_views

REF = r"(?P<ref>FU-[0-9A-Z]{4,12})"
app_name = "follow_ups"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", promise_views.listing, name="list"),
    re_path(rf"^{REF}/$", promise_views.item, name="item"),
    re_path(rf"^{REF}/done/$", promise_views.done, name="done"),
    re_path(rf"^{REF}/opening/$", promise_views.open_again, name="open_again"),
    re_path(rf"^{REF}/assignment/$", promise_views.assign, name="assign"),
    re_path(rf"^{REF}/day/$", promise_views.move, name="move"),
    re_path(rf"^{REF}/note/$", promise_views.note, name="note"),
    re_path(rf"^{REF}/approval/$", promise_views.approve, name="approve"),
    re_path(rf"^{REF}/decline/$", promise_views.decline, name="decline"),
]
