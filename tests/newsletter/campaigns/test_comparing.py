"""Two subjects of one letter: both are approved and checked, tried on two parts, and the rest gets the better one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from delivery import sending
from delivery.models import Click, Link, Message
from delivery.ways import FIRST, SECOND
from journal.models import Entry
from newsletter.campaigns import actions, approval, approving, comparing, comparisons, scheduling, sureness
from newsletter.campaigns.comparisons import Comparison
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.tasks import compare
from newsletter.campaigns.written import letter_hash, newest
from newsletter.editions import actions as writing
from newsletter.editions import checks
from newsletter.editions.models import EditionPage
from practice.courtesy import Courtesy
from practice.models import Practice
from tests.factories.delivery import crowd

SECOND_SUBJECT = "Three things for a warm winter"
NUMBER = 60


@pytest.fixture
def few_are_enough(monkeypatch):
    """Let a small crowd be an audience: what the rule takes is tested with the rule."""
    monkeypatch.setattr(sureness, "fewest_in_a_part", lambda: 10)


@pytest.fixture
def two(draft, hannah, few_are_enough):
    """Return December's letter with two subjects, and readers for it."""
    crowd(NUMBER)
    comparing.write(edition=draft, subject=SECOND_SUBJECT, by=hannah)
    return fresh(draft)


@pytest.fixture
def started(two, hannah):
    return actions.start(edition=two, by=hannah)


def fresh(edition):
    return EditionPage.objects.get(pk=edition.pk)


def of(campaign):
    return Comparison.objects.get(campaign=campaign)


def tried(campaign, *, first=0, second=0):
    """Let both parts get it, and so many people follow a link of each."""
    sending.work()
    compare()
    links = {link.arm: link for link in Link.objects.filter(dispatch=campaign.dispatch).order_by("-pk")}
    Click.objects.bulk_create(
        Click(link=links[arm], visitor=f"{arm}{n}", at=timezone.now())
        for arm, number in ((FIRST, first), (SECOND, second))
        for n in range(number)
    )


def after_the_wait(late=timedelta(minutes=1)):
    return time_machine.travel(timezone.now() + sureness.WAIT + late)


def subjects(campaign):
    """Return the subjects under which each letter that left was written."""
    dispatch = Campaign.objects.get(pk=campaign.pk).dispatch
    rows = dispatch.messages.filter(state="accepted").values_list("variant", flat=True)
    return [dispatch.letter_in(variant)["subject"] for variant in rows]


def test_it_works(started):
    dispatch = started.dispatch
    each = {arm: dispatch.messages.filter(variant=arm).count() for arm in (FIRST, SECOND)}
    tried(started, first=0, second=each[SECOND])
    assert len(subjects(started)) == sum(each.values())
    with after_the_wait():
        compare()
        sending.work()
    found = of(started)
    assert (found.better, found.sent, found.decided_by) == ("second", "second", "")
    assert (found.first_letters, found.second_letters) == (each[FIRST], each[SECOND])
    assert (found.first_people, found.second_people) == (0, each[SECOND])
    assert subjects(started).count(SECOND_SUBJECT) == NUMBER - each[FIRST]
    assert Message.objects.filter(dispatch=dispatch, state="accepted").count() == NUMBER
    started.refresh_from_db()
    assert started.stage == "finished"
    assert Entry.objects.get(verb="campaign.compared").particulars == {"sent": "second", "better": "second"}


