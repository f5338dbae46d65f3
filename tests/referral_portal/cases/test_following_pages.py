"""The office's pages after sending: nobody sees another's, each reading is written down, conflicts are told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from practice.models import Provider
from referral_portal.cases import actions
from referral_portal.cases.models import Case
from referral_portal.offices.models import Office
from tests.cast import sign_in
from tests.factories.cases import CaseFactory, pdf, picture

pytestmark = pytest.mark.django_db


NEW = "/portal/office/cases/new/"

# Peers' published holes, replayed (OpenEMR CVE-2026-25147, -27943, -25744, -24890 and CVE-2021-32101: objects of
# somebody else, reached by their name; CVE-2026-24908 and Ghost CVE-2026-26980: injection through sort and filter).
UNDER = (*("", "sent/", "print/", "slip/", "correction/", "withdrawal/", "cancellation/", "files/", "report.pdf"),)


@pytest.mark.parametrize("end", UNDER)
def test_openemr_object_access_a_foreign_case_is_not_there(client: Client, walter: Case, otto: User, end: str) -> None:
    stranger = sign_in(client, otto)
    before = Entry.objects.count()
    for ref in (walter.ref, "JR-NONE"):
        answer = stranger.get(f"/portal/office/cases/{ref}/{end}")
        assert answer.status_code == 404
        assert "Brandvold" not in answer.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("end", ["messages/", "correction/", "withdrawal/", "cancellation/", "files/", "receipt/"])
def test_openemr_object_access_a_foreign_case_cannot_be_changed(
    client: Client, walter: Case, otto: User, end: str
) -> None:
    given = {"msg": "x", "field": "phone", "value": "360-555-0100", "reason": "x", "uploads": picture()}
    answer = sign_in(client, otto).post(f"/portal/office/cases/{walter.ref}/{end}", given)
    assert answer.status_code == 404
    walter.refresh_from_db()
    assert (walter.version, walter.files.count(), walter.messages.count()) == (1, 0, 0)


def test_openemr_object_access_a_file_opens_only_under_its_own_case(
    client: Client, walter: Case, otto: User, kestrel: Office, dana: User
) -> None:
    file = actions.check_file(file=actions.add_file(case=walter, upload=picture(), by=dana))
    own = CaseFactory.create(office=kestrel)
    stranger = sign_in(client, otto)
    for ref in (walter.ref, own.ref):
        assert stranger.get(f"/portal/office/cases/{ref}/files/{file.pk}/").status_code == 404
    at_home = sign_in(Client(), dana).get(f"/portal/office/cases/{walter.ref}/files/{file.pk}/")
    assert at_home.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "view=all'--",
        "status=' OR 1=1",
        "page=-1",
        "page=0",
        "page=1e9",
        "page=99999999999999999999",
        "who=' OR ''='",
        "q=%27%20OR%201%3D1%20--",
        "q=%00",
        "order=name",
        "view=all&page=٣",
        "urgent=1&urgent=2",
    ],
)
def test_ghost_injection_through_filters_changes_nothing(client: Client, walter: Case, otto: User, query: str) -> None:
    page = sign_in(client, otto).get(f"/portal/office/cases/?{query}")
    assert page.status_code == 200
    assert walter.ref not in page.content.decode()


def test_a_file_is_handed_over_as_an_attachment_and_written_down(dana_in: Client, walter: Case, dana: User) -> None:
    file = actions.add_file(case=walter, upload=picture("../../etc/pass\u202ewd\n.jpg"), by=dana)
    url = f"/portal/office/cases/{walter.ref}/files/{file.pk}/"
    assert dana_in.get(url).status_code == 404, "not before it was checked"
    actions.check_file(file=file)
    answer = dana_in.get(url)
    assert answer["Content-Disposition"] == 'attachment; filename="passwd.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")  # type: ignore[attr-defined]
    entry = Entry.objects.get(verb="file.viewed")
    assert (entry.subject, entry.by) == (f"file:{file.pk}", f"user:{dana.ref}")


def test_opening_a_case_is_written_down_with_the_person_and_no_name(dana_in: Client, walter: Case, dana: User) -> None:
    dana_in.get(f"/portal/office/cases/{walter.ref}/")
    entry = Entry.objects.get(verb="case.viewed")
    assert (entry.subject, entry.by) == (f"case:{walter.ref}", f"user:{dana.ref}")
    assert "Brandvold" not in str(entry.particulars)


def test_one_click_confirms_and_downloads(dana_in: Client, walter: Case, rosa: User, dr_lindqvist: Provider) -> None:
    actions.complete(case=walter, ending="treated", text="Root canal <done> & well.", clinician=dr_lindqvist, by=rosa)
    answer = dana_in.post(f"/portal/office/cases/{walter.ref}/receipt/", {"download": "1"}, follow=True)
    html = answer.content.decode()
    assert f'content="0;url=/portal/office/cases/{walter.ref}/report.pdf"' in html
    assert 'data-status="confirmed"' in html
    assert "http-equiv" not in dana_in.get(f"/portal/office/cases/{walter.ref}/").content.decode()
    report = dana_in.get(f"/portal/office/cases/{walter.ref}/report.pdf")
    assert report.content.startswith(b"%PDF")
    assert report["Content-Disposition"] == f'attachment; filename="report-{walter.ref}.pdf"'
    assert Entry.objects.filter(verb="report.viewed").count() == 1


def test_a_report_that_was_not_written_is_not_there(dana_in: Client, walter: Case) -> None:
    assert dana_in.get(f"/portal/office/cases/{walter.ref}/report.pdf").status_code == 404


def test_a_receipt_before_the_report_is_a_conflict(dana_in: Client, walter: Case) -> None:
    answer = dana_in.post(f"/portal/office/cases/{walter.ref}/receipt/")
    assert answer.status_code == 409


def test_a_stale_form_answers_409_and_shows_what_is_new(dana_in: Client, walter: Case, rosa: User) -> None:
    url = f"/portal/office/cases/{walter.ref}/cancellation/"
    form = dana_in.get(url).content.decode()
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    actions.acknowledge(case=walter, by=rosa)
    answer = dana_in.post(url, {"reason": "Changed.", "version": version[1]})
    assert answer.status_code == 409
    assert "Acknowledged" in answer.content.decode()
    walter.refresh_from_db()
    assert walter.status == "received"


def test_correcting_shows_old_and_new(dana_in: Client, walter: Case) -> None:
    url = f"/portal/office/cases/{walter.ref}/correction/"
    answer = dana_in.post(url, {"field": "phone", "value": "360 555 0199", "version": walter.version}, follow=True)
    html = answer.content.decode()
    assert "<s>(360) 555-0188</s>" in html
    assert "<b>(360) 555-0199</b>" in html
    twice = dana_in.post(url, {"field": "born", "value": "03/04/1954", "version": ""})
    assert twice.status_code == 422


def test_a_message_with_a_file_arrives(dana_in: Client, walter: Case) -> None:
    url = f"/portal/office/cases/{walter.ref}/messages/"
    answer = dana_in.post(url, {"msg": "Here is the chart.", "file": pdf()}, follow=True)
    assert "Here is the chart." in answer.content.decode()
    assert walter.files.get().name == "chart.pdf"
    assert dana_in.post(url, {"msg": ""}).status_code == 422
    assert dana_in.get(url).status_code == 405


def test_a_table_to_take_along_holds_no_formula_and_no_foreign_case(
    dana_in: Client, walter: Case, kestrel: Office, saltmarsh: Office
) -> None:
    CaseFactory.create(office=kestrel, given_name="Foreign")
    CaseFactory.create(office=saltmarsh, given_name='=HYPERLINK("http://evil")', family_name="+1")
    answer = dana_in.get("/portal/office/cases.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert walter.ref in text
    assert "Foreign" not in text
    assert "'=HYPERLINK" in text
    assert not re.search(r'(^|,)"?[=+@-]', text, re.MULTILINE)
    assert Entry.objects.filter(verb="cases.viewed").count() == 1


@pytest.mark.parametrize(("view", "count"), [("you", 2), ("open", 4), ("confirm", 1), ("closed", 1), ("all", 5)])
def test_five_views_count_what_they_show(
    dana_in: Client, saltmarsh: Office, kestrel: Office, view: str, count: int
) -> None:
    for status in ("submitted", "accepted", "completed", "loop_closed", "draft", "entered_in_error"):
        CaseFactory.create(office=saltmarsh, status=status)
    CaseFactory.create(office=saltmarsh, status="received", awaiting="office")
    CaseFactory.create(office=kestrel)
    html = dana_in.get(f"/portal/office/cases/?view={view}").content.decode()
    assert html.count("data-ref=") == count
    assert re.search(rf'view={view}" aria-current="page">[^<]*<span class="gw-n">{count}</span>', html)


def test_what_needs_the_office_comes_first_and_pages_follow(dana_in: Client, saltmarsh: Office) -> None:
    for _number in range(22):
        CaseFactory.create(office=saltmarsh, status="accepted")
    old = CaseFactory.create(office=saltmarsh, status="completed", at=timezone.now() - timedelta(days=40))
    first = dana_in.get("/portal/office/cases/").content.decode()
    assert re.findall(r'data-ref="([^"]+)"', first)[0] == old.ref
    assert first.count("data-ref=") == 20
    assert dana_in.get("/portal/office/cases/?page=2").content.decode().count("data-ref=") == 3


@pytest.mark.parametrize("who", ["rosa", "hannah", "margaret", "okafor"])
def test_the_office_portal_is_for_offices(
    client: Client, walter: Case, who: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    assert sign_in(client, user).get(f"/portal/office/cases/{walter.ref}/").status_code == 403


def test_whoever_has_not_signed_in_is_asked_to(client: Client, walter: Case) -> None:
    answer = client.get(f"/portal/office/cases/{walter.ref}/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_a_draft_that_the_lock_kept_comes_back(dana_in: Client, dana: User, filled: dict[str, Any]) -> None:
    import json

    from accounts.models import KeptDraft

    fields = {name: value if isinstance(value, list) else [value] for name, value in filled.items()}
    KeptDraft.objects.create(user=dana, path=NEW, fields=json.dumps(fields))
    session = dana_in.session
    session["has_drafts"] = True
    session.save()
    html = dana_in.get(NEW).content.decode()
    assert "Your draft is back" in html
    assert "Walter Brandvold  03/14/1954" in html
    assert re.search(r'name="tooth" value="3" checked', html)
    dana_in.post(NEW, filled)
    assert not KeptDraft.objects.exists()
