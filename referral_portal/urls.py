"""The addresses of the portal, under /portal/."""

from django.urls import URLPattern, URLResolver, include, path

from referral_portal.offices.views import join

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", include("referral_portal.patient_urls")),
    path("office/", include("referral_portal.office_urls")),
    path("join/<str:token>/", join, name="portal_join"),
]
