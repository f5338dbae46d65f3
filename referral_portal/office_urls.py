"""The addresses of the office's portal, under /portal/office/."""

from django.urls import URLPattern, URLResolver, path

from referral_portal.cases.views import acts, case, lists, papers, sending
from referral_portal.offices import views as offices

app_name = "portal_office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", lists.front, name="front"),
    path("cases/", lists.cases, name="cases"),
    path("cases.csv", lists.cases_csv, name="cases_csv"),
    path("cases/new/", sending.new, name="case_new"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/sent/", sending.sent, name="case_sent"),
    path("cases/<str:ref>/correction/", acts.correct, name="case_correction"),
    path("cases/<str:ref>/withdrawal/", acts.withdraw, name="case_withdrawal"),
    path("cases/<str:ref>/cancellation/", acts.cancel, name="case_cancellation"),
    path("cases/<str:ref>/messages/", acts.write, name="case_messages"),
    path("cases/<str:ref>/files/", acts.add_files, name="case_files"),
    path("cases/<str:ref>/files/<uuid:key>/", papers.file, name="case_file"),
    path("cases/<str:ref>/report.pdf", papers.report, name="case_report"),
    path("cases/<str:ref>/receipt/", acts.confirm, name="case_receipt"),
    path("cases/<str:ref>/slip/", case.slip, name="case_slip"),
    path("cases/<str:ref>/print/", case.print_page, name="case_print"),
    path("team/", offices.team, name="team"),
    path("team/invite/", offices.invite, name="invite"),
    path("team/invitations/<str:ref>/again/", offices.invite_again, name="invite_again"),
    path("team/invitations/<str:ref>/revocation/", offices.revoke, name="revoke"),
    path("switch/", offices.switch, name="switch"),
]
