"""The database refuses unknown words and any change of the consent ledger, whoever asks and however."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from journal.models import AppendOnly
from patients.actions import suppress
from patients.models import Appointment, Channel, Consent, ContactPoint, Patient, Reader, Suppression
from tests.factories.patients import AppointmentFactory, PatientFactory, ReaderFactory, agree

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WORDS: list[tuple[type[models.Model], str, str]] = [
    (Reader, "kind", "patients_kind_is_known"),
    (Patient, "status", "patients_status_is_known"),
    (ContactPoint, "channel", "patients_point_channel_is_known"),
    (Suppression, "channel", "patients_suppressed_channel_is_known"),
    (Suppression, "reason", "patients_suppressed_reason_is_known"),
    (Appointment, "status", "patients_visit_status_is_known"),
]
STATEMENTS = [
    "UPDATE patients_consent SET is_given = NOT is_given",
    "UPDATE patients_consent SET wording_version = 'other-2'",
    'UPDATE patients_consent SET evidence = \'{"message": "MS-1"}\'',
    "UPDATE patients_consent SET superseded_at = '2026-11-23 08:00:00+00:00', source = 'desk-2'",
    "UPDATE patients_consent SET superseded_at = NULL",
    "DELETE FROM patients_consent",
    "DELETE FROM patients_consent WHERE channel = 'email'",
]


@pytest.fixture
def line() -> Consent:
    return agree(ReaderFactory.create())


@pytest.fixture
def is_migrated(request: pytest.FixtureRequest) -> None:
    if request.config.getvalue("nomigrations"):
        pytest.skip("the guard is made by a migration")


def ledger() -> list[dict[str, Any]]:
    return list(Consent.objects.order_by("pk").values())


@pytest.mark.parametrize(("model", "field", "name"), WORDS, ids=[name for *_rest, name in WORDS])
def test_the_database_knows_these_words_and_no_others(model: Any, field: str, name: str) -> None:
    reader = PatientFactory.create().reader
    AppointmentFactory.create(patient=reader.patient)
    suppress(channel=Channel.EMAIL, address=reader.address(), reason=Suppression.Reason.STOP, by=None)
    for word in model._meta.get_field(field).choices:
        model.objects.update(**{field: word[0]})
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**{field: "nonsense"})
    assert name in {constraint.name for constraint in model._meta.constraints}


@pytest.mark.parametrize(("field", "word"), [("channel", "pigeon"), ("purpose", "fun"), ("basis", "hope")])
def test_the_ledger_takes_no_unknown_word(field: str, word: str) -> None:
    known: dict[str, Any] = {"channel": "email", "purpose": "own_services", "basis": "agreed", "is_given": True}
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(reader=ReaderFactory.create(), **{**known, field: word})
    assert not Consent.objects.exists()


class TestInPython:
    def test_a_line_is_not_saved_again(self, line: Consent) -> None:
        line.is_given = False
        for save in (line.save, lambda: line.save(update_fields=["is_given"]), lambda: line.save(force_update=True)):
            with pytest.raises(AppendOnly, match="append-only"):
                save()
        assert Consent.objects.get().is_given

    def test_a_line_is_not_deleted(self, line: Consent) -> None:
        with pytest.raises(AppendOnly):
            line.delete()
        with pytest.raises(AppendOnly):
            Consent.objects.all().delete()
        assert Consent.objects.count() == 1

    def test_many_are_not_changed_at_once(self, line: Consent) -> None:
        with pytest.raises(AppendOnly):
            Consent.objects.update(is_given=False)
        with pytest.raises(AppendOnly):
            Consent.objects.update(superseded_at=timezone.now(), is_given=False)
        line.source = "desk-2"
        with pytest.raises(AppendOnly):
            Consent.objects.bulk_update([line], ["source"])
        with pytest.raises(AppendOnly):
            Consent.objects.bulk_create([line], update_conflicts=True, update_fields=["source"], unique_fields=["id"])

    def test_a_line_that_stands_is_not_inserted_over(self, line: Consent) -> None:
        again = Consent(
            pk=line.pk, reader=line.reader, channel="sms", purpose="treatment", is_given=False, basis="none"
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()
        assert Consent.objects.get().channel == "email"


@pytest.mark.usefixtures("is_migrated")
class TestInTheDatabase:
    @pytest.mark.parametrize("statement", STATEMENTS)
    def test_sql_cannot_alter_the_ledger(self, line: Consent, statement: str) -> None:
        agree(line.reader, is_given=False)
        before = ledger()
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert ledger() == before

    def test_what_passes_by_our_models_is_refused_too(self, line: Consent) -> None:
        rows: Any = models.QuerySet(Consent).filter(pk=line.pk)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(is_given=False)
        assert Consent.objects.get().is_given

    def test_a_newer_line_supersedes_once(self, line: Consent) -> None:
        agree(line.reader, is_given=False)
        first = Consent.objects.get(pk=line.pk)
        assert first.superseded_at is not None
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Consent.objects.filter(pk=line.pk).update(superseded_at=timezone.now())
        assert Consent.objects.get(pk=line.pk).superseded_at == first.superseded_at

    def test_a_reader_with_a_line_stays(self, line: Consent) -> None:
        with pytest.raises(models.ProtectedError):
            line.reader.delete()

    def test_an_emptied_reader_keeps_their_lines(self, line: Consent) -> None:
        """An erasure takes names and addresses; what they agreed to stands, and names nobody."""
        line.reader.contact_points.all().delete()
        Reader.objects.filter(pk=line.reader_id).update(given_name="", family_name="")
        assert Consent.objects.get().reader_id == line.reader_id


@pytest.mark.usefixtures("is_migrated")
@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_taken_down_and_set_up_again() -> None:
    line = agree(ReaderFactory.create())
    MigrationExecutor(connection).migrate([("patients", "0002_only_known_words")])
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE patients_consent SET source = 'desk-2'")
    finally:
        executor = MigrationExecutor(connection)  # what hangs on it went back, too, so everything comes again
        executor.migrate(executor.loader.graph.leaf_nodes())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM patients_consent")
    assert Consent.objects.get(pk=line.pk).source == "desk-2"
