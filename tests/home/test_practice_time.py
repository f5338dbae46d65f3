"""Every day and time shown or asked is the practice's own, wherever the computer and its settings stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from accounts.models import User
from delivery import rendering
from patients.models import Patient
from practice import clocks
from practice.alerts import Alert
from practice.models import Location
from referral_portal.offices.models import Office
from referral_portal.referrals import actions, policy
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import CaseFactory
from tests.factories.offices import OfficeFactory, belong
from tests.factories.pages import root_page
from tests.factories.patients import AppointmentFactory
from tests.factories.practice import LocationFactory
from tests.factories.referrals import ReferralFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

# 10:30 PM on Sunday in Honolulu, 12:30 AM on Monday in the settings' Los Angeles, 3:30 AM on Monday in New York
NIGHT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SOURCES = ("home", "newsletter", "referral_portal", "site")
ASKS_THE_SETTINGS = re.compile(
    r"timezone\.(localdate\((?!timezone=)|get_current_timezone\()|timezone\.localtime\([^,()]*\)"
)


@pytest.fixture(autouse=True)
def night() -> Iterator[None]:
    with time_machine.travel(NIGHT, tick=False):
        yield


@pytest.fixture
def honolulu(location: Location) -> Location:
    """Return the practice's house, moved to Honolulu."""
    location.time_zone = "Pacific/Honolulu"
    location.save()
    return location


@pytest.fixture
def saltmarsh(dana: User) -> Office:
    """Return the office where Dana works."""
    office = OfficeFactory.create()
    belong(dana, office)
    return office


def test_what_is_told_in_the_evening_is_of_that_day(honolulu: Location, margaret_patient: Patient) -> None:
    told = actions.tell(reader=margaret_patient.reader, by=margaret_patient.reader)
    assert told.told_on == date(2026, 11, 22)


def test_somebody_comes_of_age_when_the_day_begins_here(honolulu: Location, margaret_patient: Patient) -> None:
    margaret_patient.born_on = date(2008, 11, 23)
    margaret_patient.save()
    assert not policy.may_refer(margaret_patient.reader)
    with time_machine.travel(NIGHT + timedelta(hours=2), tick=False):
        assert policy.may_refer(margaret_patient.reader)


def test_a_patient_reads_the_clock_on_the_wall(client: Client, honolulu: Location, margaret_patient: Patient) -> None:
    AppointmentFactory.create(
        patient=margaret_patient, location=honolulu, starts_at=datetime(2026, 12, 1, 8, tzinfo=UTC)
    )
    assert margaret_patient.reader.user is not None
    page = sign_in(client, margaret_patient.reader.user).get("/portal/me/").text
    assert "Monday, November 30, 10:00 PM" in page
    assert "2026-11-30T22:00:00-1000" in page
    assert "Good evening" in page


def test_a_visit_elsewhere_is_told_by_the_clock_there(
    client: Client, honolulu: Location, margaret_patient: Patient
) -> None:
    east = LocationFactory.create(practice=honolulu.practice, name="East", time_zone="America/New_York")
    AppointmentFactory.create(patient=margaret_patient, location=east, starts_at=datetime(2026, 12, 1, 14, tzinfo=UTC))
    assert margaret_patient.reader.user is not None
    assert "Tuesday, December 1, 9:00 AM" in sign_in(client, margaret_patient.reader.user).get("/portal/me/").text


def test_an_office_reads_when_it_sent_by_the_clock_of_that_house(
    client: Client, honolulu: Location, dana: User, saltmarsh: Office
) -> None:
    east = LocationFactory.create(practice=honolulu.practice, name="East", time_zone="America/New_York")
    here = CaseFactory.create(office=saltmarsh, location=honolulu, at=NIGHT - timedelta(minutes=1))
    there = CaseFactory.create(office=saltmarsh, location=east, at=NIGHT - timedelta(minutes=1))
    sign_in(client, dana)
    assert "sent Nov 22, 2026" in client.get(f"/portal/office/cases/{here.ref}/").text
    assert "sent Nov 23, 2026" in client.get(f"/portal/office/cases/{there.ref}/").text
    answer = client.get("/portal/office/cases.csv")
    table = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "referrals-2026-11-22.csv" in answer.headers["Content-Disposition"]
    assert "2026-11-22 22:30" in table
    assert "2026-11-23 03:30" in table


