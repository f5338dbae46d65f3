"""A file's rows become people once: the same again changes nothing, what changed here is not overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.models import Entry
from patients.importing.refusals import FileRefused
from patients.models import (
    Attribute,
    AttributeValue,
    Basis,
    Consent,
    ContactPoint,
    ImportBatch,
    ImportLine,
    Nature,
    Patient,
    PostalAddress,
    Reader,
)
from tests.factories.imports import saved, table, taken
from tests.factories.patients import agree

pytestmark = pytest.mark.django_db

NAMED = ["Patient ID", "First Name", "Last Name", "Birthdate", "Email", "Mobile Phone", "Home Phone"]
LIVING = ["Address", "City", "State", "Zip", "Language", "Status", "E-mail consent"]
PAYING = ["Guarantor ID", "Gender", "Insurance", "Total Production", "Provider", "Location"]
WIDE = [*NAMED, *LIVING, *PAYING]
MARGARET = [
    *["1", "Margaret", "Ellison", "3/14/1955", "Margaret@Example.com", "(360) 555-0142", "(360) 555-0143"],
    *["1 Main St", "Port Ellery", "Washington", "98299", "Spanish", "Active", "Yes"],
    *["", "F", "Medicare", "$120.50", "Dr. Theo Lindqvist", "Port Ellery"],
]
TEO = ["2", "Teo", "Marsh", "5/1/2015", *[""] * 10, "1", *[""] * 5]


def only(number: str = "1") -> Patient:
    return Patient.objects.select_related("reader").get(external_id=number)


def everything() -> list[Any]:
    """Return all that stands of people, without when it was written."""
    return [
        *Patient.objects.order_by("external_id", "ref").values_list(
            *(
                "external_id",
                "ref",
                "born_on",
                "status",
                "gender",
                "payer_class",
                "responsible",
                "spent_cents",
                "version",
            )
        ),
        *Reader.objects.order_by("ref").values_list("ref", "given_name", "family_name", "language", "kind"),
        *ContactPoint.objects.order_by("pk").values_list("pk", "channel", "address", "is_primary", "reader"),
        *PostalAddress.objects.order_by("pk").values_list("pk", "street", "city", "state", "postal_code"),
        *Consent.objects.order_by("pk").values_list("pk", "channel", "purpose", "is_given", "superseded_at"),
        *AttributeValue.objects.order_by("pk").values_list("pk", "text", "number", "day", "is_so"),
    ]


@pytest.mark.both
def test_common_headers_need_no_map(dr_lindqvist, location) -> None:
    batch = saved(table(MARGARET, TEO, header=WIDE))
    one = only()
    assert (batch.state, batch.count("new"), batch.count("refused")) == ("imported", 2, 0)
    assert (one.reader.given_name, one.reader.family_name, one.reader.language) == ("Margaret", "Ellison", "es")
    assert (one.born_on, one.birthday, one.status, one.gender) == (date(1955, 3, 14), 314, "active", "female")
    assert (one.payer_class, one.spent_cents, one.provider, one.location) == ("federal", 12_050, dr_lindqvist, location)
    points = {point.channel: point.address for point in one.reader.contact_points.all()}
    assert points == {"email": "margaret@example.com", "sms": "+13605550142", "phone": "+13605550143"}
    assert one.reader.postal_address.in_one_line == "1 Main St, Port Ellery, WA 98299"
    assert only("2").responsible == one
    consent = Consent.objects.standing().get(reader=one.reader)
    assert (consent.channel, consent.purpose, consent.is_given, consent.basis) == (
        "email",
        "own_services",
        True,
        "agreed",
    )
    assert (consent.source, consent.evidence) == ("import", {"import": batch.ref, "row": 2})
    line = ImportLine.objects.get(patient=one)
    assert (line.batch, line.row, line.outcome) == (batch, 2, "new")


def test_a_responsible_person_may_stand_later_in_the_file() -> None:
    saved(table(TEO, MARGARET, header=WIDE))
    assert only("2").responsible == only("1")


def test_a_cell_phone_takes_calls_where_no_other_does() -> None:
    saved(table(["1", "Ann", "Stavros", "(360) 555-0177"], header=["Patient ID", "First Name", "Last Name", "Cell"]))
    assert {point.channel for point in only().reader.contact_points.all()} == {"sms", "phone"}


@pytest.mark.both
def test_the_same_file_twice_is_the_same_as_once() -> None:
    text = table(MARGARET, TEO, ["x", "", "", *[""] * 17], header=WIDE)
    first = saved(text)
    before, lines = everything(), ImportLine.objects.count()
    second = saved(text)
    assert everything() == before
    assert ImportLine.objects.count() == lines
    assert (first.count("new"), first.count("refused")) == (2, 1)
    assert (second.count("new"), second.count("changed"), second.count("same"), second.count("refused")) == (0, 0, 2, 1)


NAMES = st.sampled_from(["Ann", "Bo", "Cleo", "", "Zoë", "Peggy", "Margaret"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "3", "4"]),
        NAMES,
        st.sampled_from(["Ellison", "Marsh", "", "Núñez"]),
        st.sampled_from(["", "3/14/1955", "12/31/2030", "5/1/1990", "garbage", "13/5/1980"]),
        st.sampled_from(["", "a@x.example", "b@x.example", "not one"]),
        st.sampled_from(["", "(360) 555-0142", "360-555-0143", "55"]),
    ).map(list),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_whatever_a_file_holds_twice_is_once(rows: list[list[str]]) -> None:
    with transaction.atomic():
        text = table(*rows, ["9", "Last", "One", "", "", ""])
        first = saved(text)
        before = everything()
        second = saved(text)
        assert everything() == before
        assert second.count("new") == second.count("changed") == 0
        assert first.count("refused") + first.count("new") + first.count("changed") + first.count("same") == first.rows
        assert second.count("refused") + second.count("same") == second.rows
        transaction.set_rollback(True)


def test_rows_change_what_they_say_anew_and_nothing_else() -> None:
    saved(table(MARGARET, header=WIDE))
    changed = [*MARGARET]
    changed[5], changed[7] = "(360) 555-0199", "2 Harbor Way"
    batch = saved(table(changed, header=WIDE))
    one = only()
    assert (batch.count("changed"), batch.what) == (1, {"phones": 1})
    assert one.reader.contact_points.get(channel="sms").address == "+13605550199"
    assert one.reader.postal_address.street == "2 Harbor Way"
    assert one.version == 2


def test_what_staff_changed_here_is_not_overwritten_by_what_the_file_said_before() -> None:
    saved(table(MARGARET, header=WIDE))
    Reader.objects.filter(patient__external_id="1").update(given_name="Maggie")
    changed = [*MARGARET]
    changed[7] = "2 Harbor Way"
    saved(table(changed, header=WIDE))
    one = only()
    assert (one.reader.given_name, one.reader.postal_address.street) == ("Maggie", "2 Harbor Way")


def test_a_file_that_learned_better_changes_what_staff_changed() -> None:
    saved(table(MARGARET, header=WIDE))
    Reader.objects.filter(patient__external_id="1").update(given_name="Maggie")
    changed = [*MARGARET]
    changed[1] = "Margareta"
    saved(table(changed, header=WIDE))
    assert only().reader.given_name == "Margareta"


def test_an_address_that_somebody_proved_stays_beside_the_new_one(margaret_patient) -> None:
    Patient.objects.filter(pk=margaret_patient.pk).update(external_id="1")
    point = margaret_patient.reader.contact_points.get(channel="email")
    ContactPoint.objects.filter(pk=point.pk).update(verified_at=margaret_patient.added_at)
    saved(table(MARGARET, header=WIDE))
    points = margaret_patient.reader.contact_points.filter(channel="email")
    assert set(points.values_list("address", "is_primary")) == {(point.address, False), ("margaret@example.com", True)}


def test_a_death_in_the_file_stops_everything_at_once() -> None:
    saved(table(MARGARET, header=WIDE))
    changed = [*MARGARET]
    changed[12] = "Deceased"
    batch = saved(table(changed, header=WIDE))
    assert only().status == "deceased"
    assert batch.count("deceased") == 1
    assert Entry.objects.filter(verb="patient.deceased", about=f"patient:{only().ref}").exists()


def test_no_file_brings_anybody_back_to_life() -> None:
    saved(table(MARGARET, header=WIDE))
    Patient.objects.update(status="deceased")
    changed = [*MARGARET]
    changed[12] = "Inactive"
    saved(table(changed, header=WIDE))
    assert only().status == "deceased"


def test_a_yes_in_a_file_does_not_end_a_no_that_somebody_said_here() -> None:
    first = [*MARGARET]
    first[13] = ""
    saved(table(first, header=WIDE))
    agree(only().reader, is_given=False, basis=Basis.NONE)
    saved(table(MARGARET, header=WIDE))
    assert not Consent.objects.standing().get(reader=only().reader).is_given


def test_a_no_in_a_file_ends_a_yes() -> None:
    saved(table(MARGARET, header=WIDE))
    changed = [*MARGARET]
    changed[13] = "No"
    batch = saved(table(changed, header=WIDE))
    assert batch.count("withdrawn") == 1
    assert not Consent.objects.standing().get(reader=only().reader).is_given


def test_people_whose_file_says_nothing_may_object() -> None:
    saved(table(["1", "Ann", "Stavros", "", "ann@x.example", ""], ["2", "No", "Mail", "", "", ""]))
    assert [line.basis for line in Consent.objects.standing()] == [Basis.MAY_OBJECT]


def test_nobody_is_written_to_where_that_was_not_said() -> None:
    saved(table(["1", "Ann", "Stavros", "", "ann@x.example", ""]), basis="")
    assert not Consent.objects.exists()


def test_the_practices_own_facts_are_filled_by_their_names() -> None:
    Attribute.objects.create(slug="recall", label="Recall Type", kind="choice", nature="clinical", choices=["6 months"])
    Attribute.objects.create(slug="balance", label="Balance", kind="number", nature=Nature.FINANCIAL)
    Attribute.objects.create(slug="since", label="Patient since", kind="date", nature=Nature.IDENTITY)
    Attribute.objects.create(slug="vip", label="VIP", kind="yes_no", nature=Nature.IDENTITY)
    header = ["Patient ID", "Last Name", "Recall Type", "balance", "Patient Since", "VIP"]
    batch = saved(
        table(["1", "A", "6 Months", "12.50", "1/31/2020", "y"], ["2", "B", "weekly", "", "", ""], header=header)
    )
    found = {value.attribute.slug: value.value for value in AttributeValue.objects.select_related("attribute")}
    assert found["recall"] == "6 months"
    assert (found["balance"], found["since"], found["vip"]) == (12.5, date(2020, 1, 31), True)
    assert [(one.row, one.code) for one in batch.findings.all()] == [(3, "not_in_list")]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["1", "=cmd()", "X", "", "", ""], "given_name", "formula"),
        (["1", "Ann\x00", "X", "", "", ""], "given_name", "control"),
        (["1", "", "", "", "a@x.example", ""], "family_name", "no_name"),
        (["1", "Ann", "X", "1/1/2090", "", ""], "born_on", "in_future"),
        (["1", "Ann", "X", "", "ann at x", ""], "email", "not_an_address"),
        (["1", "Ann", "X", "", "", "12"], "mobile", "too_short"),
        (["1", "Ann", "X" * 100, "", "", ""], "family_name", "too_long"),
        (["1", "Ann", "X", "", ""], "", "fewer_cells"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_the_others_come(row: list[str], column: str, code: str) -> None:
    batch = saved(table(["7", "Good", "Row", "", "", ""], row))
    assert [(one.row, one.field, one.code) for one in batch.findings.all()] == [(3, column, code)]
    assert [one.external_id for one in Patient.objects.all()] == ["7"]


def test_a_number_that_stands_twice_counts_once() -> None:
    batch = saved(table(["1", "First", "One", "", "", ""], ["1", "Second", "One", "", "", ""]))
    assert [(one.row, one.code, one.facts) for one in batch.findings.all()] == [(3, "twice", {"also": 2})]
    assert only().reader.given_name == "First"


def test_a_refused_file_leaves_nothing() -> None:
    place = ImportBatch().path.parent
    before = set(place.glob("*"))
    with pytest.raises(FileRefused):
        taken(b'Patient ID,Last Name\n1,Good\n2,"never closed\n')
    assert not ImportBatch.objects.exists()
    assert not Patient.objects.exists()
    assert set(place.glob("*")) == before


def test_rows_lie_sealed_on_disk() -> None:
    batch = saved(table(MARGARET, header=WIDE))
    data = batch.path.read_bytes()
    assert b"Ellison" not in data
    assert b"margaret" not in data.lower()
    assert batch.path.stat().st_mode & 0o077 == 0


def test_the_journal_and_the_batch_hold_no_value_of_the_file() -> None:
    batch = saved(table(MARGARET, ["3", "=canary", "Canarywren", *[""] * 17], header=WIDE))
    told = " ".join(
        str([entry.verb, entry.subject, entry.about, entry.by, entry.particulars]) for entry in Entry.objects.all()
    )
    kept = str(list(ImportBatch.objects.filter(pk=batch.pk).values("counts", "mapping", "orders", "problem")))
    kept += str(list(batch.findings.values("field", "code", "facts")))
    for value in ("Ellison", "Margaret", "example.com", "5550142", "Canarywren"):
        assert value.lower() not in (told + kept).lower()
