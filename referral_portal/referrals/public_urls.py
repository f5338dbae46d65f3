"""The public addresses of this room: the friend's page and the explanation."""

from django.urls import URLPattern, URLResolver, path

from referral_portal.referrals import public_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("refer/", public_views.explain, name="refer_explained"),
    path("r/<str:code>/", public_views.friend, name="friend"),
    path("r/<str:code>/thanks/", public_views.friend_thanks, name="friend_thanks"),
]
