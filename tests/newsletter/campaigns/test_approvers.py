"""Who may say yes to a letter, who in their place, and what mail they get: one each so many practice hours."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import end_role
from accounts.models import User
from accounts.roles import Role
from delivery.models import Message
from journal.models import Entry
from journal.reacting import run_due
from newsletter.campaigns import actions, approval, approving
from newsletter.campaigns.states import ApprovalState
from newsletter.campaigns.tasks import look_at_approvals
from practice.models import AwayDate, StaffMember
from tests.factories import accounts
from tests.factories.approvals import MONDAY, at, fresh, rule, say_yes, state, write

pytestmark = pytest.mark.usefixtures("monday")


@pytest.mark.parametrize("who", ["rosa", "theo", "priya", "margaret", "dana", "hannah", "colette"])
def test_nobody_else_decides(who, owner_approves, draft, hannah, request):
    user = request.getfixturevalue(who)
    approving.ask(edition=draft, by=hannah)
    with pytest.raises(PermissionDenied):
        say_yes(draft, user)
    with pytest.raises(PermissionDenied):
        approving.ask_change(edition=fresh(draft), by=user, note="No")
    assert state(draft) == "asked"


def test_an_editor_who_approves_does_not_approve_their_own(draft, hannah, colette, okafor):
    rule("anyone")
    approving.ask(edition=draft, by=hannah)
    with pytest.raises(PermissionDenied):
        say_yes(draft, hannah)
    assert say_yes(draft, colette).approval == ApprovalState.APPROVED


def test_who_wrote_what_another_handed_in_does_not_approve_it(draft, hannah, colette, okafor):
    rule("anyone")
    write(draft, "Colette's words", colette)
    approving.ask(edition=fresh(draft), by=hannah)
    with pytest.raises(PermissionDenied):
        say_yes(draft, colette)
    assert say_yes(draft, okafor)


def test_an_owner_who_is_alone_approves_their_own_and_it_is_marked(owner_approves, draft, readers, okafor):
    draft.save_revision(user=okafor)
    actions.prepare(edition=draft, by=okafor)
    say_yes(draft, okafor)
    assert approval.of(fresh(draft)).is_alone
    assert Entry.objects.get(verb="campaign.approved").particulars["alone"] is True
    assert actions.start(edition=fresh(draft), by=okafor).approved_alone


def test_an_owner_with_a_deputy_is_not_alone(draft, okafor, colette):
    rule("owner", deputy=colette)
    approving.ask(edition=draft, by=okafor)
    with pytest.raises(PermissionDenied):
        say_yes(draft, okafor)


def test_an_owner_who_is_not_alone_approves_nothing_that_nobody_asked_for(draft, okafor, hannah, colette):
    rule("owner", deputy=colette)
    actions.prepare(edition=draft, by=hannah)
    with pytest.raises(actions.Impossible):
        say_yes(draft, okafor)


def test_one_person_approves(draft, hannah, theo, okafor):
    rule("person", person=theo)
    approving.ask(edition=draft, by=hannah)
    assert approval.of(fresh(draft)).approver == "Theo Lindqvist"
    with pytest.raises(PermissionDenied):
        say_yes(draft, okafor)
    assert say_yes(draft, theo).decided_by == f"user:{theo.ref}"


def test_anybody_of_a_role_approves(draft, hannah, theo, okafor):
    rule("role", role="clinician")
    approving.ask(edition=draft, by=hannah)
    assert say_yes(draft, theo)


def test_the_deputy_approves_while_the_approver_is_away(owner_approves, draft, hannah, okafor, colette):
    rule("owner", deputy=colette)
    approving.ask(edition=draft, by=hannah)
    with pytest.raises(PermissionDenied):
        say_yes(draft, colette)
    member = StaffMember.objects.get(user=okafor)
    AwayDate.objects.create(staff_member=member, starts_on=MONDAY.date(), ends_on=MONDAY.date())
    assert say_yes(draft, colette).decided_by == f"user:{colette.ref}"


def test_the_deputy_approves_after_so_many_practice_hours(draft, hannah, okafor, colette):
    rule("owner", deputy=colette, deputy_after=9)  # asked on Monday at 9:00, open until 17:00
    approving.ask(edition=draft, by=hannah)
    with at(15), pytest.raises(PermissionDenied):  # midnight: the night does not count
        say_yes(draft, colette)
    with at(24.1):
        assert say_yes(draft, colette)


def test_the_deputy_of_the_teams_list_stands_in_where_the_rule_names_none(owner_approves, draft, hannah, okafor, rosa):
    member = StaffMember.objects.get(user=okafor)
    member.deputy = StaffMember.objects.get(user=rosa)
    member.save()
    approving.ask(edition=draft, by=hannah)
    with at(24.1):
        assert say_yes(draft, rosa)


def test_a_deputy_does_not_approve_what_they_asked_for(draft, okafor, colette):
    rule("owner", deputy=colette, deputy_after=0)
    approving.ask(edition=draft, by=colette)
    with pytest.raises(PermissionDenied):
        say_yes(draft, colette)
    assert say_yes(draft, okafor)


def test_an_approver_who_leaves_is_followed_by_the_owner(draft, hannah, theo, okafor):
    rule("person", person=theo)
    approving.ask(edition=draft, by=hannah)
    StaffMember.objects.filter(user=theo).update(is_active=False)
    with pytest.raises(PermissionDenied):
        say_yes(draft, User.objects.get(pk=theo.pk))
    assert say_yes(draft, okafor)


def test_an_approver_whose_account_is_closed_or_role_ended_decides_nothing(draft, hannah, theo, okafor, colette):
    rule("person", person=theo, deputy=colette)
    approving.ask(edition=draft, by=hannah)
    end_role(grant=theo.grants.current().get(), by=None)
    with pytest.raises(PermissionDenied):
        say_yes(draft, User.objects.get(pk=theo.pk))
    assert say_yes(draft, colette), "the deputy's turn comes at once"


def test_a_yes_outlives_the_one_who_said_it(owner_approves, draft, readers, hannah, okafor):
    accounts.person(Role.OWNER, email="second.owner@juniper-row.example")
    approving.ask(edition=draft, by=hannah)
    say_yes(draft, okafor)
    end_role(grant=okafor.grants.current().get(), by=None)
    assert actions.start(edition=fresh(draft), by=hannah).dispatch


def test_who_approves_gets_a_mail_with_a_link_and_not_a_word_of_the_letter(
    owner_approves, draft, hannah, okafor, settings
):
    approving.ask(edition=draft, by=hannah)
    run_due()
    message = Message.objects.get()
    assert message.address == okafor.email
    letter = str(message.content)
    assert '"subject": "A newsletter waits for your approval"' in letter
    assert f"{settings.SITE_URL}/admin/newsletters/{draft.pk}/approval/" in letter
    assert draft.subject not in letter
    assert draft.title not in letter


def test_a_mail_is_not_sent_once_it_was_decided_or_taken_back(owner_approves, draft, hannah):
    approving.ask(edition=draft, by=hannah)
    approving.take_back(edition=fresh(draft), by=hannah)
    run_due()
    assert not Message.objects.exists()
    approving.ask(edition=fresh(draft), by=hannah)
    run_due()
    assert Message.objects.count() == 1


def reminded() -> int:
    return Entry.objects.filter(verb="campaign.approval_reminded").count()


def test_reminders_come_by_practice_hours_once_each_and_stop(draft, hannah, okafor):
    rule("owner", remind_every=4)
    approving.ask(edition=draft, by=hannah)
    look_at_approvals()
    with at(3.9):
        look_at_approvals()
    assert reminded() == 0
    with at(4.1):
        look_at_approvals()
        look_at_approvals()
        run_due()
    assert reminded() == 1
    with at(15):
        look_at_approvals()
    assert reminded() == 1, "nobody is reminded at night"
    with at(24):
        look_at_approvals()
        run_due()
        assert reminded() == 2
        say_yes(draft, okafor)
    with at(72):
        look_at_approvals()
        run_due()
    assert reminded() == 2
    subjects = [message.content.partition('"subject": "')[2].partition('"')[0] for message in Message.objects.all()]
    assert subjects.count("A newsletter still waits for your approval") == 2


def test_nobody_is_reminded_for_ever(draft, hannah, okafor):
    rule("owner", remind_every=1)
    approving.ask(edition=draft, by=hannah)
    for day in range(1, 20):
        with at(24 * day):
            look_at_approvals()
    assert reminded() == approving.MOST_REMINDERS


def test_zero_reminds_nobody(draft, hannah, okafor):
    rule("owner", remind_every=0)
    approving.ask(edition=draft, by=hannah)
    with at(72):
        look_at_approvals()
    assert reminded() == 0


def test_the_deputy_is_told_once_that_it_is_their_turn(draft, hannah, okafor, colette):
    rule("owner", deputy=colette, deputy_after=4, remind_every=0)
    approving.ask(edition=draft, by=hannah)
    run_due()
    for _tick in range(3):
        with at(5):
            look_at_approvals()
            run_due()
    assert sorted(Message.objects.values_list("address", flat=True)) == sorted([okafor.email, colette.email])
    assert Entry.objects.filter(verb="campaign.approval_passed_on").count() == 1


def test_a_letter_of_somebody_who_left_can_be_decided(owner_approves, draft, hannah, okafor):
    approving.ask(edition=draft, by=hannah)
    User.objects.filter(pk=hannah.pk).update(is_active=False)
    assert say_yes(draft, okafor)
