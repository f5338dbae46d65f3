"""The consent ledger: a line for each yes and no, superseded by a newer one and never changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from journal.models import Entry
from patients.actions import record_consent
from patients.models import Basis, Channel, Consent, Patient, Purpose, Reader
from tests.factories.patients import PatientFactory, ReaderFactory, agree

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def line(reader: Reader, **changes: Any) -> Consent:
    given = {"channel": Channel.EMAIL, "purpose": Purpose.OWN_SERVICES, "is_given": True, "basis": Basis.AGREED}
    return record_consent(
        reader=reader, **{**given, **changes}, wording_version="letter-1", source="desk", by=f"reader:{reader.ref}"
    )


@pytest.fixture
def reader() -> Reader:
    return ReaderFactory.create()


def test_a_yes_says_on_what_it_rests_and_in_which_words(reader: Reader) -> None:
    consent = line(reader)
    assert (consent.is_given, consent.basis, consent.wording_version) == (True, Basis.AGREED, "letter-1")
    assert (str(consent), consent.superseded_at) == ("email own_services yes", None)


def test_a_no_rests_on_nothing(reader: Reader) -> None:
    consent = line(reader, is_given=False)
    assert (consent.is_given, consent.basis) == (False, Basis.NONE)


def test_a_newer_line_supersedes_and_the_older_one_stays_as_it_was(reader: Reader) -> None:
    first = line(reader)
    second = line(reader, is_given=False)
    first.refresh_from_db()
    assert first.is_given
    assert first.superseded_at == second.at
    assert list(Consent.objects.standing()) == [second]


def test_the_same_said_twice_is_one_line(reader: Reader) -> None:
    assert line(reader) == line(reader)
    assert line(reader, is_given=False) == line(reader, is_given=False)
    assert Consent.objects.count() == 2


def test_a_firmer_basis_is_a_new_line(reader: Reader) -> None:
    line(reader, basis=Basis.MAY_OBJECT)
    line(reader, basis=Basis.AGREED)
    assert list(Consent.objects.values_list("basis", flat=True)) == [Basis.AGREED, Basis.MAY_OBJECT]


def test_channels_and_purposes_stand_apart(reader: Reader) -> None:
    line(reader)
    line(reader, channel=Channel.SMS, is_given=False)
    line(reader, purpose=Purpose.TREATMENT)
    assert Consent.objects.standing().count() == 3


def test_the_ledger_cannot_be_deleted(reader: Reader) -> None:
    line(reader)
    with pytest.raises(TypeError, match="append-only"):
        Consent.objects.all().delete()


def test_the_database_refuses_two_standing_lines(reader: Reader) -> None:
    standing = line(reader)
    standing.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.bulk_create([standing])


def test_the_database_refuses_a_yes_without_a_basis(reader: Reader) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            reader=reader, channel="email", purpose="own_services", is_given=True, basis=Basis.NONE, source="x"
        )


def test_the_journal_tells_it_by_reference(reader: Reader) -> None:
    line(reader)
    line(reader, is_given=False)
    assert list(Entry.objects.values_list("verb", flat=True)) == ["consent.withdrawn", "consent.given"]
    entry = Entry.objects.first()
    assert entry is not None
    assert (entry.subject, entry.by) == (f"reader:{reader.ref}", f"reader:{reader.ref}")
    assert reader.given_name not in str(entry.particulars)


def test_a_patients_consent_is_about_the_patient() -> None:
    patient: Patient = PatientFactory.create()
    line(patient.reader)
    assert Entry.objects.about(f"patient:{patient.ref}").count() == 1


WISHES = st.lists(
    st.tuples(
        st.sampled_from([Channel.EMAIL, Channel.SMS]),
        st.sampled_from([Purpose.OWN_SERVICES, Purpose.TREATMENT]),
        st.booleans(),
        st.sampled_from([Basis.AGREED, Basis.MAY_OBJECT]),
    ),
    max_size=12,
)


class TestAnyHistory(TestCase):
    """Whatever is said in whatever order, the ledger tells who said what last."""

    @given(wishes=WISHES)
    @settings(max_examples=40, deadline=None)
    def test_the_last_word_of_each_channel_and_purpose_stands(self, wishes: list[tuple[str, str, bool, str]]) -> None:
        reader = ReaderFactory.create(email="")
        last: dict[tuple[str, str], bool] = {}
        for channel, purpose, is_given, basis in wishes:
            agree(reader, channel=channel, purpose=purpose, is_given=is_given, basis=basis)
            last[channel, purpose] = is_given
        standing = {(one.channel, one.purpose): one.is_given for one in Consent.objects.standing()}
        assert standing == last
        assert Consent.objects.count() <= len(wishes)
