"""Sealed fields: what the database holds, how it is found again, and every way around the seal that is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps
from pytest_django import Settings

from config.env import FieldKey
from patients.models import Patient
from tests.factories.patients import PatientFactory
from vault import sealing
from vault.fields import BlindIndexField, RefField, Sealed, SealedTextField, blind
from vault.ids import uuid7

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WORDS = "Afraid of needles; call the daughter first."


@pytest.fixture
def walter() -> Patient:
    return PatientFactory.create(notes=WORDS)


def column(patient: Patient) -> bytes:
    return bytes(Patient.objects.values_list("notes", flat=True).get(pk=patient.pk))


def test_it_reads_back_what_was_written(walter: Patient) -> None:
    assert Patient.objects.get(pk=walter.pk).notes == WORDS


def test_the_column_holds_no_words(walter: Patient) -> None:
    assert b"needles" not in column(walter)
    assert sealing.unseal(column(walter), place=f"patients_patient.notes.{walter.pk}").decode() == WORDS


def test_what_stands_in_the_column_does_not_show_itself(walter: Patient) -> None:
    value = Patient.objects.values_list("notes", flat=True).get(pk=walter.pk)
    assert isinstance(value, Sealed)
    assert repr(value) == "<sealed>"


def test_nothing_is_opened_until_somebody_reads_it(walter: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = sealing.unseal
    monkeypatch.setattr(sealing, "unseal", lambda data, *, place: opened.append(place) or real(data, place=place))
    patient = Patient.objects.get(pk=walter.pk)
    assert opened == []
    assert patient.notes == patient.notes == WORDS
    assert len(opened) == 1


def test_a_deferred_field_is_fetched_and_opened(walter: Patient) -> None:
    assert Patient.objects.defer("notes").get(pk=walter.pk).notes == WORDS


def test_saving_an_unread_value_leaves_its_bytes_as_they_are(walter: Patient) -> None:
    before = column(walter)
    Patient.objects.get(pk=walter.pk).save()
    assert column(walter) == before


def test_saving_a_deferred_value_by_name_does_not_empty_it(walter: Patient) -> None:
    Patient.objects.defer("notes").get(pk=walter.pk).save(update_fields=["notes"])
    assert Patient.objects.get(pk=walter.pk).notes == WORDS


def test_a_changed_value_is_sealed_anew(walter: Patient) -> None:
    walter.notes = "Fine now."
    walter.save(update_fields=["notes"])
    assert Patient.objects.get(pk=walter.pk).notes == "Fine now."


def test_a_value_moved_to_another_row_does_not_open(walter: Patient) -> None:
    other = PatientFactory.create(notes="Something else")
    Patient.objects.filter(pk=other.pk).update(notes=Sealed(column(walter)))
    with pytest.raises(sealing.SealBroken):
        _ = Patient.objects.get(pk=other.pk).notes


def test_a_copied_row_cannot_keep_another_rows_seal(walter: Patient) -> None:
    copied = Patient.objects.get(pk=walter.pk)
    copied.pk, copied.ref, copied.external_id, copied._state.adding = uuid7(), "", None, True
    with pytest.raises(sealing.SealBroken):
        copied.save()


def test_update_and_bulk_update_are_refused(walter: Patient) -> None:
    with pytest.raises(FieldError, match="sealed"):
        Patient.objects.filter(pk=walter.pk).update(notes="plain")
    walter.notes = "plain"
    with pytest.raises(FieldError, match="sealed"):
        Patient.objects.bulk_update([walter], ["notes"])


def test_bulk_create_seals(walter: Patient) -> None:
    reader = PatientFactory.create().reader
    Patient.objects.filter(reader=reader).delete()
    made = Patient(reader=reader, notes="In bulk", ref="PT-BULK")
    Patient.objects.bulk_create([made])
    assert b"bulk" not in column(made).lower()
    assert Patient.objects.get(pk=made.pk).notes == "In bulk"


@pytest.mark.parametrize("lookup", ["notes", "notes__contains", "notes__gt", "notes__in"])
def test_searching_a_sealed_field_is_refused(lookup: str) -> None:
    with pytest.raises(FieldError, match="blind index"):
        Patient.objects.filter(**{lookup: ["needles"] if lookup.endswith("in") else "needles"}).exists()


def test_only_whether_it_is_null_may_be_asked(walter: Patient) -> None:
    assert Patient.objects.filter(notes__isnull=False).count() == 1


def test_it_is_never_serialized(walter: Patient) -> None:
    from django.core import serializers

    with pytest.raises(FieldError, match="not serialized"):
        serializers.serialize("json", [walter])


def test_it_needs_a_key_made_in_python() -> None:
    with isolate_apps("vault"):

        class Numbered(models.Model):
            words = SealedTextField()

            class Meta:
                app_label = "vault"

            def __str__(self) -> str:
                return ""

        with pytest.raises(FieldError, match="made in Python"):
            Numbered._meta.get_field("words").pre_save(Numbered(words="x"), add=True)


def test_in_a_form_it_is_a_line_of_text() -> None:
    field = Patient._meta.get_field("notes")
    assert not field.formfield().required


def sealed_phone() -> type[Any]:
    """Return a model with a sealed phone and its blind index, as rooms above have them."""

    class Caller(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid7)
        phone = SealedTextField()
        phone_index = BlindIndexField(source="phone", normal=digits)

        class Meta:
            app_label = "vault"

        def __str__(self) -> str:
            return str(self.pk)

    return Caller


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


@pytest.fixture
def caller() -> Any:
    with isolate_apps("vault"):
        model = sealed_phone()
        with connection.schema_editor() as editor:
            editor.create_model(model)
        yield model
        with connection.schema_editor() as editor:
            editor.delete_model(model)


@pytest.mark.django_db(transaction=True)
def test_a_blind_index_finds_a_value_in_any_spelling_and_under_any_key(caller: Any, settings: Settings) -> None:
    old, new = FieldKey("old", b"o" * 32), FieldKey("new", b"w" * 32)
    settings.FIELD_KEYS = (old,)
    caller.objects.create(phone="360-555-0101")
    settings.FIELD_KEYS = (new, old)
    caller.objects.create(phone="(360) 555 0102")
    assert caller.objects.get(blind(caller, "phone_index", "360.555.0101")).phone == "360-555-0101"
    assert caller.objects.get(blind(caller, "phone_index", "3605550102")).phone == "(360) 555 0102"
    assert not caller.objects.filter(blind(caller, "phone_index", "3605550103")).exists()


@pytest.mark.django_db(transaction=True)
def test_a_blind_index_holds_no_value_and_an_empty_one_matches_nothing(caller: Any) -> None:
    caller.objects.create(phone="360-555-0101")
    caller.objects.create(phone="")
    stored = sorted(caller.objects.values_list("phone_index", flat=True))
    assert stored[0] == ""
    assert "3605550101" not in stored[1]
    assert not caller.objects.filter(blind(caller, "phone_index", "")).exists()


def test_the_fields_say_in_migrations_how_they_were_made() -> None:
    field = BlindIndexField(source="phone", normal=digits, db_index=False)
    field.set_attributes_from_name("phone_index")
    _, _, args, kwargs = field.deconstruct()
    assert (args, kwargs) == ([], {"source": "phone", "normal": digits, "db_index": False})
    sealed = SealedTextField(blank=True)
    sealed.set_attributes_from_name("notes")
    assert sealed.deconstruct()[3] == {"blank": True}
    ref = RefField(prefix="PT")
    ref.set_attributes_from_name("ref")
    assert ref.deconstruct()[3] == {"prefix": "PT", "blank": True}


def test_a_ref_is_given_once_and_stays(walter: Patient) -> None:
    ref = walter.ref
    assert ref.startswith("PT-")
    walter.save()
    assert Patient.objects.get(pk=walter.pk).ref == ref


def test_refs_that_are_taken_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from vault import refs

    codes = iter(["AAAA", "AAAA", "AAAA", "BBBB"])
    monkeypatch.setattr(refs, "code", lambda length: next(codes))
    first = PatientFactory.build(reader=PatientFactory.create(ref="PT-0001").reader)
    Patient.objects.all().delete()
    first.save()
    second = PatientFactory.create(reader__ref="RD-0002", ref="")
    assert (first.ref, second.ref) == ("PT-AAAA", "PT-BBBB")
