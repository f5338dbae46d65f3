"""Whatever people do in whatever order, what we may write equals a replay of what stands in the ledger's lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from patients import actions, choosing, policy, topics
from patients.choices import choices_of
from patients.consenting import Answer, record_consents_in_bulk
from patients.models import (
    AtMost,
    Basis,
    Channel,
    Consent,
    ContactPoint,
    Declined,
    Patient,
    PostalAddress,
    Purpose,
    Reader,
    Suppression,
)
from tests.factories.patients import PatientFactory, ReaderFactory
from tests.factories.practice import LocationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
TODAY = date(2026, 11, 23)
PURPOSES = [Purpose.TRANSACTIONAL, Purpose.TREATMENT, Purpose.OWN_SERVICES]
CHANNELS = [Channel.EMAIL, Channel.SMS, Channel.POST]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(CHANNELS), st.sampled_from(PURPOSES[1:]), st.booleans()),
        st.tuples(st.just("import"), st.sampled_from(CHANNELS), st.sampled_from(PURPOSES[1:]), st.booleans()),
        st.tuples(st.just("choose"), st.sets(st.sampled_from([f"{t}.{c}" for t in topics.TOPICS for c in CHANNELS]))),
        st.tuples(st.just("want"), st.sampled_from(["letter", "due"]), st.sampled_from(CHANNELS)),
        st.tuples(st.just("stop_all")),
        st.tuples(st.just("at_most"), st.sampled_from(["", *AtMost.values])),
        st.tuples(st.just("pause"), st.sampled_from([None, -1, 0, 1, 40])),
        st.tuples(st.just("shut"), st.sampled_from([Channel.EMAIL, Channel.SMS]), st.sampled_from(["stop", "staff"])),
        st.tuples(st.just("open"), st.sampled_from([Channel.EMAIL, Channel.SMS])),
        st.tuples(st.just("status"), st.sampled_from(["active", "inactive", "moved", "dismissed"])),
        st.tuples(st.just("die")),
        st.tuples(st.just("live")),
    ),
    max_size=6,
)
BIRTHS = st.sampled_from([None, date(1955, 3, 14), date(2008, 11, 23), date(2008, 11, 24), date(2020, 2, 29)])


TOLD: dict[str, Any] = {"wording_version": "test-1", "by": None}


def say(reader: Reader, channel: str, purpose: str, is_given: bool) -> None:
    said = {"channel": channel, "purpose": purpose, "is_given": is_given, "basis": Basis.AGREED, "source": "desk"}
    actions.record_consent(reader=reader, **said, **TOLD)


def bring_in(reader: Reader, channel: str, purpose: str, is_given: bool) -> None:
    answer = Answer(reader.pk, channel, purpose, is_given, Basis.MAY_OBJECT)
    record_consents_in_bulk([answer], source="import", concerns="import:IM-1", **TOLD)


def rest(reader: Reader, days: int | None) -> None:
    until = None if days is None else timezone.localdate() + timedelta(days=days)
    actions.pause(reader=reader, until=until, by=None)


def shut(reader: Reader, channel: str, reason: str) -> None:
    if address := Reader.objects.get(pk=reader.pk).address(channel):
        actions.suppress(channel=channel, address=address, reason=reason, by=None)


def open_again(reader: Reader, channel: str) -> None:
    if address := Reader.objects.get(pk=reader.pk).address(channel):
        actions.restore_address(channel=channel, address=address, by=None)


def stand(reader: Reader, status: str) -> None:
    Patient.objects.filter(reader=reader).exclude(status="deceased").update(status=status)


ACT: dict[str, Callable[..., object]] = {
    "say": say,
    "import": bring_in,
    "choose": lambda reader, wanted: choosing.choose(reader=reader, wanted=wanted, by=None, source="portal"),
    "want": lambda reader, topic, channel: choosing.want(
        reader=reader, topic=topic, channel=channel, source="double_opt_in", **TOLD
    ),
    "stop_all": lambda reader: choosing.stop_all(reader=reader, by=None, source="portal"),
    "at_most": lambda reader, most: choosing.want_less(reader=reader, at_most=most, by=None, source="mail_link"),
    "pause": rest,
    "shut": shut,
    "open": open_again,
    "status": stand,
    "die": lambda reader: actions.mark_deceased(patient=Patient.objects.get(reader=reader), by=None),
    "live": lambda reader: actions.mark_living(patient=Patient.objects.get(reader=reader), by=None),
}


def is_child(patient: Patient) -> bool:
    return patient.born_on is not None and (patient.age_on(TODAY) or 0) < 18


def addressee(reader: Reader) -> Reader | None:
    """Return who reads what concerns `reader`: themselves, or the living, grown-up adult of a child."""
    patient = Patient.objects.select_related("responsible__reader").get(reader=reader)
    if not is_child(patient):
        return Reader.objects.get(pk=reader.pk)
    adult = patient.responsible
    return adult.reader if adult and adult.status != "deceased" and not is_child(adult) else None


def shut_for(who: Reader, channel: str) -> str | None:
    """Return why an address is shut, "" where it is open, None where there is no address."""
    if channel == "post":
        return "" if PostalAddress.objects.filter(reader=who).exclude(street="").exists() else None
    point = ContactPoint.objects.filter(reader=who, channel=channel, is_primary=True).first()
    if point is None:
        return None
    found = Suppression.objects.filter(channel=channel, address_hash=point.address_hash).first()
    return found.reason if found else ""


def replayed(reader: Reader, channel: str, purpose: str, topic: str) -> str:
    """Return what ought to be answered, from rows alone: the newest line of the ledger is the answer."""
    status = Patient.objects.get(reader=reader).status
    who = addressee(reader)
    reason = shut_for(who, channel) if who else None
    if status == "deceased" or who is None:
        return "deceased" if status == "deceased" else "no_adult"
    if reason is None:
        return "no_address"
    declined = "declined" if Declined.objects.filter(reader=who, channel=channel, topic=topic).exists() else ""
    if purpose == "transactional":
        return "suppressed" if reason in {"stop", "hard_bounce", "deceased"} else declined
    statuses = set(Patient.objects.filter(reader__in=[reader, who]).values_list("status", flat=True))
    if "dismissed" in statuses or reason:
        return "dismissed" if "dismissed" in statuses else "suppressed"
    if Reader.objects.filter(pk__in=[reader.pk, who.pk], paused_until__gt=TODAY).exists():
        return "paused"
    return declined_by(who, status, channel, purpose, topic) or declined


def declined_by(who: Reader, status: str, channel: str, purpose: str, topic: str) -> str:
    last = Consent.objects.filter(reader=who, channel=channel, purpose=purpose).order_by("pk").last()
    basis = last.basis if last and last.is_given else None
    if status == "moved" and (purpose == "treatment" or channel == "post" or basis == "may_object"):
        return "moved"
    if basis is None:
        return "objected"
    return "only_visits" if who.at_most == "visits" and topic not in {"visits", "question"} else ""


ASKED = [
    (channel, purpose, topic)
    for channel in CHANNELS
    for purpose in PURPOSES
    for topic in ["", *(one.name for one in topics.TOPICS.values() if one.purpose == purpose)]
]


class TestAnyLife(TestCase):
    """A child, the adult who answers for them, and whatever they and the practice do."""

    @given(
        first=ACTS,
        second=ACTS,
        births=st.tuples(BIRTHS, BIRTHS),
        is_alone=st.booleans(),
        ways=st.sets(st.sampled_from(CHANNELS)),
        asked=st.lists(st.sampled_from(ASKED), min_size=3, max_size=5),
    )
    @settings(max_examples=15, deadline=None)
    def test_one_and_all_answer_as_a_replay_does(
        self, first: Any, second: Any, births: Any, is_alone: bool, ways: set[str], asked: list[tuple[str, str, str]]
    ) -> None:
        with time_machine.travel("2026-11-23 20:00Z", tick=True):
            adult = PatientFactory.create(born_on=births[0], reader__email="adult@readers.example")
            child = PatientFactory.create(
                born_on=births[1], responsible=None if is_alone else adult, reader__email="child@readers.example"
            )
            for one in (adult.reader, child.reader):
                if Channel.EMAIL not in ways:
                    one.contact_points.all().delete()
                if Channel.SMS in ways:
                    ContactPoint.objects.create(reader=one, channel="sms", address="360-555-0150")
                if Channel.POST in ways:
                    PostalAddress.objects.create(reader=one, street="4 Gull Way")
            for reader, acts in ((adult.reader, first), (child.reader, second)):
                for what, *how in acts:
                    ACT[what](reader, *how)
            for question in asked:
                self.compare([adult.reader, child.reader], *question)

    def compare(self, readers: list[Reader], channel: str, purpose: str, topic: str) -> None:
        expected = {one.pk: replayed(one, channel, purpose, topic) for one in readers}
        known = policy.Known([one.pk for one in readers])
        asked = {"channel": channel, "purpose": purpose, "topic": topic}
        assert {one.pk: known.against(one.pk, **asked) for one in readers} == expected, asked
        assert policy.may_contact(readers[1], **asked) == expected[readers[1].pk]
        may = set(policy.contactable(channel, purpose, topic).values_list("pk", flat=True))
        assert may == {pk for pk, reason in expected.items() if not reason}, asked


def test_the_page_of_choices_shows_what_would_come() -> None:
    patient = PatientFactory.create()
    choosing.choose(reader=patient.reader, wanted={"letter.email", "due.email"}, by=None, source="desk")
    shown = choices_of(patient.reader)
    for cell in shown.cells:
        reason = policy.may_contact(
            patient.reader, channel=cell.way.channel, purpose=cell.topic.purpose, topic=cell.topic.name
        )
        assert cell.is_wanted is (reason == "")


@pytest.mark.parametrize(
    ("born", "today", "is_child"),
    [
        (date(2008, 11, 24), "2026-11-23", True),
        (date(2008, 11, 23), "2026-11-23", False),
        (date(2008, 2, 29), "2026-02-28", True),
        (date(2008, 2, 29), "2026-03-01", False),
        (date(2006, 3, 1), "2024-02-29", True),
        (date(2006, 2, 28), "2024-02-29", False),
    ],
)
def test_a_child_is_one_until_the_18th_birthday(born: date, today: str, is_child: bool) -> None:
    day = date.fromisoformat(today)
    assert (born > policy.comes_of_age(day)) is is_child
    patient = PatientFactory.create(born_on=born, responsible=PatientFactory.create())
    assert ((patient.age_on(day) or 0) < 18) is is_child


def test_a_birthday_begins_at_midnight_where_the_practice_is() -> None:
    LocationFactory.create(time_zone="Pacific/Honolulu", is_main=True)
    adult = PatientFactory.create(reader=ReaderFactory.create(email="adult@readers.example"))
    child = PatientFactory.create(born_on=date(2008, 11, 23), responsible=adult)
    with time_machine.travel("2026-11-23 09:59Z", tick=False):  # 11:59 PM of the 22nd
        assert policy.Known([child.reader_id]).addressee(child.reader_id) == adult.reader_id
    with time_machine.travel("2026-11-23 10:00Z", tick=False):
        assert policy.Known([child.reader_id]).addressee(child.reader_id) == child.reader_id