def test_where_nobody_can_be_sure_the_rest_gets_the_first(started):
    half = {arm: started.dispatch.messages.filter(variant=arm).count() // 2 for arm in (FIRST, SECOND)}
    tried(started, first=half[FIRST], second=half[SECOND])
    with after_the_wait():
        compare()
    found = of(started)
    assert (found.better, found.sent) == ("", "first")
    assert (found.first_people, found.second_people) == (half[FIRST], half[SECOND])
    assert found.verdict == "There was no difference that we could be sure of."


def test_the_first_may_be_the_better_one(started):
    tried(started, first=started.dispatch.messages.filter(variant=FIRST).count())
    with after_the_wait():
        compare()
    assert (of(started).better, of(started).sent) == ("first", "first")


def test_nothing_is_decided_before_the_time(started):
    tried(started, second=12)
    with time_machine.travel(timezone.now() + sureness.WAIT - timedelta(minutes=1)):
        compare()
        sending.work()
    assert of(started).decided_at is None
    assert not Message.objects.filter(dispatch=started.dispatch, variant="", state="accepted").exists()


def test_the_wait_begins_when_both_parts_have_it(started):
    compare()
    assert of(started).tested_at is None
    sending.work()
    compare()
    assert of(started).tested_at is not None


def test_clicks_after_the_time_decide_nothing(started):
    tried(started)
    with after_the_wait():
        links = Link.objects.filter(dispatch=started.dispatch, arm=SECOND)
        Click.objects.bulk_create(Click(link=links.first(), visitor=f"v{n}", at=timezone.now()) for n in range(12))
        compare()
    assert of(started).better == ""


def test_a_person_may_choose_without_waiting(started, hannah):
    sending.work()
    comparing.choose(campaign=started, subject="second", by=hannah)
    found = of(started)
    assert (found.better, found.sent, found.decided_by) == ("", "second", f"user:{hannah.ref}")
    assert "nothing is known" in found.verdict
    with after_the_wait():
        compare()
        sending.work()
    assert of(started).decided_at == found.decided_at
    assert len(subjects(started)) == NUMBER


def test_a_second_choice_changes_nothing(started, hannah):
    comparing.choose(campaign=started, subject="second", by=hannah)
    assert comparing.choose(campaign=started, subject="first", by=hannah).sent == "second"
    assert Entry.objects.filter(verb="campaign.compared").count() == 1


def test_who_may_not_send_chooses_nothing(started, dana):
    with pytest.raises(PermissionDenied):
        comparing.choose(campaign=started, subject="first", by=dana)


def test_what_was_stopped_is_decided_by_nobody(started, hannah):
    tried(started)
    actions.cancel(campaign=started, by=hannah)
    with after_the_wait():
        compare()
    assert of(started).decided_at is None
    with pytest.raises(actions.Impossible):
        comparing.choose(campaign=started, subject="first", by=hannah)
    assert Message.objects.filter(dispatch=started.dispatch, reason="cancelled").exists()


def test_a_letter_without_two_subjects_has_nothing_to_choose(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    assert not campaign.dispatch.arm_size
    with pytest.raises(actions.Impossible):
        comparing.choose(campaign=campaign, subject="first", by=hannah)


def test_a_pause_over_the_time_is_no_outage(started, hannah):
    tried(started)
    actions.pause(campaign=started, by=hannah)
    with after_the_wait(late=timedelta(hours=5)):
        compare()
        assert of(started).decided_at is None
        actions.resume(campaign=started, by=hannah)
        compare()
    assert of(started).sent == "first"
    started.refresh_from_db()
    assert started.stage == "running"


def test_an_outage_over_the_time_asks_a_person_first(started, hannah):
    tried(started)
    with after_the_wait(late=timedelta(hours=5)):
        compare()
        started.refresh_from_db()
        assert started.stage == "attention"
        assert "Is it still right" in started.why_attention
        compare()
        assert of(started).decided_at is None
        actions.resume(campaign=started, by=hannah)
        compare()
        assert of(started).sent == "first"


def test_below_the_smallest_audience_everybody_gets_the_first_at_once(draft, hannah):
    crowd(12)
    comparing.write(edition=draft, subject=SECOND_SUBJECT, by=hannah)
    campaign = actions.start(edition=fresh(draft), by=hannah)
    sending.work()
    assert set(subjects(campaign)) == {draft.subject}
    assert not Comparison.objects.exists()
    campaign.refresh_from_db()
    assert campaign.stage == "finished"


def test_the_very_rule_with_the_very_number(draft, hannah, django_assert_max_num_queries):
    crowd(sureness.smallest_audience())
    comparing.write(edition=draft, subject=SECOND_SUBJECT, by=hannah)
    campaign = actions.start(edition=fresh(draft), by=hannah)
    assert campaign.dispatch.arm_size == 16_384
    assert comparisons.offer(newest(fresh(draft)), sureness.smallest_audience()).each == sureness.fewest_in_a_part()


def test_the_second_subject_is_a_part_of_what_is_seen_and_approved(draft, hannah, owner_approves, okafor, readers):
    before = letter_hash(newest(draft))
    approving.ask(edition=draft, by=hannah)
    campaign = Campaign.objects.get(edition=draft)
    approving.approve(edition=fresh(draft), by=okafor, seen=before, segment=campaign.segment)
    comparing.write(edition=fresh(draft), subject=SECOND_SUBJECT, by=hannah)
    assert letter_hash(newest(fresh(draft))) != before
    assert approval.of(fresh(draft)).state == approval.LOST
    with pytest.raises(actions.NotApproved):
        actions.start(edition=fresh(draft), by=hannah)
    comparing.write(edition=fresh(draft), subject="", by=hannah)
    assert letter_hash(newest(fresh(draft))) == before


def test_the_checks_look_at_both_subjects(draft, hannah):
    for subject, words in (
        ("Your root canal", "The second subject says"),
        (draft.subject, "Both subjects are the same"),
        ("x" * 90, "90 characters"),
    ):
        comparing.write(edition=draft, subject=subject, by=hannah)
        found = checks.run(newest(fresh(draft)))
        assert any(words in check.sentence for check in found if check.verdict != checks.Verdict.FINE), subject
    comparing.write(edition=draft, subject=SECOND_SUBJECT, by=hannah)
    assert [c.verdict for c in checks.run(newest(fresh(draft))) if c.name == "Second subject"] == ["fine"]


def test_an_unknown_merge_tag_is_refused(draft, hannah):
    with pytest.raises(ValidationError):
        comparing.write(edition=draft, subject="For {diagnosis}", by=hannah)
    assert newest(fresh(draft)).second_subject == ""


def test_a_letter_on_its_way_takes_no_second_subject(draft, readers, hannah):
    scheduling.schedule(edition=draft, at=timezone.now() + timedelta(days=1), by=hannah)
    with pytest.raises(actions.Impossible):
        comparing.write(edition=draft, subject=SECOND_SUBJECT, by=hannah)


def test_next_months_letter_begins_with_one_subject(two, hannah):
    two.get_latest_revision().publish()
    assert writing.new_from(edition=fresh(two), by=hannah).second_subject == ""


def test_the_same_second_subject_twice_is_one_revision(draft, hannah):
    comparing.write(edition=draft, subject=SECOND_SUBJECT, by=hannah)
    kept = fresh(draft).latest_revision_id
    comparing.write(edition=fresh(draft), subject=f"  {SECOND_SUBJECT} ", by=hannah)
    assert fresh(draft).latest_revision_id == kept


def test_why_two_subjects_cannot_be_compared(draft, few_are_enough):
    assert "Below 40" in comparisons.offer(draft, 39).why_not
    assert comparisons.offer(draft, 40).why_not == ""
    Courtesy.objects.create(practice=Practice.objects.get(), counts_clicks=False)
    assert "counts no clicks" in comparisons.offer(draft, 40).why_not
    draft.corrects_id = draft.pk
    assert "correction" in comparisons.offer(draft, 40).why_not


def test_the_rule_is_told_in_words_with_its_numbers(draft, few_are_enough):
    said = " ".join(comparisons.offer(draft, 100).rule)
    for words in ("About 10 readers", "3 hours", "fewer than 5 of 100", "other 80 readers", "no difference"):
        assert words in said


def test_a_decision_without_a_subject_cannot_be_kept(started):
    with pytest.raises(IntegrityError), transaction.atomic():
        Comparison.objects.filter(campaign=started).update(decided_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Comparison.objects.filter(campaign=started).update(decided_at=timezone.now(), sent="first", better="second")


def test_figures_of_a_few_people_are_not_told(started):
    tried(started, first=4, second=0)
    with after_the_wait():
        compare()
    assert [line.people for line in of(started).lines] == [None, 0]


# At the desk


def test_send_says_why_not_where_the_audience_is_too_small(desk, draft, readers):
    page = desk.get(reverse("newsletters:send", args=[draft.pk])).content.decode()
    assert "This goes to 2 readers. Below 10,596" in page
    assert 'aria-describedby="why-not-two"' in page
    assert 'name="second_subject"' not in page


def test_the_editor_writes_a_second_subject_and_sees_the_rule(desk, draft, few_are_enough):
    crowd(NUMBER)
    path = reverse("newsletters:send", args=[draft.pk])
    assert 'name="second_subject"' in desk.get(path).content.decode()
    answer = desk.post(
        reverse("newsletters:second_subject", args=[draft.pk]), {"second_subject": SECOND_SUBJECT}, follow=True
    )
    page = answer.content.decode()
    assert SECOND_SUBJECT in page
    assert "drawn by lot" in page
    assert SECOND_SUBJECT in desk.get(reverse("newsletters:confirm", args=[draft.pk])).content.decode()
    desk.post(reverse("newsletters:second_subject", args=[draft.pk]), {"second_subject": "x", "none": "1"})
    assert newest(fresh(draft)).second_subject == ""


def test_a_hostile_subject_is_shown_as_text(desk, draft, few_are_enough):
    crowd(NUMBER)
    hostile = '"><script>alert(1)</script>'
    path = reverse("newsletters:second_subject", args=[draft.pk])
    page = desk.post(path, {"second_subject": hostile}, follow=True).content.decode()
    assert "<script>alert(1)" not in page


def test_the_results_show_both_and_what_came_of_it(desk, started):
    path = reverse("newsletters:results", args=[started.edition_id])
    assert "two parts first" in desk.get(path).content.decode()
    tried(started, first=1, second=1)  # however the lot parted sixty readers, that is no difference
    assert "Both parts have it" in desk.get(path).content.decode()
    with after_the_wait():
        compare()
    page = desk.get(path).content.decode()
    assert "There was no difference that we could be sure of." in page
    assert SECOND_SUBJECT in page


def test_the_desk_chooses_by_a_button_and_never_by_looking(desk, started):
    path = reverse("newsletters:choose_subject", args=[started.edition_id])
    assert desk.get(path).status_code == 405
    assert desk.post(path, {"subject": "third"}).status_code == 400
    assert of(started).decided_at is None
    assert desk.post(path, {"subject": "second"}).status_code == 302
    assert of(started).sent == "second"


@pytest.mark.parametrize("name", ["second_subject", "choose_subject"])
def test_others_find_no_door(client, started, name):
    path = reverse(f"newsletters:{name}", args=[started.edition_id])
    assert client.post(path, {"subject": "first"}).status_code in {302, 403}
    assert of(started).decided_at is None
