"""Patients are found by whatever somebody at the desk has of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from patients import finding, merging
from patients.finding import Asked
from patients.folding import folded
from patients.models import AppointmentStatus, Channel, ContactPoint, Patient, PatientStatus, Reader, Tag
from practice import clocks
from practice.models import Location, Provider
from tests.factories.patients import AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def somebody(given: str, family: str, **more: Any) -> Patient:
    patient = PatientFactory.create(reader__given_name=given, reader__family_name=family, **more)
    return Patient.objects.get(pk=patient.pk)


@pytest.fixture
def margaret(db: None) -> Patient:
    patient = somebody("Margaret", "Ellison", born_on=date(1955, 1, 22), reader__email="m.ellison@readers.example")
    ContactPoint.objects.create(reader=patient.reader, channel=Channel.SMS, address="360-555-0133")
    return patient


def names(text: str = "", **more: Any) -> list[str]:
    view = more.pop("view", "all")
    return [str(one) for one in finding.page(Asked(view=view, text=text, **more)).patients]


@pytest.mark.parametrize(
    "text",
    [
        *("margaret", "MARG", "ell", "marg ell", "ell marg", "Ellison, Margaret", "margaret ellison", "  marg   ell "),
        *("0133", "(360) 555-0133", "3605550133", "+1 360 555 0133", "360.555.0133"),
        *("1/22/1955", "01/22/55", "1955-01-22", "Jan 22, 1955", "January 22, 1955"),
        *("m.ellison@readers.example", "M.Ellison@Readers.Example"),
    ],
)
def test_she_is_found_by_what_somebody_has_of_her(margaret: Patient, text: str) -> None:
    somebody("Walter", "Brandvold", born_on=date(1960, 2, 3))
    assert names(text) == ["Margaret Ellison"]


@pytest.mark.parametrize(
    "text", ["garet", "llison", "marg bra", "0134", "133", "1/23/1955", "%", "_", "marg%", "''", "."]
)
def test_she_is_not_found_by_what_is_not_hers(margaret: Patient, text: str) -> None:
    assert names(text) == []


def test_a_reference_is_found_as_it_is_heard(margaret: Patient) -> None:
    Patient.objects.filter(pk=margaret.pk).update(ref="PT-4H0Q")
    assert names("pt-4hoq") == names("PT-4H0Q") == names("4h0q") == ["Margaret Ellison"]
    assert names("PT-9999") == []


def test_an_older_reference_leads_to_the_one_who_stands(margaret: Patient, rosa: User) -> None:
    gone = somebody("Peggy", "Ellison")
    merging.merge(survivor=margaret, gone=gone, by=rosa)
    assert names(gone.ref) == ["Margaret Ellison"]


@pytest.mark.parametrize(
    ("family", "text"),
    [
        *(
            ("Núñez", "nunez"),
            ("Nunez", "núñez"),
            ("O’Brien", "obrien"),
            ("O'Brien", "o’brien"),
            ("Smith-Jones", "smith jones"),
        ),
        *(("ÁLVAREZ", "alvarez"), ("Sørensen", "sorensen"), ("de la Cruz", "de la cr"), ("St. James", "st james")),
    ],
)
def test_accents_apostrophes_and_hyphens_do_not_matter(family: str, text: str) -> None:
    somebody("Ana", family)
    assert names(text) == names(f"ana {text}") == names(f"{text} ana") == [f"Ana {family}"]


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Cs"]), max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_the_database_folds_as_we_do(db: None) -> None:
    for family in ("Núñez", "ØRSTED", "O’Brien", "Łukasz", "D'Été", "Čapek-Žižka"):
        reader = Reader.objects.create(kind=Reader.Kind.PATIENT, family_name=family)
        reader.refresh_from_db()
        assert " ".join(reader.family_key.split()) == folded(family)


def test_pages_follow_each_other_without_a_gap_or_a_repeat(db: None) -> None:
    for number in range(60):
        somebody(f"Ana{number % 3}", f"Family{number % 7}")
    seen: list[str] = []
    after = ""
    while True:
        page = finding.page(Asked(view="all", after=after))
        seen += [one.ref for one in page.patients]
        after = page.after
        if not after:
            break
    order = Patient.objects.order_by("reader__family_name", "reader__given_name", "reader_id")
    assert seen == list(order.values_list("ref", flat=True))


def test_records_of_one_status_follow_from_the_newest(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "A_PAGE", 2)
    made = [somebody("Ana", f"Family{number}", status=PatientStatus.MOVED).ref for number in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        page = finding.page(Asked(view="all", status="moved", after=after))
        seen += [one.ref for one in page.patients]
        after = page.after
        if not after:
            break
    assert seen == made[::-1]


def test_counting_stops(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "COUNTED_TO", 3)
    for number in range(6):
        somebody("Ana", f"Family{number}")
    assert finding.page(Asked(view="all")).number == 4
    assert finding.page(Asked(view="all", text="family1")).number == 1


def test_lapsed_are_active_unseen_and_without_a_visit_ahead(location: Location) -> None:
    long_ago = clocks.today() - timedelta(days=600)
    somebody("Ana", "Lapsed", last_seen_on=long_ago)
    somebody("Ana", "Moved", last_seen_on=long_ago, status=PatientStatus.MOVED)
    somebody("Ana", "Recent", last_seen_on=clocks.today())
    booked = somebody("Ana", "Booked", last_seen_on=long_ago)
    AppointmentFactory.create(patient=booked, location=location, starts_at=timezone.now() + timedelta(days=3))
    missed = somebody("Ana", "Missed", last_seen_on=long_ago)
    AppointmentFactory.create(
        patient=missed, location=location, starts_at=timezone.now() - timedelta(days=3), status=AppointmentStatus.MISSED
    )
    assert names(view="lapsed") == ["Ana Lapsed", "Ana Missed"]


def test_filters_narrow(margaret: Patient, location: Location, dr_lindqvist: Provider) -> None:
    other = somebody("Ana", "Filter", location=location, provider=dr_lindqvist, status=PatientStatus.MOVED)
    tag = Tag.objects.create(name="VIP")
    other.reader.tags.add(tag)
    for narrowed in ({"location": location.pk}, {"provider": dr_lindqvist.pk}, {"tag": tag.pk}, {"status": "moved"}):
        assert names(**narrowed) == ["Ana Filter"]
    assert names("marg", tag=tag.pk) == []
    assert names(view="active") == ["Margaret Ellison"]


@pytest.mark.parametrize(
    ("text", "day"), [("2/29/2024", date(2024, 2, 29)), ("2/29/2023", None), ("1/1/99", date(1999, 1, 1))]
)
def test_dates_are_read_as_americans_write_them(db: None, text: str, day: date | None) -> None:
    assert finding.typed_date(text) == day


def test_nobody_was_born_tomorrow(db: None) -> None:
    ahead = clocks.today() + timedelta(days=1)
    assert finding.typed_date(ahead.strftime("%m/%d/%Y")) is None
    assert finding.typed_date(ahead.strftime("%m/%d/%y")) == ahead.replace(year=ahead.year - 100)