@pytest.mark.parametrize("own", [None, "", "America/New_York"])
def test_the_admin_goes_by_the_practices_clock_whatever_somebody_chose(
    client: Client, honolulu: Location, rosa: User, own: str | None
) -> None:
    if own is not None:
        UserProfile.objects.create(user=rosa, current_time_zone=own)
    case = CaseFactory.create(location=honolulu, at=NIGHT - timedelta(minutes=1))
    friend = ReferralFactory.create(state=ReferralState.CONTACT_AGREED, made_at=NIGHT)
    sign_in(client, rosa)
    assert "Sun, Nov 22, 10:30 PM" in client.get(f"/admin/inbox/{case.ref}/").text
    assert "Sun, Nov 22, 10:30 PM" in client.get(f"/admin/inbox/{friend.ref}/").text
    assert "Today, Sunday" in client.get("/admin/").text
    assert list(UserProfile.objects.filter(user=rosa).values_list("current_time_zone", flat=True)) == (
        [] if own is None else [own]
    )


def test_a_time_typed_in_the_admin_is_the_practices(
    client: Client, honolulu: Location, rosa: User, okafor: User
) -> None:
    friend = ReferralFactory.create(state=ReferralState.CONTACTED)
    sign_in(client, rosa).post(f"/admin/inbox/{friend.ref}/appointments/", {"on": "2026-11-30", "at": "09:00"})
    friend.refresh_from_db()
    assert friend.visit_at == datetime(2026, 11, 30, 19, tzinfo=UTC)
    root_page()
    sign_in(client, okafor).post(
        reverse("wagtailsnippets_practice_alert:add"),
        {"text": "The door is moved.", "level": "info", "starts_at": "2026-11-23 08:00", "ends_at": ""},
    )
    assert Alert.objects.get().starts_at == datetime(2026, 11, 23, 18, tzinfo=UTC)


def test_mail_that_a_worker_writes_goes_by_the_practices_clock(
    honolulu: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_rendered", lambda *_, **__: f"{timezone.localtime():%a %H:%M}")
    monkeypatch.setattr(rendering.mjml, "compile", lambda source: source)
    letter = rendering.render("welcome")
    assert (letter.subject, letter.html, letter.text) == ("Sun 22:30", "Sun 22:30", "Sun 22:30\n")


def test_the_old_zone_is_back_after_a_request(client: Client, honolulu: Location, margaret: User) -> None:
    before = timezone.get_current_timezone()
    sign_in(client, margaret).get("/portal/me/")
    assert timezone.get_current_timezone() is before


def test_an_answer_without_a_time_asks_for_no_zone(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_no_code_asks_the_settings_what_time_it_is() -> None:
    asking = [
        f"{path}:{number}"
        for source in SOURCES
        for path in (Path(settings.BASE_DIR) / source).rglob("*.py")
        if not {"migrations", "touring", "running"} & set(path.parts) and path.name != "clocks.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ASKS_THE_SETTINGS.search(line)
    ]
    assert asking == [], "ask practice.clocks: the settings' zone is not the practice's"
    assert ASKS_THE_SETTINGS.search("day = timezone.localdate()")
    assert not ASKS_THE_SETTINGS.search("timezone.localtime(moment, case.location.zone)")


def test_the_clock_on_the_screen_is_that_of_the_clock_room(honolulu: Location) -> None:
    assert clocks.today() == date(2026, 11, 22)
    assert f"{clocks.local(NIGHT):%H:%M}" == "22:30"
