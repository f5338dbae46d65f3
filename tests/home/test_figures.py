"""Figures: medians of what happened, and nothing where there is too little to count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from home import figures
from home.models import HomePage
from practice.models import Location
from referral_portal.cases.choices import Urgency
from referral_portal.cases.models import Case
from referral_portal.cases.states import CaseState, VisitState
from tests.factories.cases import CaseFactory, visit
from tests.factories.offices import OfficeFactory
from tests.factories.practice import ProviderFactory

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)


def sent(count: int, *, wait: timedelta = timedelta(minutes=90), at: datetime = NOW, **more: object) -> None:
    """Keep cases sent an hour before `at`, acknowledged after `wait`."""
    office = OfficeFactory.create()
    moment = at - timedelta(days=2)
    CaseFactory.create_batch(
        count,
        office=office,
        at=moment,
        status=CaseState.RECEIVED,
        submitted_at=moment,
        received_at=moment + wait,
        **more,
    )


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Forget figures kept from other tests."""
    cache.delete(figures.CACHE_KEY)


def test_thirty_are_enough_and_one_less_is_not(location: Location) -> None:
    sent(29)
    assert figures.counted(NOW).overall is None
    sent(1)
    overall = figures.counted(NOW).overall
    assert overall is not None
    assert (overall.count, overall.acknowledged, overall.called) == (30, timedelta(minutes=90), None)


def test_the_figure_is_the_median(location: Location) -> None:
    sent(16, wait=timedelta(minutes=10))
    sent(15, wait=timedelta(days=5))
    overall = figures.counted(NOW).overall
    assert overall is not None
    assert overall.acknowledged == timedelta(minutes=10)


def test_what_is_older_than_a_year_does_not_count(location: Location) -> None:
    sent(30, at=NOW - timedelta(days=365))
    assert figures.counted(NOW).overall is None


def test_drafts_and_withdrawn_cases_do_not_count(location: Location) -> None:
    sent(30)
    Case.objects.update(status=CaseState.ENTERED_IN_ERROR, ended_at=NOW, ended_by="user:U-MADE")
    assert figures.counted(NOW).overall is None


def test_each_urgency_is_counted_by_itself(location: Location) -> None:
    sent(30, urgency=Urgency.ROUTINE)
    sent(4, urgency=Urgency.EMERGENCY)
    rows = {row.urgency: row for row in figures.counted(NOW).by_urgency}
    assert rows[Urgency.ROUTINE].promptness is not None
    assert (rows[Urgency.EMERGENCY].count, rows[Urgency.EMERGENCY].promptness) == (4, None)
    assert Urgency.URGENT not in rows


def test_pages_show_no_figure_when_there_are_too_few(site: HomePage, client: Client) -> None:
    sent(29, at=datetime.now(UTC))
    for path in ("/", "/for-offices/"):
        html = client.get(path).content.decode()
        assert "acknowledged in the last 12 months" not in html
        assert "What you can count on" not in html


def test_pages_show_the_figure_with_its_count_and_period(site: HomePage, client: Client) -> None:
    sent(30, wait=timedelta(minutes=112), at=datetime.now(UTC), urgency=Urgency.ROUTINE)
    sent(3, at=datetime.now(UTC), urgency=Urgency.EMERGENCY)
    html = client.get("/").content.decode()
    assert "1 h 52 min" in html
    assert "half of 33 referrals were acknowledged in the last 12 months" in html
    html = client.get("/for-offices/").content.decode()
    assert "Only 3, too few to show." in html
    assert "Please call:" in html


