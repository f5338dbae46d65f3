"""The addresses of consent in the admin: at the desk under /admin/patients/, and the report."""

from django.urls import URLPattern, URLResolver, path, re_path

from delivery import desk_views, report_views, shut_views
from delivery.vouching.views import sender

REF = r"(?P<ref>PT-[0-9A-Z]{4,12})"
app_name = "consent"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(rf"^patients/{REF}/preferences/$", desk_views.preferences, name="preferences"),
    re_path(rf"^patients/{REF}/preferences/form/$", desk_views.form_for, name="form"),
    path("patients/preferences-form/", desk_views.blank_form, name="blank_form"),
    path("reports/sender/", sender, name="sender"),
    path("reports/consent/", report_views.report, name="report"),
    path("reports/consent.csv", report_views.report_csv, name="report_csv"),
    path("reports/addresses/", shut_views.listing, name="shut"),
    path("reports/addresses/find/", shut_views.find, name="shut_find"),
    path("reports/addresses/lift/", shut_views.lift, name="shut_lift"),
]
