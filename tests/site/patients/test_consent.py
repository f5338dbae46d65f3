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
from patients.consenting import Answer, record_consents_in_bulk
from patients.models import Basis, Channel, Consent, Patient, Purpose, Reader
from tests.factories.patients import PatientFactory, ReaderFactory

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


SAID = st.lists(
    st.tuples(
        st.sampled_from([Channel.EMAIL, Channel.SMS]),
        st.sampled_from([Purpose.OWN_SERVICES, Purpose.TREATMENT]),
        st.booleans(),
        st.sampled_from([Basis.AGREED, Basis.MAY_OBJECT]),
        st.sampled_from(["desk", "import", "one_click"]),
    ),
    max_size=14,
)


def replayed(said: list[tuple[str, str, bool, str, str]]) -> dict[tuple[str, str], list[tuple[bool, str]]]:
    """Return the lines that each channel and purpose should have, the newest last, told in plain words.

    The first answer is news. A no is news after a yes. A yes that was asked for is news after one that nobody asked
    for, and after a no; but a file says yes only to what a file denied. A yes that nobody asked for is never news.
    """
    lines: dict[tuple[str, str], list[tuple[bool, str, str]]] = {}
    for channel, purpose, is_given, basis, source in said:
        told = lines.setdefault((channel, purpose), [])
        if not told:
            is_news = True
        elif not is_given:
            is_news = told[-1][0]
        elif basis == Basis.MAY_OBJECT:
            is_news = False
        elif told[-1][0]:
            is_news = told[-1][1] == Basis.MAY_OBJECT
        else:
            is_news = source != "import" or told[-1][2] == "import"
        if is_news:
            told.append((is_given, basis if is_given else Basis.NONE, source))
    return {key: [(line[0], line[1]) for line in told] for key, told in lines.items()}


def ledger_of(reader: Reader) -> dict[tuple[str, str], list[tuple[bool, str]]]:
    found: dict[tuple[str, str], list[tuple[bool, str]]] = {}
    for line in Consent.objects.filter(reader=reader).order_by("pk"):
        found.setdefault((line.channel, line.purpose), []).append((line.is_given, line.basis))
    return found


class TestAnyHistory(TestCase):
    """Whatever is said in whatever order, the ledger tells what stands, one by one and in bulk alike."""

    @given(said=SAID)
    @settings(max_examples=40, deadline=None)
    def test_what_stands_is_a_replay_of_what_was_said(self, said: list[tuple[str, str, bool, str, str]]) -> None:
        reader = ReaderFactory.create(email="")
        for channel, purpose, is_given, basis, source in said:
            record_consent(
                reader=reader,
                channel=channel,
                purpose=purpose,
                is_given=is_given,
                basis=basis,
                wording_version="test-1",
                source=source,
                by=None,
            )
        expected = replayed(said)
        assert ledger_of(reader) == expected
        standing = {(one.channel, one.purpose): one.is_given for one in Consent.objects.standing()}
        assert standing == {key: lines[-1][0] for key, lines in expected.items()}
        for channel in (Channel.EMAIL, Channel.SMS):
            for purpose in (Purpose.OWN_SERVICES, Purpose.TREATMENT):
                yes = Reader.objects.filter(pk=reader.pk).consenting(channel, purpose).exists()
                assert yes is standing.get((channel, purpose), False)

    @given(said=SAID, source=st.sampled_from(["desk", "import"]))
    @settings(max_examples=40, deadline=None)
    def test_many_at_once_are_written_as_one_by_one(
        self, said: list[tuple[str, str, bool, str, str]], source: str
    ) -> None:
        one_by_one, at_once = ReaderFactory.create(email=""), ReaderFactory.create(email="")
        half = len(said) // 2
        for reader in (one_by_one, at_once):
            for channel, purpose, is_given, basis, first in said[:half]:
                record_consent(
                    reader=reader,
                    channel=channel,
                    purpose=purpose,
                    is_given=is_given,
                    basis=basis,
                    wording_version="test-1",
                    source=first,
                    by=None,
                )
        for channel, purpose, is_given, basis, _first in said[half:]:
            record_consent(
                reader=one_by_one,
                channel=channel,
                purpose=purpose,
                is_given=is_given,
                basis=basis,
                wording_version="test-1",
                source=source,
                by=None,
            )
        written = record_consents_in_bulk(
            [Answer(at_once.pk, *rest) for *rest, _first in said[half:]],
            wording_version="test-1",
            source=source,
            concerns="import:IM-TEST",
            by=None,
        )
        assert ledger_of(at_once) == ledger_of(one_by_one)
        assert written == Consent.objects.filter(reader=at_once).count() - sum(map(len, replayed(said[:half]).values()))
        for reader in (one_by_one, at_once):
            lines = Consent.objects.filter(reader=reader)
            assert lines.standing().count() == lines.values("channel", "purpose").distinct().count()


def test_an_import_never_overrules_what_somebody_said_themselves(reader: Reader) -> None:
    line(reader, is_given=False)
    answers = [Answer(reader.pk, "email", "own_services", True, Basis.AGREED)]
    told = {"wording_version": "old-system", "source": "import", "concerns": "import:IM-1", "by": None}
    assert record_consents_in_bulk(answers, **told) == 0
    assert not Consent.objects.standing().get().is_given
    assert not Entry.objects.filter(verb="consents.recorded").exists()


def test_the_same_file_again_writes_nothing(reader: Reader) -> None:
    answers = [
        Answer(reader.pk, "email", "own_services", True, Basis.MAY_OBJECT, {"row": 2}),
        Answer(reader.pk, "sms", "treatment", False, Basis.NONE, {"row": 2}),
        Answer(999_999, "sms", "treatment", True, Basis.AGREED),
    ]
    told = {"wording_version": "old-system", "source": "import", "concerns": "import:IM-1", "by": None}
    assert record_consents_in_bulk(answers, **told) == 2
    assert record_consents_in_bulk(iter(answers), **told) == 0
    entry = Entry.objects.get(verb="consents.recorded")
    assert (entry.subject, entry.particulars) == ("import:IM-1", {"source": "import", "given": 1, "withdrawn": 1})


def test_many_thousand_answers_take_few_questions(django_assert_max_num_queries: Any) -> None:
    readers = Reader.objects.bulk_create(Reader(ref=f"RD-B{n:05}", kind=Reader.Kind.PATIENT) for n in range(1500))
    answers = [Answer(one.pk, "email", "own_services", True, Basis.AGREED) for one in readers]
    with django_assert_max_num_queries(12):
        written = record_consents_in_bulk(
            answers, wording_version="w", source="import", concerns="import:IM-1", by=None
        )
    assert written == 1500
