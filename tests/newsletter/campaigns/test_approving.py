"""A letter waits for somebody's yes, to this very letter; nobody approves their own, and nothing leaves without it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from wagtail.models import TaskState, WorkflowPage, WorkflowState

from accounts.roles import Role
from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import actions, approval, approving, workflow
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import APPROVAL_TRANSITIONS, ApprovalState, may_turn
from newsletter.campaigns.tasks import look_at_approvals
from newsletter.editions.models import TipPage
from practice.models import Practice
from tests.factories import accounts
from tests.factories.approvals import MONDAY, fresh, rule, say_yes, state, write

pytestmark = pytest.mark.usefixtures("monday")


def test_it_works(owner_approves, draft, readers, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    assert state(draft) == "asked"
    with pytest.raises(actions.NotApproved, match="waits for the approval of Maren Okafor"):
        actions.start(edition=draft, by=hannah)
    say_yes(draft, okafor)
    standing = approval.of(fresh(draft))
    assert (standing.state, standing.by, standing.is_alone) == ("approved", "Maren Okafor", False)
    campaign = actions.start(edition=draft, by=hannah)
    assert campaign.must_be_approved
    assert campaign.approved_hash == campaign.letter_hash
    assert campaign.approved_revision == fresh(draft).latest_revision_id
    assert campaign.decided_by == f"user:{okafor.ref}"
    assert Message.objects.filter(dispatch=campaign.dispatch).count() == 2


def test_nothing_leaves_before_anybody_was_asked(owner_approves, draft, readers, hannah):
    with pytest.raises(actions.NotApproved, match="Maren Okafor must read it first"):
        actions.start(edition=draft, by=hannah)
    assert not Campaign.objects.exists()


def test_where_nobody_is_named_whoever_may_send_sends(draft, readers, hannah):
    assert actions.start(edition=draft, by=hannah).must_be_approved is False
    with pytest.raises(actions.Impossible):
        approving.ask(edition=draft, by=hannah)


def test_the_database_lets_nothing_leave_that_was_not_approved(owner_approves, draft, readers, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    campaign = actions.start(edition=draft, by=hannah)
    for change in (
        {"letter_hash": "0" * 64},
        {"segment": "lapsed"},
        {"approved_hash": ""},
        {"decided_by": ""},
        {"approval": "asked"},
        {"approval": "nonsense"},
        {"asked_by": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Campaign.objects.filter(pk=campaign.pk).update(**change)


def test_asking_twice_is_one_question(owner_approves, draft, hannah, colette):
    approving.ask(edition=draft, by=hannah)
    approving.ask(edition=draft, by=colette)
    assert Entry.objects.filter(verb="campaign.approval_asked").count() == 1
    assert Campaign.objects.get().asked_by == f"user:{hannah.ref}"
    assert WorkflowState.objects.count() == TaskState.objects.count() == 1


def test_a_second_yes_is_harmless(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    assert say_yes(draft, okafor).decided_at == say_yes(draft, okafor).decided_at
    assert Entry.objects.filter(verb="campaign.approved").count() == 1


def test_a_yes_to_something_else_is_refused(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    seen = approval.hash_now(fresh(draft))
    write(draft, "Other words", hannah)
    with pytest.raises(actions.Changed):
        approving.approve(edition=fresh(draft), by=okafor, seen=seen, segment="everyone")
    with pytest.raises(actions.Changed):
        approving.approve(edition=fresh(draft), by=okafor, seen=approval.hash_now(fresh(draft)), segment="lapsed")
    assert state(draft) == "asked"


def test_a_change_takes_the_yes_back_and_the_same_letter_has_it_again(owner_approves, draft, readers, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    subject = draft.subject
    write(draft, "Other words", hannah)
    assert state(draft) == "lost"
    with pytest.raises(actions.NotApproved, match="changed after Maren Okafor approved it"):
        actions.start(edition=draft, by=hannah)
    look_at_approvals()
    look_at_approvals()
    assert Entry.objects.filter(verb="campaign.approval_lost").count() == 1
    write(draft, subject, hannah)
    look_at_approvals()
    assert state(draft) == "approved"
    assert Entry.objects.filter(verb="campaign.approval_regained").count() == 1
    assert actions.start(edition=draft, by=hannah).dispatch


def test_what_is_changed_below_the_letter_takes_the_yes_back_too(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    Practice.objects.update(sender_name="Somebody else")
    assert state(draft) == "lost"


def test_other_readers_take_the_yes_back(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    actions.prepare(edition=draft, segment="lapsed", by=hannah)
    assert state(draft) == "lost"
    actions.prepare(edition=draft, segment="everyone", by=hannah)
    assert state(draft) == "approved"


def test_after_a_change_it_is_asked_again(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    write(draft, "Other words", hannah)
    approving.ask(edition=fresh(draft), by=hannah)
    assert state(draft) == "asked"
    say_yes(draft, okafor)
    assert state(draft) == "approved"
    assert TaskState.objects.filter(status="approved").count() == 2


@pytest.mark.parametrize("who", ["rosa", "theo", "margaret"])
def test_who_writes_no_letters_asks_for_nothing(who, owner_approves, draft, request):
    with pytest.raises(PermissionDenied):
        approving.ask(edition=draft, by=request.getfixturevalue(who))
    assert not Campaign.objects.exists()


def test_a_change_is_asked_for_with_a_note_and_asked_again(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    for _click in range(2):
        approving.ask_change(edition=fresh(draft), by=okafor, note="Say less of the holidays. {x} <b>100 %</b>")
    standing = approval.of(fresh(draft))
    assert (standing.state, standing.note) == ("change_asked", "Say less of the holidays. {x} <b>100 %</b>")
    assert Entry.objects.filter(verb="campaign.change_asked").count() == 1
    assert "holidays" not in str(Entry.objects.get(verb="campaign.change_asked").particulars)
    with pytest.raises(actions.NotApproved, match="Maren Okafor asked for a change"):
        actions.start(edition=draft, by=hannah)
    approving.ask(edition=fresh(draft), by=hannah)
    assert state(draft) == "asked"
    assert WorkflowState.objects.count() == 1
    say_yes(draft, okafor)
    assert state(draft) == "approved"


def test_a_decision_that_comes_too_late_is_refused(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    approving.take_back(edition=fresh(draft), by=hannah)
    assert state(draft) == "none"
    with pytest.raises(PermissionDenied):
        say_yes(draft, hannah)
    colleague = accounts.person(Role.OWNER, email="second.owner@juniper-row.example")
    for owner in (okafor, colleague):
        with pytest.raises(actions.Impossible):
            say_yes(draft, owner)
        with pytest.raises(actions.Impossible):
            approving.ask_change(edition=fresh(draft), by=owner, note="No")


def test_a_yes_is_taken_back_and_nothing_leaves(owner_approves, draft, readers, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    approving.take_back(edition=fresh(draft), by=okafor)
    with pytest.raises(actions.NotApproved):
        actions.start(edition=draft, by=hannah)
    assert Entry.objects.filter(verb="campaign.approval_taken_back").count() == 1


def test_what_was_sent_is_not_taken_back(owner_approves, draft, readers, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    actions.start(edition=draft, by=hannah)
    for act in (approving.ask, approving.take_back):
        with pytest.raises(actions.Impossible):
            act(edition=fresh(draft), by=hannah)
    write(draft, "Later words", hannah)
    assert state(draft) == "approved", "what was sent was approved, whatever is written later"


def test_a_letter_that_cannot_be_sent_takes_nobodys_time(owner_approves, draft, hannah):
    TipPage.objects.update(review_by=MONDAY.date() - timedelta(days=1))
    with pytest.raises(actions.NotReady, match="has run out"):
        approving.ask(edition=draft, by=hannah)
    assert not WorkflowState.objects.exists()


def test_what_went_bad_while_it_waited_is_not_approved(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    TipPage.objects.update(review_by=MONDAY.date() - timedelta(days=1))
    with pytest.raises(actions.NotReady):
        say_yes(draft, okafor)


def test_a_rule_that_is_lifted_takes_back_what_waits(owner_approves, draft, readers, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    rule("nobody")
    assert state(draft) == "none"
    assert not WorkflowPage.objects.filter(workflow__name=workflow.NAME).exists()
    assert actions.start(edition=fresh(draft), by=hannah).dispatch


def test_the_servers_command_line_starts_without_a_yes_and_the_journal_says_so(owner_approves, draft, readers):
    actions.start(edition=draft, by=None, without_approval=True)
    assert Entry.objects.get(verb="campaign.started").particulars["unapproved"] is True


def test_the_table_says_every_step():
    steps = {(line.state, line.action) for line in APPROVAL_TRANSITIONS}
    for stands in ApprovalState.values:
        for action in ("ask", "take_back", "approve", "ask_change"):
            assert may_turn(stands, action) == ((stands, action) in steps)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_the_same_moment_say_one_yes(draft, hannah, colette, okafor):
    from concurrent.futures import ThreadPoolExecutor

    rule("anyone")
    approving.ask(edition=draft, by=hannah)
    seen = approval.hash_now(fresh(draft))

    def click(user):
        try:
            return approving.approve(edition=fresh(draft), by=user, seen=seen, segment="everyone").decided_by
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(click, [colette, okafor] * 4))
    assert len(said) == 1
    assert Entry.objects.filter(verb="campaign.approved").count() == 1
    assert TaskState.objects.get().status == "approved"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_change_at_the_same_moment_are_one_decision(draft, hannah, colette, okafor):
    from concurrent.futures import ThreadPoolExecutor

    rule("anyone")
    approving.ask(edition=draft, by=hannah)
    seen = approval.hash_now(fresh(draft))

    def decide(act):
        try:
            act()
        except (actions.Impossible, PermissionDenied):
            return "too late"
        finally:
            connection.close()
        return "decided"

    acts = [
        lambda: approving.approve(edition=fresh(draft), by=okafor, seen=seen, segment="everyone"),
        lambda: approving.ask_change(edition=fresh(draft), by=colette, note="No"),
    ]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, acts)) == ["decided", "too late"]
    assert TaskState.objects.get().status in {"approved", "rejected"}
    assert state(draft) in {"approved", "change_asked"}
