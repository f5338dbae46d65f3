"""The owner's week: a sentence, five figures, decisions; each counted from what happened, or left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from home import owner, sparks, weeks
from home.weeks import BEHIND, COUNTED, SHOWN, WEEK, Weeks
from patients.models import Patient
from practice.models import Location, Provider
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import CaseState, VisitState
from referral_portal.offices.models import Office
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import BY, CaseFactory
from tests.factories.offices import OfficeFactory
from tests.factories.patients import AppointmentFactory, PatientFactory
from tests.factories.practice import ProviderFactory
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
EMPTY = [0] * COUNTED


def made(**counts: list[int]) -> Weeks:
    """Return weeks in which only `counts` happened."""
    names = ("new", "new_by_office", "cases", "acknowledged", "in_time", "ended", "closed", "told")
    return Weeks(**{name: counts.get(name, EMPTY) for name in names})


def ago(weeks_ago: float) -> datetime:
    return NOW - WEEK * weeks_ago


def kept(case: Case, at: datetime, provider: Provider) -> CaseAppointment:
    """Keep a visit of a case at a moment."""
    return CaseAppointment.objects.create(
        case=case,
        starts_at=at,
        provider=provider,
        location=case.location,
        booked_by=BY,
        status=VisitState.KEPT,
        settled_at=at,
        settled_by=BY,
    )


@pytest.fixture
def that_day() -> Iterator[None]:
    """Let it be the day of which the figures are asked: what a factory makes by the way happens then as well."""
    with time_machine.travel(NOW - timedelta(hours=1)):
        yield


@pytest.fixture
def dr(location: Location) -> Provider:
    return ProviderFactory.create()


@pytest.mark.both
@pytest.mark.usefixtures("that_day")
class TestWeeks:
    def test_each_week_is_seven_days_the_last_ends_now(self, location: Location) -> None:
        for moment in (NOW - timedelta(seconds=1), ago(1), ago(1) - timedelta(seconds=1), ago(COUNTED)):
            CaseFactory.create(status=CaseState.RECEIVED, at=moment, submitted_at=moment)
        for moment in (NOW, ago(COUNTED) - timedelta(seconds=1)):
            CaseFactory.create(status=CaseState.RECEIVED, at=moment, submitted_at=moment)
        assert weeks.counted(NOW).cases == [1, *[0] * (COUNTED - 3), 1, 2]

    def test_what_was_never_sent_or_was_withdrawn_does_not_count(self, location: Location) -> None:
        CaseFactory.create(status=CaseState.DRAFT, at=ago(0.5))
        for status in (CaseState.MERGED, CaseState.ENTERED_IN_ERROR):
            CaseFactory.create(
                status=status, at=ago(0.5), submitted_at=ago(0.5), submitted_by=BY, received_at=ago(0.5), received_by=BY
            )
        assert sum(weeks.counted(NOW).cases) == 1, "the survivor of the merged one"
        assert sum(weeks.counted(NOW).acknowledged) == 0

    def test_in_time_is_at_the_promise_or_before(self, location: Location) -> None:
        for late in (timedelta(0), timedelta(seconds=1)):
            CaseFactory.create(
                status=CaseState.RECEIVED, at=ago(0.5), received_at=ago(0.25), acknowledge_by=ago(0.25) - late
            )
        CaseFactory.create(status=CaseState.RECEIVED, at=ago(0.5))  # without a promise
        counted = weeks.counted(NOW)
        assert (counted.acknowledged[-1], counted.in_time[-1]) == (2, 1)

    def test_a_loop_that_lapsed_is_no_loop_closed(self, location: Location) -> None:
        for how in ("portal", "phone", "lapsed"):
            CaseFactory.create(status=CaseState.LOOP_CLOSED, at=ago(0.5), closed_how=how)
        counted = weeks.counted(NOW)
        assert (counted.ended[-1], counted.closed[-1]) == (3, 2)

    def test_a_friend_counts_when_the_referrer_told_and_not_when_it_was_void(self, location: Location) -> None:
        ReferralFactory.create(told_at=ago(0.5))
        ReferralFactory.create(told_at=ago(0.5), state=ReferralState.VOID)
        assert weeks.counted(NOW).told[-1] == 1

    def test_somebody_is_new_at_their_first_visit_only(self, location: Location) -> None:
        patient = PatientFactory.create()
        for at in (ago(2.5), ago(1.5)):
            AppointmentFactory.create(patient=patient, location=location, starts_at=at, status="kept")
        for status in ("booked", "missed", "cancelled"):
            AppointmentFactory.create(location=location, starts_at=ago(0.5), status=status)
        counted = weeks.counted(NOW)
        assert (counted.new[-3:], sum(counted.new_by_office)) == ([1, 0, 0], 0)

    def test_who_was_sent_is_new_once_in_the_schedule_and_in_the_case(self, dr: Provider) -> None:
        patient = PatientFactory.create()
        case = CaseFactory.create(status=CaseState.ACCEPTED, at=ago(2), patient=patient)
        kept(case, ago(0.5), dr)
        kept(case, ago(0.25), dr)
        AppointmentFactory.create(patient=patient, location=case.location, starts_at=ago(0.5), status="kept")
        counted = weeks.counted(NOW)
        assert (counted.new[-1], counted.new_by_office[-1]) == (1, 1)

    def test_who_was_sent_and_stands_in_the_schedule_alone_was_sent(self, location: Location) -> None:
        patient = PatientFactory.create()
        CaseFactory.create(status=CaseState.ACCEPTED, at=ago(2), patient=patient)
        AppointmentFactory.create(patient=patient, location=location, starts_at=ago(0.5), status="kept")
        counted = weeks.counted(NOW)
        assert (counted.new[-1], counted.new_by_office[-1]) == (1, 1)

    def test_an_old_patient_who_is_sent_is_not_new(self, dr: Provider) -> None:
        patient = PatientFactory.create()
        AppointmentFactory.create(patient=patient, location=dr.staff_member.location, starts_at=ago(90), status="kept")
        kept(CaseFactory.create(status=CaseState.ACCEPTED, at=ago(2), patient=patient), ago(0.5), dr)
        earlier = CaseFactory.create(status=CaseState.ACCEPTED, at=ago(60), patient=PatientFactory.create())
        kept(earlier, ago(50), dr)
        kept(CaseFactory.create(status=CaseState.ACCEPTED, at=ago(2), patient=earlier.patient), ago(0.5), dr)
        assert sum(weeks.counted(NOW).new) == 0

    def test_a_person_whom_nobody_matched_counts_for_the_case(self, dr: Provider) -> None:
        for _number in range(2):
            kept(CaseFactory.create(status=CaseState.ACCEPTED, at=ago(2)), ago(0.5), dr)
        counted = weeks.counted(NOW)
        assert (counted.new[-1], counted.new_by_office[-1]) == (2, 2)

    def test_it_asks_six_questions_however_much_happened(self, dr: Provider, django_assert_num_queries: Any) -> None:
        for number in range(12):
            kept(CaseFactory.create(status=CaseState.ACCEPTED, at=ago(number + 0.5)), ago(number + 0.25), dr)
            ReferralFactory.create(told_at=ago(number + 0.5))
        with django_assert_num_queries(6):
            weeks.counted(NOW)


class TestSentence:
    @pytest.mark.parametrize(
        ("new", "sent", "quiet", "words"),
        [
            (5, 3, 1, "5 new patients, 3 of them sent by an office, and one office has gone quiet."),
            (5, 1, 2, "5 new patients, one of them sent by an office, and 2 offices have gone quiet."),
            (5, 5, 0, "5 new patients, all sent by offices."),
            (1, 1, 0, "one new patient, sent by an office."),
            (1, 0, 0, "one new patient."),
            (0, 0, 1, "no new patient, and one office has gone quiet."),
        ],
    )
    def test_it_says_who_came_and_who_went_quiet(self, new: int, sent: int, quiet: int, words: str) -> None:
        counted = made(new=[*[3] * (COUNTED - 1), new], new_by_office=[*[1] * (COUNTED - 1), sent])
        assert owner.sentence(counted, quiet).endswith(f": {words}")

    @pytest.mark.parametrize(
        ("now", "tone"), [(7, "A good week"), (6, "A week like others"), (3, "A week like others"), (2, "A quiet week")]
    )
    def test_its_tone_is_beside_the_twelve_weeks_before(self, now: int, tone: str) -> None:
        usual = [3, 6, 4, 5, 3, 6, 4, 5, 3, 6, 9, 1]
        counted = made(new=[*[50] * BEHIND, *usual, now])
        assert owner.sentence(counted, 0).startswith(f"{tone}: ")

    def test_next_to_nothing_has_no_tone(self) -> None:
        counted = made(new=[*[0] * (COUNTED - 2), 11, 9])
        assert owner.sentence(counted, 0) == "This week: 9 new patients."

    def test_before_any_visit_is_known_it_speaks_of_what_offices_sent(self) -> None:
        assert owner.sentence(made(cases=[*[2] * 24, 5]), 0) == "A good week: 5 referrals came in."
        assert owner.sentence(made(cases=[*[2] * 24, 1]), 0) == "A quiet week: one referral came in."
        assert owner.sentence(made(told=[*[0] * 24, 1]), 0) == "This week: no referral came in."

    def test_before_anything_has_happened_it_says_nothing(self) -> None:
        assert owner.sentence(made(), 0) == ""


class TestFigures:
    def test_five_of_them_in_the_drawn_order(self) -> None:
        counted = made(
            **dict.fromkeys(("new", "cases", "acknowledged", "in_time", "ended", "closed", "told"), [2] * COUNTED)
        )
        found = owner.figures(counted)
        assert [str(figure.label) for figure in found] == [
            *("New patients", "Cases", "Acknowledged in time", "Loops closed", "Friends told")
        ]
        assert [(figure.now, figure.beside) for figure in found[1:3]] == [
            ("2", "usually 2"),
            ("100%", "26 of 26 in 13 weeks"),
        ]

    def test_a_share_needs_ten_and_leaves_a_gap_where_it_had_fewer(self) -> None:
        assert owner.figures(made(acknowledged=[*[0] * 24, 9], in_time=[*[0] * 24, 9])) == []
        late = made(acknowledged=[*[0] * 20, 9, 0, 0, 0, 3], in_time=[*[0] * 20, 6, 0, 0, 0, 3])
        (figure,) = owner.figures(late)
        assert (figure.now, figure.beside) == ("75%", "9 of 12 in 13 weeks")
        assert figure.spark.words == f"13 weeks, the oldest first: {'too few, ' * 12}75%"

    def test_a_figure_that_never_was_is_left_out(self) -> None:
        assert owner.figures(made(told=[5, *[0] * 24])) == []

    @pytest.mark.parametrize(("part", "whole", "share"), [(9, 9, None), (0, 0, None), (9, 10, 90), (0, 12, 0)])
    def test_percent_from_ten_on(self, part: int, whole: int, share: int | None) -> None:
        assert owner.percent(part, whole) == share


class TestSparks:
    @given(st.lists(st.none() | st.integers(0, 10_000), min_size=1, max_size=40).filter(lambda v: v != [None] * len(v)))
    def test_every_value_is_a_point_inside_the_picture(self, values: list[int | None]) -> None:
        drawn = sparks.spark(values, words="so")
        points = [tuple(map(float, point.split(","))) for line in drawn.lines for point in line.split()]
        assert len(points) == sum(value is not None for value in values)
        assert all(0 <= x <= sparks.WIDTH and 0 <= y <= sparks.HEIGHT for x, y in points)
        assert [x for x, _ in points] == sorted(x for x, _ in points)
        assert drawn.dot == tuple(drawn.lines[-1].split()[-1].split(","))

    def test_more_is_higher_and_a_gap_is_no_line(self) -> None:
        drawn = sparks.spark([0, 4, None, 2], words="so", smallest_span=4)
        assert drawn.lines == ["5.0,39.0 61.7,5.0", "175.0,22.0"]
        assert drawn.areas[0] == "5.0,44 5.0,39.0 61.7,5.0 61.7,44"

    def test_little_does_not_look_like_much(self) -> None:
        low, high = (
            float(point.split(",")[1])
            for point in sparks.spark([97, 99], words="so", smallest_span=20, from_zero=False).lines[0].split()
        )
        assert low - high == pytest.approx(3.4)


class TestScreen:
    def test_an_empty_practice_says_so_kindly(self, client: Client, okafor: User) -> None:
        page = sign_in(client, okafor).get("/admin/").text
        assert "Your week will stand here in one sentence." in page
        assert "Once patients are seen" in page
        assert "Nothing waits for you." in page
        assert "gw-spark" not in page

    def test_the_sentence_stands_first_then_figures_with_their_line(self, client: Client, okafor: User) -> None:
        CaseFactory.create(status=CaseState.RECEIVED, acknowledge_by=timezone.now())
        page = sign_in(client, okafor).get("/admin/").text
        assert "This week: one referral came in." in page
        assert page.index("one referral came in") < page.index("Needs a decision") < page.index("Cases</th>")
        assert 'role="img" aria-label="13 weeks, the oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1"' in page
        assert "Acknowledged in time" not in page
        assert not re.search(r"<(svg|polyline|polygon|circle)[^>]* style=", page)

    def test_nobody_else_reads_it(self, client: Client, rosa: User, hannah: User) -> None:
        CaseFactory.create(status=CaseState.RECEIVED)
        for user in (rosa, hannah):
            assert "Needs a decision" not in sign_in(client, user).get("/admin/").text

    def test_it_asks_as_much_for_many_as_for_few(
        self, client: Client, okafor: User, dr: Provider, django_assert_max_num_queries: Any
    ) -> None:
        now = timezone.now()
        for office in OfficeFactory.create_batch(4):
            CaseFactory.create_batch(7, office=office, status=CaseState.RECEIVED, at=now - WEEK * 10)
        for number in range(SHOWN):
            kept(CaseFactory.create(status=CaseState.ACCEPTED, at=now - WEEK * number), now - WEEK * number, dr)
        with django_assert_max_num_queries(
            13
        ):  # six for the weeks, one for the clock, four for what waits for approval
            assert "4 offices have gone quiet" in owner.owners(okafor, now)["sentence"]


class TestDecisions:
    def test_what_is_late_and_whom_to_call(self, client: Client, okafor: User) -> None:
        CaseFactory.create(acknowledge_by=timezone.now() - timedelta(hours=1))
        mill = OfficeFactory.create(name="Old Mill Dentistry", phone="(360) 555-0188")
        CaseFactory.create_batch(
            6, office=mill, status=CaseState.RECEIVED, at=timezone.now() - timedelta(weeks=9, days=1)
        )
        page = sign_in(client, okafor).get("/admin/").text
        assert "1 referral is past its promise" in page
        assert "Old Mill Dentistry: quiet for 9 weeks" in page
        assert 'href="tel:' in page
        assert '<span class="gw-num">2</span>' in page

    def test_an_office_that_was_never_regular_or_is_closed_is_not_missed(self, location: Location) -> None:
        few, gone = OfficeFactory.create(name="Once Dental"), OfficeFactory.create(status=Office.Status.CLOSED)
        CaseFactory.create_batch(5, office=few, status=CaseState.RECEIVED, at=ago(20))
        CaseFactory.create_batch(9, office=gone, status=CaseState.RECEIVED, at=ago(20))
        assert owner.quiet_offices(NOW) == []

    def test_the_most_missed_comes_first_and_three_are_the_most(self, location: Location, okafor: User) -> None:
        for number in range(6, 10):
            office = OfficeFactory.create(name=f"Office {number}")
            CaseFactory.create_batch(number, office=office, status=CaseState.RECEIVED, at=ago(9.5))
        found = owner.quiet_offices(NOW)
        assert [office.sent for office in found] == [9, 8, 7, 6]
        assert found[0].weeks == 9
        assert len(owner.owners(okafor, NOW)["decisions"]) == 1


def test_patients_are_not_counted_from_their_record_alone(location: Location) -> None:
    PatientFactory.create_batch(3)
    assert Patient.objects.count() == 3
    assert weeks.counted(timezone.now()).are_empty
