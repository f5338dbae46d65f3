"""The mail link of this room."""

from django.urls import URLPattern, URLResolver, path

from referral_portal.referrals import mail_views

urlpatterns: list[URLPattern | URLResolver] = [path("refer/<str:token>/", mail_views.refer, name="refer")]
