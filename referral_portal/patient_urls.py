"""The addresses of the patient's portal, under /portal/me/."""

from django.urls import URLPattern, URLResolver, path

from referral_portal.referrals import views

app_name = "portal_patient"
urlpatterns: list[URLPattern | URLResolver] = [
    path("referrals/", views.referrals, name="referrals"),
    path("referrals/new/", views.new, name="referral_new"),
    path("referrals/<str:ref>/", views.referral, name="referral"),
    path("referrals/<str:ref>/done/", views.done, name="referral_done"),
    path("link/", views.link, name="link"),
    path("link/link.svg", views.link_svg, name="link_svg"),
]