def test_the_count_is_not_made_anew_for_every_visitor(
    site: HomePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/")

    def never(now: datetime) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(figures, "counted", never)
    assert client.get("/").status_code == 200


def test_what_still_waits_counts_as_longest(location: Location) -> None:
    sent(20, wait=timedelta(minutes=10))
    office = OfficeFactory.create()
    CaseFactory.create_batch(19, office=office, at=NOW - timedelta(days=1))
    overall = figures.counted(NOW).overall
    assert overall is not None
    assert (overall.count, overall.acknowledged) == (39, timedelta(minutes=10))
    CaseFactory.create_batch(2, office=office, at=NOW - timedelta(days=1))
    assert figures.counted(NOW).overall is None


@given(st.lists(st.none() | st.timedeltas(timedelta(0), timedelta(days=60)), max_size=80))
def test_half_were_at_least_as_quick_as_we_say(waits: list[timedelta | None]) -> None:
    rows = [("routine", NOW, NOW + wait if wait is not None else None, None) for wait in waits]
    found = figures.promptness_of(rows)
    done = [wait for wait in waits if wait is not None]
    if found is None:
        assert len(waits) < figures.FEWEST or len(done) <= len(waits) / 2
    else:
        assert sum(wait <= found.acknowledged for wait in done) * 2 >= len(waits)


OLD_ENOUGH = NOW - figures.TIME_FOR_A_VISIT + timedelta(days=2)  # `sent` makes them two days older


def visited() -> figures.Visited | None:
    """Return what is counted of routine referrals."""
    rows = {row.urgency: row for row in figures.counted(NOW).by_urgency}
    return rows[Urgency.ROUTINE].visited


def test_a_visit_counts_when_it_was_kept_or_the_report_says_so(location: Location) -> None:
    sent(28, at=OLD_ENOUGH)
    for case in Case.objects.all()[:20]:
        visit(case, ProviderFactory.create(), status=VisitState.KEPT)
    for case in Case.objects.all()[20:24]:
        visit(case, ProviderFactory.create(), status=VisitState.MISSED)
    assert visited() is None
    office, at = OfficeFactory.create(), OLD_ENOUGH - timedelta(days=3)
    CaseFactory.create(office=office, at=at, status=CaseState.COMPLETED, ending="treated")
    CaseFactory.create(office=office, at=at, status=CaseState.COMPLETED, ending="patient_declined")
    assert visited() == figures.Visited(21, 30)
    again = Case.objects.filter(appointments__status=VisitState.KEPT)[0]
    visit(again, ProviderFactory.create(), status=VisitState.KEPT)
    assert visited() == figures.Visited(21, 30), "a second visit is not a second patient"


def test_referrals_too_young_for_a_visit_are_not_counted_yet(location: Location) -> None:
    sent(30, at=OLD_ENOUGH + timedelta(seconds=1))
    assert visited() is None
    sent(30, at=OLD_ENOUGH)
    assert visited() == figures.Visited(0, 30)


def test_what_goes_on_as_another_is_counted_there(location: Location) -> None:
    sent(30, at=OLD_ENOUGH)
    at, office = OLD_ENOUGH - timedelta(days=3), OfficeFactory.create()
    CaseFactory.create(office=office, at=at, status=CaseState.DECLINED, decline_reason="redirected")
    CaseFactory.create(office=office, at=at, status=CaseState.MERGED, survivor=Case.objects.earliest("pk"))
    assert visited() == figures.Visited(0, 30)
    CaseFactory.create(office=office, at=at, status=CaseState.DECLINED, decline_reason="no_time")
    assert visited() == figures.Visited(0, 31)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_is_never_rounded_to_all_or_none(pair: tuple[int, int]) -> None:
    seen, of = pair
    percent = figures.Visited(seen, of).percent
    assert (percent == 100) is (seen == of)
    assert (percent == 0) is (seen == 0)
    assert abs(percent - 100 * seen / of) <= 1


def test_the_page_shows_the_share_with_its_own_count(site: HomePage, client: Client) -> None:
    now = datetime.now(UTC)
    sent(34, at=now, urgency=Urgency.URGENT)
    sent(32, at=now - figures.TIME_FOR_A_VISIT)
    for case in Case.objects.filter(urgency=Urgency.ROUTINE)[:24]:
        visit(case, ProviderFactory.create(), status=VisitState.KEPT)
    html = client.get("/for-offices/").content.decode()
    assert "<b>75%</b>" in html
    assert ">of 32</span>" in html
    assert html.count("too few to say") == 3  # two without calls, one without visits


def test_many_that_wait_are_not_called_few(site: HomePage, client: Client) -> None:
    now = datetime.now(UTC)
    sent(60, at=now)
    office = OfficeFactory.create()
    CaseFactory.create_batch(31, office=office, at=now - timedelta(days=1), urgency=Urgency.URGENT)
    html = client.get("/for-offices/").content.decode()
    assert "Fewer than half of 31 are acknowledged so far." in html
    assert "too few to show" not in html
