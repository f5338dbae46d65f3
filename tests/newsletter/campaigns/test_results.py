"""The page of results: live, in figures that add up, letter by letter, with what only a person can decide."""

from __future__ import annotations

import csv
import io
import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from delivery import ledger, sending
from delivery.models import Dispatch, Message
from journal.models import Entry
from newsletter.campaigns import actions, deciding, results, tally
from newsletter.campaigns.models import Campaign
from patients.models import Reader
from tests.cast import sign_in
from tests.factories import patients
from tests.factories.delivery import crowd

POSTS = ["arrived", "missing", "send_again", "resend"]
READINGS = ["results", "progress", "letters", "table"]


def to(name, edition):
    return reverse(f"newsletters:{name}", args=[edition.pk])


def settle(address, state, reason=""):
    rows = Message.objects.filter(address=address)
    rows.update(state=state, reason=reason, next_try_at=None, settled_at=timezone.now())
    return rows.get()


@pytest.fixture
def campaign(draft, readers, hannah):
    return actions.start(edition=draft, by=hannah)


@pytest.fixture
def unsure(campaign):
    """Return the letter to Walter, of which nobody knows; the other one arrived, and the sending is over."""
    settle("castellanos@home.example", "accepted")
    letter = settle("walter@home.example", "unknown")
    ledger.finish(campaign.dispatch)
    return letter


def test_it_works(desk, draft, unsure):
    page = desk.get(to("results", draft)).content.decode()
    assert "Walter" in page
    assert "It is never sent again by itself." in page
    assert "data-progress" not in page


def test_while_it_is_sent_the_page_looks_again(desk, draft, campaign):
    page = desk.get(to("results", draft)).content.decode()
    assert f'data-progress="{to("progress", draft)}"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    live = desk.get(to("progress", draft)).content.decode()
    assert f'data-stage="{campaign.stage}"' in live
    assert "<html" not in live


def test_it_arrived(desk, draft, unsure, hannah):
    desk.post(to("arrived", draft), {"letter": unsure.ref})
    unsure.refresh_from_db()
    assert unsure.state == "accepted"
    entry = Entry.objects.get(verb="campaign.found_there")
    assert (entry.by, entry.particulars) == (f"user:{hannah.ref}", {"letter": unsure.ref})
    desk.post(to("missing", draft), {"letter": unsure.ref})
    unsure.refresh_from_db()
    assert unsure.state == "accepted"


def test_it_did_not_arrive(desk, draft, unsure):
    desk.post(to("missing", draft), {"letter": unsure.ref})
    unsure.refresh_from_db()
    assert (unsure.state, unsure.reason) == ("failed", "not_there")
    assert "did not arrive, as somebody found out" in desk.get(to("results", draft)).content.decode()


def test_only_a_person_sends_it_once_more(desk, draft, unsure, settings):
    assert sending.work() == 0
    desk.post(to("send_again", draft), {"letter": unsure.ref})
    assert Dispatch.objects.get().state == "running"
    assert sending.work() == 1
    unsure.refresh_from_db()
    assert unsure.state == "accepted"
    assert Dispatch.objects.get().state == "finished"
    desk.post(to("send_again", draft), {"letter": unsure.ref})
    assert sending.work() == 0


def test_what_was_stopped_is_not_sent_once_more(draft, campaign, hannah):
    letter = settle("walter@home.example", "unknown")
    actions.cancel(campaign=campaign, by=hannah)
    assert not deciding.send_again(campaign=campaign, message=letter, by=hannah)


def test_a_letter_of_another_sending_is_not_there(desk, draft, edition, unsure, hannah):
    actions.start(edition=edition, by=hannah)
    for name in POSTS[:3]:
        assert desk.post(to(name, edition), {"letter": unsure.ref}).status_code == 404
        assert desk.post(to(name, edition), {"letter": "MS-NOTHING"}).status_code == 404


def test_those_who_were_not_reached_are_tried_again_and_nobody_else(desk, draft, campaign, hannah):
    settle("castellanos@home.example", "accepted")
    late = settle("walter@home.example", "failed", "Given up after 12 attempts. 450 Busy")
    ledger.finish(campaign.dispatch)
    assert "Try again for 1 who was not reached" in desk.get(to("results", draft)).content.decode()
    desk.post(to("resend", draft))
    desk.post(to("resend", draft))
    assert sending.work() == 1
    late.refresh_from_db()
    assert (late.state, late.attempts) == ("accepted", 1)
    assert Message.objects.count() == 2
    assert Entry.objects.get(verb="campaign.resent").particulars == {"letters": 1}


def test_who_was_refused_for_good_is_not_tried_again(desk, draft, campaign):
    settle("castellanos@home.example", "accepted")
    settle("walter@home.example", "failed", "550 No such mailbox")
    ledger.finish(campaign.dispatch)
    assert "Try again" not in desk.get(to("results", draft)).content.decode()
    desk.post(to("resend", draft))
    assert sending.work() == 0


def test_while_it_is_sent_nobody_is_tried_again(campaign, hannah):
    settle("walter@home.example", "failed", "Given up after 12 attempts. 450 Busy")
    with pytest.raises(actions.Impossible):
        deciding.resend(campaign=campaign, by=hannah)


@pytest.mark.parametrize("name", POSTS)
def test_decisions_are_posts(name, desk, draft, campaign):
    assert desk.get(to(name, draft)).status_code == 405


@pytest.mark.parametrize("who", ["theo", "margaret", "dana"])
def test_who_may_not_write_letters_sees_and_decides_nothing(who, draft, unsure, client, request):
    sign_in(client, request.getfixturevalue(who))
    for name in READINGS:
        assert client.get(to(name, draft)).status_code in {302, 403, 404}
    for name in POSTS:
        client.post(to(name, draft), {"letter": unsure.ref})
    unsure.refresh_from_db()
    assert unsure.state == "unknown"


