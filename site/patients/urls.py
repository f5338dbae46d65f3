"""The addresses of patients, under /admin/patients/."""

from django.urls import URLPattern, URLResolver, path, re_path

from patients.views import acts, duplicates, keeping, listing, record

REF = r"(?P<ref>PT-[0-9A-Z]{4,12})"
POINT = r"(?P<point>\d{1,18})"
UUID = r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listing, name="list"),
    path("new/", acts.add, name="add"),
    path("duplicates/", duplicates.listing, name="duplicates"),
    re_path(r"^duplicates/(?P<pair>LA-[0-9A-Z]{4,12})/apart/$", duplicates.tell_apart, name="tell_apart"),
    re_path(rf"^{REF}/$", record.record, name="record"),
    re_path(rf"^{REF}/consents/$", record.consents, name="consents"),
    re_path(rf"^{REF}/access/$", record.access, name="access"),
    re_path(rf"^{REF}/data/$", acts.edit, name="edit"),
    re_path(rf"^{REF}/notes/$", acts.note, name="note"),
    re_path(rf"^{REF}/facts/$", acts.facts, name="facts"),
    re_path(rf"^{REF}/status/$", acts.status, name="status"),
    re_path(rf"^{REF}/deceased/$", acts.deceased, name="deceased"),
    re_path(rf"^{REF}/living/$", acts.living, name="living"),
    re_path(rf"^{REF}/contact/$", acts.contact, name="contact"),
    re_path(rf"^{REF}/contact/{POINT}/shown/$", record.show_address, name="show_address"),
    re_path(rf"^{REF}/contact/{POINT}/(?P<noun>first|verification|removal)/$", acts.point, name="point"),
    re_path(rf"^{REF}/confidants/$", acts.confidants, name="confidants"),
    re_path(rf"^{REF}/confidants/{UUID}/removal/$", acts.end_confidant, name="end_confidant"),
    re_path(rf"^{REF}/merge/$", duplicates.merges, name="merges"),
    re_path(rf"^{REF}/merge/(?P<other>PT-[0-9A-Z]{{4,12}})/$", duplicates.side_by_side, name="side_by_side"),
    re_path(rf"^{REF}/merges/(?P<merge>MG-[0-9A-Z]{{4,12}})/undoing/$", duplicates.unmerge, name="unmerge"),
    re_path(rf"^{REF}/export/$", keeping.export, name="export"),
    re_path(rf"^{REF}/erasure/$", keeping.erase, name="erase"),
]
