"""The public addresses of this room: an office asks for an account."""

from django.urls import URLPattern, URLResolver, path

from referral_portal.offices import public_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("for-offices/apply/", public_views.apply, name="office_apply"),
    path("for-offices/apply/thanks/", public_views.apply_thanks, name="office_apply_thanks"),
]
