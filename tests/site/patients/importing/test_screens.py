"""The screens of an import: upload, columns, check before saving, progress, result, undo; and the list handed out."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from journal.models import Entry
from patients.importing import shifts
from patients.models import Attribute, AttributeValue, Consent, ImportBatch, ImportQuestion, Patient, Reader
from practice.follow_ups import FollowUp
from tests.cast import sign_in
from tests.factories.imports import ROW, checked, import_batch, saved, table
from tests.factories.patients import PatientFactory, letter_reader
from tests.site.patients.importing import books

pytestmark = pytest.mark.django_db

LIST = "/admin/patients/import/"


@pytest.fixture
def desk(client: Client, rosa) -> Client:
    """Return Rosa's browser."""
    return sign_in(client, rosa)


def send(desk: Client, data: str | bytes, name: str = "patients.csv", **more: Any) -> Any:
    content = data.encode() if isinstance(data, str) else data
    return desk.post(LIST, {"file": SimpleUploadedFile(name, content), "may_write": "on", **more})


def page(batch: ImportBatch, *rest: str) -> str:
    return "/".join([f"{LIST}{batch.ref}", *rest]) + "/"


def is_shut(answer: Any) -> bool:
    """Return whether the admin sent somebody away, as Wagtail does: home, with a message."""
    return answer.status_code == 302 and answer.url == "/admin/"


def work() -> None:
    while shifts.work(seconds=30):
        pass


def test_from_upload_to_saved_in_four_steps(desk: Client) -> None:
    answer = send(desk, table(ROW, ["2", "Bad", "Mail", "", "not one", ""]))
    batch = ImportBatch.objects.get()
    assert answer.url == page(batch)
    assert "What do the columns tell?" in desk.get(page(batch)).content.decode()
    desk.post(page(batch, "columns"), {"kind": "patients", "asks_basis": "1", "may_write": "on"})
    working = desk.get(page(batch))
    assert working["Refresh"] == "2"
    assert "The file is being checked" in working.content.decode()
    work()
    shown = desk.get(page(batch)).content.decode()
    assert "1 row is good" in shown
    assert "1 needs a look" in shown
    assert "Import 1 row" in shown
    assert "Not an address" in shown
    assert "not one" not in shown
    assert not Patient.objects.exists()
    desk.post(page(batch, "start"))
    work()
    done = desk.get(page(batch)).content.decode()
    assert 'data-status="imported"' in done
    assert "Saved: 1 new, 0 changed" in done
    assert Patient.objects.get().external_id == "1001"
    assert "patients.csv" in desk.get(LIST).content.decode()


