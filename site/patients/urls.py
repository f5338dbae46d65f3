"""The addresses of patients, under /admin/patients/."""

from django.urls import URLPattern, URLResolver, path, re_path

from patients.views import acts, duplicates, importing, keeping, leaving, listing, record

REF = r"(?P<ref>PT-[0-9A-Z]{4,12})"
POINT = r"(?P<point>\d{1,18})"
UUID = r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
IMPORT = r"(?P<ref>IM-[0-9A-Z]{4,12})"
app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.listing, name="list"),
    path("new/", acts.add, name="add"),
    path("import/", importing.imports, name="imports"),
    re_path(rf"^import/{IMPORT}/$", importing.import_file, name="import_file"),
    re_path(rf"^import/{IMPORT}/columns/$", importing.import_columns, name="import_columns"),
    re_path(rf"^import/{IMPORT}/start/$", importing.import_start, name="import_start"),
    re_path(rf"^import/{IMPORT}/drop/$", importing.import_drop, name="import_drop"),
    re_path(rf"^import/{IMPORT}/undo/$", importing.import_undo, name="import_undo"),
    re_path(rf"^import/{IMPORT}/refused/$", importing.import_refused, name="import_refused"),
    path("export/", leaving.hand_out, name="hand_out"),
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