@pytest.mark.parametrize("name", READINGS[1:])
def test_before_it_is_sent_there_is_nothing_to_read(name, desk, draft):
    assert desk.get(to(name, draft)).status_code == 404


def test_letter_by_letter_by_name_and_state(desk, draft, unsure):
    everybody = desk.get(to("letters", draft)).content.decode()
    assert "and 1 more at that mailbox" in everybody
    assert "Walter" in everybody
    walter = desk.get(to("letters", draft), {"q": "walt"}).content.decode()
    assert "Walter" in walter
    assert "Ruth" not in walter
    accepted = desk.get(to("letters", draft), {"state": "accepted"}).content.decode()
    assert "Walter" not in accepted
    assert Entry.objects.filter(verb="campaign.viewed").count() == 3


def test_letters_come_page_by_page(desk, draft, hannah, location):
    crowd(60)
    actions.start(edition=draft, by=hannah)
    first = desk.get(to("letters", draft))
    following = first.context["page"].following
    assert len(first.context["page"].lines) == 50
    second = desk.get(to("letters", draft), {"after": following})
    assert len(second.context["page"].lines) == 10
    assert second.context["page"].following == ""


@pytest.mark.parametrize("query", [{"after": "MS-'"}, {"after": "x"}, {"state": "<b>"}, {"q": "\0'%"}])
def test_what_nobody_can_ask_for_is_no_error(query, desk, draft, campaign):
    assert desk.get(to("letters", draft), query).status_code == 200


def rows(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode().lstrip("\ufeff"))))


def test_the_table_has_no_live_formula_and_no_address_for_an_editor(desk, draft, unsure, readers):
    Reader.objects.filter(pk=readers[2].pk).update(given_name='=HYPERLINK("http://evil")')
    found = rows(desk.get(to("table", draft)))
    assert len(found) == 2
    assert "address" not in found[0]
    assert [row["name"].startswith("'=HYPERLINK") for row in found if "HYPERLINK" in row["name"]] == [True]
    assert {row["state"] for row in found} == {"accepted", "unknown"}


def test_who_may_see_patients_gets_the_addresses(client, draft, unsure, okafor):
    sign_in(client, okafor)
    found = rows(client.get(to("table", draft)))
    assert {row["address"] for row in found} == {"castellanos@home.example", "walter@home.example"}


def test_names_of_people_chosen_by_their_health_are_for_those_who_may_know(desk, draft, unsure, monkeypatch):
    entry = Entry.objects.filter(verb="campaign.started")
    assert entry.get().particulars["clinical"] is False
    from newsletter.campaigns import policy, receivers

    monkeypatch.setattr(receivers, "was_clinical", lambda _campaign: True)
    monkeypatch.setattr(policy, "may_choose_by_health", lambda _user: False)
    for name in ("results", "letters"):
        assert "Walter" not in desk.get(to(name, draft)).content.decode()
    assert "name" not in rows(desk.get(to("table", draft)))[0]


def test_the_page_asks_as_much_however_many_letters(desk, draft, hannah, location, monkeypatch):
    monkeypatch.setattr(tally, "WORTH_KEEPING", math.inf)  # what a busy machine is slow to count is asked each time
    patients.letter_reader(email="first@home.example")
    campaign = actions.start(edition=draft, by=hannah)

    def asked(name):
        desk.get(to(name, draft))
        with CaptureQueriesContext(connection) as queries:
            desk.get(to(name, draft))
        return len(queries)

    few = {name: asked(name) for name in ("results", "progress", "letters")}
    for number in range(30):
        Message.objects.create(
            dispatch=campaign.dispatch,
            purpose="own_services",
            address=f"more{number}@home.example",
            address_hash=f"{number:02d}" * 32,
            message_id=f"{number}@home.example",
            state="failed" if number % 2 else "unknown",
            reason=f"550 {number}",
            next_try_at=None,
            settled_at=timezone.now(),
        )
    many = {name: asked(name) for name in ("results", "progress", "letters")}
    assert many["progress"] == few["progress"] <= 12
    assert many["letters"] == few["letters"]
    assert many["results"] <= few["results"] + 5  # what is asked only where there is something to name


def test_a_rest_is_told_with_its_end(desk, draft, campaign):
    now = timezone.now()
    Dispatch.objects.update(opens_at=now + timezone.timedelta(hours=3), closes_at=now + timezone.timedelta(hours=9))
    assert "and goes on by itself" in desk.get(to("progress", draft)).content.decode()


def test_a_sending_that_was_stopped_by_itself_says_why_and_goes_on_by_a_click(desk, draft, campaign):
    from delivery import steps as door

    door.hold(dispatch=campaign.dispatch, trouble="3 of 100 readers marked it as spam.")
    page = desk.get(to("results", draft)).content.decode()
    assert "3 of 100 readers marked it as spam." in page
    desk.post(to("resume", draft))
    assert Campaign.objects.get().stage in {"running", "freezing"}


def test_the_figures_of_a_large_sending_are_kept_for_a_while(campaign, monkeypatch):
    from django.core.cache import cache

    from newsletter.campaigns import tally

    cache.clear()
    monkeypatch.setattr(tally, "WORTH_KEEPING", 0.0)
    monkeypatch.setattr(tally, "SHARE", 1e6)
    before = results.progress(campaign)
    with CaptureQueriesContext(connection) as queries:
        assert results.progress(campaign) == before
    assert len(queries) == 0
    cache.clear()
