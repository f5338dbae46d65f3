"""Rows written in bulk are the rows that save() would have written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from journal.models import Entry
from patients.models import Appointment, Consent, Patient, Reader
from tests.factories.patients import PatientFactory, ReaderFactory
from vault import ids
from vault.writing import Many, fresh_ids, rewrite, sealer

pytestmark = [pytest.mark.django_db, pytest.mark.both]
AT = datetime(2026, 11, 19, 17, 40, tzinfo=UTC)


def values(row):
    """Return everything that stands in a row, but what tells it from its twin."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | {"id": 0, "ref": ""}


def test_a_row_is_the_one_that_save_writes(location):
    patient = PatientFactory.create()
    saved = Appointment.objects.create(patient=patient, location=location, starts_at=AT, status="kept")
    Many(Appointment, "ref", "patient", "location", "starts_at", "status").write(
        [("AP-2222", patient.pk, location.pk, AT, "kept")]
    )
    written = Appointment.objects.get(ref="AP-2222")
    saved.refresh_from_db()
    assert values(written) == values(saved)


def test_dates_numbers_and_objects_come_back_as_they_were():
    key = ids.uuid7()
    Many(Entry, "id", "verb", "subject", "by", "at", "particulars").write(
        [(key, "page.opened", "page:1", "user:US-1", AT, {"words": "a \\ b\tc\nd", "list": [1, None, True]})]
    )
    entry = Entry.objects.get(pk=key)
    assert (entry.at, entry.about) == (AT, "")
    assert entry.particulars == {"words": "a \\ b\tc\nd", "list": [1, None, True]}


def test_hostile_words_stay_words():
    hostile = "Robert'); DROP TABLE patients_reader;-- \\N\t\n\u2028%s"
    (number,) = fresh_ids(Reader, 1)
    Many(Reader, "id", "ref", "kind", "given_name", "added_at").write([(number, "RD-9999", "patient", hostile, AT)])
    assert Reader.objects.get(pk=number).given_name == hostile


def test_a_sealed_field_opens_where_it_was_sealed_for_and_must_be_given():
    reader, key = ReaderFactory.create(kind="patient"), ids.uuid7()
    with pytest.raises(TypeError, match="notes must be given"):
        Many(Patient, "id", "ref", "reader")
    Many(Patient, "id", "ref", "reader", "born_on", "birthday", "notes", "added_at").write(
        [(key, "PT-9999", reader.pk, date(1955, 2, 28), 228, sealer(Patient, "notes")(key, "a word"), AT)]
    )
    patient = Patient.objects.get(pk=key)
    assert (patient.notes, patient.born_on, patient.status) == ("a word", date(1955, 2, 28), "active")


def test_the_database_counts_on_after_rows_that_brought_their_numbers():
    numbers = fresh_ids(Reader, 5)
    assert numbers == sorted(set(numbers))
    Many(Reader, "id", "ref", "kind", "added_at").write(
        [(number, f"RD-999{at}", "subscriber", AT) for at, number in enumerate(numbers)]
    )
    made = ReaderFactory.create().pk
    assert made > max(numbers)
    assert min(fresh_ids(Reader, 2)) > made


def test_the_number_of_a_row_that_is_gone_is_given_to_nobody():
    gone = ReaderFactory.create()
    number = gone.pk
    gone.delete()
    assert fresh_ids(Reader, 1)[0] > number


def test_only_keys_that_the_database_counts_are_asked_of_it():
    with pytest.raises(TypeError, match="counts"):
        fresh_ids(Patient, 1)


def test_drawing_a_row_may_write_others():
    first, second, third, fourth = fresh_ids(Reader, 4)
    readers = Many(Reader, "id", "ref", "kind", "added_at")

    def drawn():
        for number, other in ((first, third), (second, fourth)):
            readers.write([(other, f"RD-{other}", "subscriber", AT)])
            yield (number, f"RD-{number}", "subscriber", AT)

    readers.write(drawn())
    assert Reader.objects.filter(pk__gte=first).count() == 4


def test_a_key_that_leads_nowhere_is_refused():
    Many(Consent, "reader", "channel", "purpose", "is_given", "basis", "wording_version", "source", "at").write(
        [(10**9, "email", "treatment", False, "none", "1", "test", AT)]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_columns_of_many_rows_are_written_anew_each_with_its_own():
    one, two, other = PatientFactory.create(), PatientFactory.create(), PatientFactory.create(spent_cents=7)
    names = ("last_seen_on", "usual_interval_days", "spent_cents", "source")
    told = {one.pk: (date(2026, 2, 28), 180, 12_500, 'A "friend"\\'), two.pk: (None, None, -3, "")}
    assert rewrite(Patient, names, told) == 2
    rows = {row[0]: row[1:] for row in Patient.objects.values_list("pk", *names)}
    assert rows == {**told, other.pk: (None, None, 7, other.source)}


def test_numbers_that_the_database_counts_are_keys_too():
    reader, other = ReaderFactory.create(), ReaderFactory.create()
    assert rewrite(Reader, ["given_name"], {reader.pk: ("Ann",), other.pk: ("Zoë %s",)}) == 2
    assert dict(Reader.objects.values_list("pk", "given_name")) == {reader.pk: "Ann", other.pk: "Zoë %s"}
    assert rewrite(Reader, ["given_name"], {}) == 0