def test_a_known_header_is_checked_without_a_question(desk: Client) -> None:
    saved(table(ROW))
    send(desk, table(["2", "New", "Person", "", "", ""]))
    batch = ImportBatch.objects.get(source="upload")
    assert batch.state == "checking"
    work()
    assert "Recognized as last time" in desk.get(page(batch)).content.decode()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "no table"),
        (b'A,B\n1,"x\n', "never closed"),
        (books.made_by_hand(books.sheet("<row><c><v>" + "0" * 30_000_000 + "</v></c></row>")), "unpacks"),
    ],
)
def test_a_refused_file_says_why_in_its_place(desk: Client, data: bytes, word: str) -> None:
    answer = send(desk, data, "patients.xlsx")
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_too_large_is_led_elsewhere(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patients.forms_of_imports.LIMIT", 10)
    answer = send(desk, table(ROW))
    assert "watched folder" in answer.content.decode()
    assert answer.status_code == 422


def test_no_file_is_asked_for(desk: Client) -> None:
    assert desk.post(LIST, {}).status_code == 422


def test_unknown_columns_can_be_named_on_the_page(desk: Client) -> None:
    send(desk, "Nr,Vor,Zu\n7,Ann,Stavros\n")
    batch = ImportBatch.objects.get()
    assert "Say which column tells" in desk.get(page(batch)).content.decode()
    refused = desk.post(page(batch, "columns"), {"kind": "patients"})
    assert refused.status_code == 422
    twice = desk.post(page(batch, "columns"), {"column-0": "family_name", "column-1": "family_name"})
    assert twice.status_code == 422
    nonsense = desk.post(page(batch, "columns"), {"column-0": "is_superuser"})
    assert nonsense.status_code == 422
    desk.post(page(batch, "columns"), {"column-0": "external_id", "column-1": "given_name", "column-2": "family_name"})
    work()
    desk.post(page(batch, "start"))
    work()
    assert str(Patient.objects.get().reader) == "Ann Stavros"


def test_dates_are_asked_once_for_the_column(desk: Client) -> None:
    batch = checked(table(["1", "A", "B", "3/4/1961", "", ""], ["2", "C", "D", "5/6/1962", "", ""]))
    shown = desk.get(page(batch)).content.decode()
    assert shown.count('name="order-born_on"') == 1
    assert "Can be read in two ways" in shown
    assert "1961" not in shown
    answer = desk.post(page(batch, "start"), {"order-born_on": "dmy"}, follow=True)
    assert "read anew" in answer.content.decode()
    assert not Patient.objects.exists()
    work()
    desk.post(page(batch, "start"))
    work()
    assert Patient.objects.get(external_id="1").born_on.isoformat() == "1961-04-03"


@pytest.fixture
def peggy(db: None) -> Patient:
    """Return Margaret Ellison without a number, whom a file calls Peggy."""
    reader = letter_reader(kind=Reader.Kind.PATIENT, given_name="Margaret", family_name="Ellison", email="m@x.example")
    return PatientFactory.create(reader=reader)


PEGGY = ["54", "Peggy", "Ellison", "3/14/1955", "m@x.example", ""]


def test_who_may_be_the_same_person_is_asked_and_the_opening_recorded(desk: Client, peggy: Patient, rosa) -> None:
    batch = checked(table(PEGGY))
    shown = desk.get(page(batch)).content.decode()
    assert "Row 2 and Margaret Ellison" in shown
    assert "the first name may be a nickname" in shown
    assert Entry.objects.filter(verb="import.viewed", by=f"user:{rosa.ref}").exists()


@pytest.mark.parametrize(("decision", "people"), [("same", 1), ("new", 2)])
def test_the_decision_is_obeyed(desk: Client, peggy: Patient, decision: str, people: int) -> None:
    batch = checked(table(PEGGY))
    desk.post(page(batch, "start"), {"row-2": decision})
    work()
    assert Patient.objects.count() == people
    peggy.refresh_from_db()
    assert peggy.external_id == ("54" if decision == "same" else None)
    assert str(peggy.reader) == "Margaret Ellison"
    again = saved(table(PEGGY))
    assert (again.count("same"), Patient.objects.count()) == (1, people)


def test_a_question_without_a_suggestion_must_be_answered(desk: Client, peggy: Patient) -> None:
    batch = checked(table(PEGGY))
    ImportQuestion.objects.update(suggestion="")
    answer = desk.post(page(batch, "start"))
    assert answer.status_code == 422
    assert "Open: 1" in answer.content.decode()
    assert Patient.objects.count() == 1


def test_a_repeated_click_saves_once(desk: Client) -> None:
    batch = checked(table(ROW))
    desk.post(page(batch, "start"))
    answer = desk.post(page(batch, "start"), follow=True)
    assert "A colleague was faster" in answer.content.decode()
    work()
    assert Patient.objects.count() == 1


def test_a_file_can_be_left(desk: Client) -> None:
    batch = checked(table(ROW))
    desk.post(page(batch, "drop"))
    batch.refresh_from_db()
    assert batch.state == "dropped"
    assert "Nothing was saved" in desk.get(page(batch)).content.decode()
    assert "A colleague was faster" in desk.post(page(batch, "drop"), follow=True).content.decode()


def test_undoing_says_the_number_first(desk: Client) -> None:
    batch = saved(table(ROW))
    assert "Take back 1 new and 0 changed?" in desk.get(page(batch, "undo")).content.decode()
    assert Patient.objects.exists()
    desk.post(page(batch, "undo"))
    work()
    assert "Undone: 1 rows taken back" in desk.get(page(batch)).content.decode()
    assert not Patient.objects.exists()
    assert desk.get(page(batch, "undo")).status_code == 302


def test_refused_rows_are_handed_over_without_their_values(desk: Client) -> None:
    batch = saved(table(ROW, ["2", "Bad", "Mailwren", "", "not one", ""]))
    answer = desk.get(page(batch, "refused"))
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"] == f'attachment; filename="refused-{batch.ref}.csv"'
    assert "3,Email,Not an address" in text
    assert "Mailwren" not in text


def test_a_header_that_begins_like_a_formula_is_harmless(desk: Client) -> None:
    batch = saved("Patient ID,Last Name,=cmd()\n1,Good,x\n2,X,\n", map_={"=cmd()": "born_on"})
    text = b"".join(desk.get(page(batch, "refused")).streaming_content).decode()
    assert ",'=cmd()," in text


def test_hostile_names_are_shown_as_text(desk: Client) -> None:
    batch = checked('Patient ID,Last Name,"<script>alert(1)</script>"\n1,X,y\n', name='"><img src=x onerror=a>.csv')
    shown = desk.get(page(batch)).content.decode() + desk.get(LIST).content.decode()
    assert "<script>alert(1)" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize("name", ["hannah", "theo", "priya"])
def test_others_do_not_import(name: str, request: pytest.FixtureRequest) -> None:
    batch = import_batch()
    client = sign_in(Client(), request.getfixturevalue(name))
    for address in (LIST, page(batch), page(batch, "undo"), page(batch, "refused")):
        assert is_shut(client.get(address))
    for noun in ("start", "drop", "undo", "columns"):
        assert is_shut(client.post(page(batch, noun)))
    assert not Patient.objects.exists()


def test_an_unknown_file_is_not_found(desk: Client) -> None:
    assert desk.get(f"{LIST}IM-0000/").status_code == 404


def test_the_list_asks_little(desk: Client, django_assert_max_num_queries) -> None:
    for number in range(6):
        saved(table([str(number), "A", "B", "", "", ""]))
    desk.get(LIST)
    with django_assert_max_num_queries(16):
        desk.get(LIST)


def test_the_check_asks_little(desk: Client, peggy: Patient, django_assert_max_num_queries) -> None:
    rows = [[str(number), "Peggy", "Ellison", "3/14/1955", "m@x.example", ""] for number in range(20)]
    batch = checked(table(*rows, *[[f"b{number}", "A", "B", "", "bad", ""] for number in range(30)]))
    desk.get(page(batch))
    with django_assert_max_num_queries(24):
        desk.get(page(batch))


class TestHandingOut:
    """A list of patients leaves for a reason, of what somebody may see."""

    @pytest.fixture
    def office(self, client: Client, colette) -> Client:
        """Return Colette's browser."""
        return sign_in(client, colette)

    def test_a_reason_is_asked(self, office: Client) -> None:
        assert office.get(reverse("patients:hand_out")).status_code == 200
        assert office.post(reverse("patients:hand_out"), {"what": "everyone", "form": "csv"}).status_code == 422

    def rows(self, office: Client, form: str = "csv", **more: str) -> list[list[str]]:
        given = {"what": "everyone", "form": form, "reason": "audit", **more}
        data = b"".join(office.post(reverse("patients:hand_out"), given).streaming_content)
        if form == "csv":
            import csv

            return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        sheet = load_workbook(io.BytesIO(data)).active
        return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_what_leaves_comes_in_again(self, office: Client, form: str, colette) -> None:
        saved(table(ROW))
        header, row = self.rows(office, form)
        told = dict(zip(header, row, strict=True))
        assert (told["Patient ID"], told["First Name"], told["Birthdate"]) == ("1001", "Canary", "1955-03-14")
        assert (told["Email"], told["Mobile Phone"]) == ("canaryimport@patients.example", "+13605550142")
        assert told["E-mail consent"] == "Yes"
        entry = Entry.objects.get(verb="patients.exported")
        assert entry.by == f"user:{colette.ref}"
        assert entry.particulars == {"reason": "audit", "whom": "everyone", "form": form, "people": 1}
        again = saved(table(row, header=header))
        assert (again.count("new"), again.count("refused"), Patient.objects.count()) == (0, 0, 1)

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    @pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+cmd|x", "@SUM(A1)", "-2+3", "\t=1"])
    def test_nothing_that_leaves_is_a_live_formula(self, office: Client, form: str, name: str) -> None:
        saved(table(ROW))
        Reader.objects.update(given_name=name)
        header, row = self.rows(office, form)
        cell = dict(zip(header, row, strict=True))["First Name"]
        if form == "csv":
            assert cell == f"'{name}"
        else:
            assert cell.strip() == name.strip()  # text by its type

    def test_a_choice_narrows_it(self, office: Client) -> None:
        saved(table(ROW))
        assert len(self.rows(office, what="deceased")) == 1

    def test_the_practices_own_facts_leave_with_it(self, office: Client) -> None:
        saved(table(ROW))
        own = Attribute.objects.create(slug="balance", label="Balance", kind="number", nature="financial")
        AttributeValue.objects.create(patient=Patient.objects.get(), attribute=own, number="12.5")
        header, row = self.rows(office)
        assert row[header.index("Balance")].startswith("12.5")

    def test_facts_of_a_nature_that_somebody_may_not_see_stay(self, office: Client, monkeypatch) -> None:
        saved(table(ROW))
        monkeypatch.setattr("patients.importing.leaving.may", lambda user, permission: False)
        header, _row = self.rows(office)
        assert not {"Provider", "Last visit", "Payer class", "Total production"} & set(header)

    def test_the_coordinator_hands_out_no_lists(self, desk: Client) -> None:
        assert is_shut(desk.get(reverse("patients:hand_out")))

    def test_many_are_asked_for_in_few_questions(self, office: Client, django_assert_max_num_queries) -> None:
        saved(table(*[[str(number), "A", f"B{number}", "", f"a{number}@x.example", ""] for number in range(40)]))
        self.rows(office)
        with django_assert_max_num_queries(22):
            assert len(self.rows(office)) == 41


def test_nothing_of_consent_is_invented(desk: Client) -> None:
    send(desk, table(ROW), may_write="")
    batch = ImportBatch.objects.get()
    assert batch.basis in {"", "may_object"}
    assert not Consent.objects.exists()
    assert not FollowUp.objects.exists()
