"""The addresses of the portal, under /portal/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", include("referral_portal.patient_urls")),
]
