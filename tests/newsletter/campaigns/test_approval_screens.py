"""The approval's screens: two taps on a phone, a reason beside what cannot be done, and who may look."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from accounts import groups
from accounts.roles import Role
from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import approval, approving
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage, TipPage
from practice import clocks
from tests.cast import sign_in
from tests.factories.approvals import rule

ACTS = ["ask_approval", "take_back_approval", "approve", "ask_change"]
SCREENS = ["approval", "approval_letter", "approval_sure"]


def to(name, edition):
    return reverse(f"newsletters:{name}", args=[edition.pk])


@pytest.fixture
def office(okafor, draft):
    """Return Dr. Okafor's browser; she approves the letters."""
    rule("owner")
    groups.furnish(Role.OWNER)
    return sign_in(Client(), okafor)


@pytest.fixture
def asked(desk, office, draft, readers):
    """Return December's letter, for which Hannah asked."""
    assert desk.post(to("ask_approval", draft)).headers["Location"] == to("send", draft)
    return EditionPage.objects.get(pk=draft.pk)


def state(edition):
    return approval.of(EditionPage.objects.get(pk=edition.pk)).state


def test_after_the_link_it_is_two_taps(asked, office):
    page = office.get(to("approval", asked)).text
    assert "As readers will get it" in page
    assert to("approval_letter", asked) in page
    assert f'href="{to("approval_sure", asked)}"' in page
    question = office.get(to("approval_sure", asked)).text
    assert "Approve it for 3 people?" in question
    assert asked.subject in question
    fields = dict(re.findall(r'name="(seen|segment)" value="([^"]+)"', question))
    answer = office.post(to("approve", asked), fields, follow=True)
    assert "Just this letter may be sent now" in answer.text
    assert state(asked) == "approved"
    again = office.post(to("approve", asked), fields, follow=True)
    assert again.status_code == 200
    assert Entry.objects.filter(verb="campaign.approved").count() == 1


def test_the_letter_is_shown_as_readers_get_it(asked, office):
    answer = office.get(to("approval_letter", asked))
    assert "sparkling water" in answer.text
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_looking_changes_nothing(asked, office, desk):
    for browser in (office, desk):
        for name in SCREENS:
            browser.get(to(name, asked))
            browser.head(to(name, asked))
    assert state(asked) == "asked"


@pytest.mark.parametrize("name", ACTS)
def test_acts_are_posts(name, asked, office, desk):
    for browser in (office, desk):
        assert browser.get(to(name, asked)).status_code == 405


@pytest.mark.parametrize("who", ["rosa", "theo", "priya"])
def test_for_colleagues_who_neither_write_nor_approve_there_is_no_such_letter(who, asked, request):
    colleague = sign_in(Client(), request.getfixturevalue(who))
    for name in SCREENS:
        assert colleague.get(to(name, asked)).status_code == 404, name
    for name in ("approve", "ask_change"):
        assert colleague.post(to(name, asked), {"note": "No"}).status_code == 404, name
    for name in ("ask_approval", "take_back_approval"):
        assert colleague.post(to(name, asked)).status_code in {302, 403}
    assert state(asked) == "asked"


def test_an_editor_reads_the_page_and_cannot_approve_there(asked, desk):
    page = desk.get(to("approval", asked)).text
    assert "You wrote it or asked for it, so somebody else decides." not in page, "she is no approver"
    assert "Approve…" not in page
    assert desk.get(to("approval_sure", asked)).headers["Location"] == to("approval", asked)
    fields = {"seen": approval.hash_now(asked), "segment": "everyone"}
    assert desk.post(to("approve", asked), fields).status_code in {302, 403}
    assert state(asked) == "asked"


def test_a_clinician_who_approves_reaches_the_page_without_a_right_to_write_letters(asked, theo):
    rule("person", person=theo)
    clinician = sign_in(Client(), theo)
    page = clinician.get(to("approval", asked)).text
    assert "Approve…" in page
    assert to("send", asked) not in page
    assert "Waits for your approval" in clinician.get("/admin/").text
    question = clinician.get(to("approval_sure", asked)).text
    fields = dict(re.findall(r'name="(seen|segment)" value="([^"]+)"', question))
    clinician.post(to("approve", asked), fields)
    assert state(asked) == "approved"


def test_whoever_is_not_signed_in_comes_back_after_signing_in(asked):
    answer = Client().get(to("approval", asked))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url
    assert to("approval", asked) in answer.url


def test_a_stale_page_is_refused_in_words(asked, office, desk):
    question = office.get(to("approval_sure", asked)).text
    fields = dict(re.findall(r'name="(seen|segment)" value="([^"]+)"', question))
    asked.subject = "Other words"
    asked.save_revision()
    answer = office.post(to("approve", asked), fields, follow=True)
    assert "have changed since you looked" in answer.text
    assert "Other words" in answer.text
    desk.post(to("take_back_approval", asked))
    fields["seen"] = approval.hash_now(asked)
    assert office.post(to("ask_change", asked), {"note": "No"}, follow=True).text.count("Nobody asks for this approval")
    assert state(asked) == "none"


def test_a_change_is_asked_for_with_a_note(asked, office, desk):
    empty = office.post(to("ask_change", asked), {"note": " "})
    assert empty.status_code == 422
    assert "Say in a line what should change." in empty.text
    note = "Less of the <script>alert(1)</script> {holidays} 100 %"
    office.post(to("ask_change", asked), {"note": note})
    page = desk.get(to("send", asked)).text
    assert "Change asked" in page
    assert "Less of the &lt;script&gt;" in page
    assert "Ask again" in page
    editor = desk.get(reverse("wagtailadmin_pages:edit", args=[asked.pk])).text
    assert "<script>alert(1)" not in editor
    assert "asked for a change: Less of the" in editor


def test_send_is_there_with_the_reason_beside_it(desk, office, draft, readers):
    page = desk.get(to("send", draft)).text
    assert 'aria-disabled="true" aria-describedby="why"' in page
    assert "It is not approved yet: Maren Okafor must read it first." in page
    assert desk.get(to("confirm", draft)).headers["Location"] == to("send", draft)
    desk.post(to("send_now", draft), {"seen": approval.hash_now(draft)})
    assert not Message.objects.exists()
    desk.post(to("ask_approval", draft))
    page = desk.get(to("send", draft)).text
    assert "It waits for the approval of Maren Okafor." in page
    assert "Take the question back" in page


def test_once_approved_it_is_sent_and_the_question_names_who_approved(asked, desk, office, okafor):
    approving.approve(edition=asked, by=okafor, seen=approval.hash_now(asked), segment="everyone")
    page = desk.get(to("send", asked)).text
    assert "A change to the letter or its readers takes the approval back." in page
    question = desk.get(to("confirm", asked)).text
    assert "by Maren Okafor on" in question
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', question)
    desk.post(to("send_now", asked), {"seen": seen[0], "looked": "1", "at_once": "1"})
    assert Message.objects.exclude(dispatch=None).count() == 2


def test_a_red_check_keeps_from_asking_with_the_reason_beside_it(desk, office, draft, readers):
    TipPage.objects.update(review_by=clocks.today() - timedelta(days=1))
    page = desk.get(to("send", draft)).text
    assert 'aria-describedby="why-not-asked"' in page
    answer = desk.post(to("ask_approval", draft), follow=True)
    assert "has run out" in answer.text
    assert not WorkflowState.objects.exists()


def test_the_owners_first_screen_leads_to_the_page(asked, office):
    page = office.get("/admin/").text
    assert "It waits for your approval." in page
    assert f'href="{to("approval", asked)}"' in page


def test_the_editor_names_its_acts_and_wagtails_workflow_is_not_in_the_way(asked, desk, office):
    page = desk.get(reverse("wagtailadmin_pages:edit", args=[asked.pk])).text
    assert "Publish the web copy" in page
    assert "Check and send" in page
    assert "action-submit" not in page
    assert "action-cancel-workflow" not in page
    assert "action-restart-workflow" not in page
    assert "This newsletter is in review." in page
    assert "and Publish" not in page
    assert "Read and decide" not in page
    theirs = office.get(reverse("wagtailadmin_pages:edit", args=[asked.pk])).text
    assert "Read and decide" in theirs
    assert "and Publish" not in theirs


def test_other_pages_keep_wagtails_words(desk, office, asked):
    page = desk.get(reverse("wagtailadmin_pages:edit", args=[asked.get_parent().pk])).text
    assert "Publish the web copy" not in page


def test_wagtails_own_approve_leads_to_the_page(asked, office):
    step = TaskState.objects.get()
    address = reverse("wagtailadmin_pages:workflow_action", args=[asked.pk, "approve", step.pk])
    assert office.post(address).headers["Location"] == to("approval", asked)
    assert state(asked) == "asked"


def test_wagtails_report_shows_what_waits(asked, office):
    assert "December" in office.get(reverse("wagtailadmin_reports:workflow")).text


def test_only_the_owner_sets_the_rule(desk, office, draft, hannah, colette):
    made = ApprovalRule.objects.get()
    address = reverse("wagtailsnippets_campaigns_approvalrule:edit", args=[made.pk])
    groups.furnish(Role.LEAD)
    for browser in (desk, sign_in(Client(), colette)):
        assert browser.post(address, {"who": "nobody"}).status_code in {302, 403}
    assert ApprovalRule.objects.get().who == "owner"
    page = office.get(address)
    fields = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    assert office.post(address, {**fields, "who": "person"}).status_code == 200, "a person must be named"
    assert office.post(address, {**fields, "who": "nobody"}).status_code == 302
    assert ApprovalRule.objects.get().who == "nobody"
    assert Entry.objects.filter(verb__startswith="approvalrule.").exists()


def test_a_first_rule_is_made_in_settings(okafor, draft, location):
    groups.furnish(Role.OWNER)
    owner = sign_in(Client(), okafor)
    address = reverse("wagtailsnippets_campaigns_approvalrule:add")
    fields = {"who": "owner", "deputy_after": "9", "remind_every": "4"}
    assert owner.get(address).status_code == 200
    answer = owner.post(address, fields)
    assert answer.status_code == 302, answer.text[:3000]
    assert ApprovalRule.get().is_needed
    assert draft.get_workflow().name == "Approval of newsletters"


def test_who_asked_is_told_what_was_decided_without_a_word_of_the_letter(
    asked, office, okafor, hannah, settings, django_capture_on_commit_callbacks
):
    settings.MAILERS = {"default": {"BACKEND": "delivery.backends.DoorBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        office.post(to("ask_change", asked), {"note": "Less of the holidays"})
    message = Message.objects.get(address=hannah.email)
    letter = str(message.content)
    assert '"subject": "A change is asked for in what you handed in"' in letter
    assert "holidays" not in letter
    assert asked.title not in letter
    assert f"/admin/pages/{asked.pk}/edit/" in letter


def test_the_list_can_ask_where_each_letter_stands(asked, django_assert_max_num_queries):
    made = ApprovalRule.get()
    edition = EditionPage.objects.select_related("campaign").get(pk=asked.pk)
    with django_assert_max_num_queries(4):
        standing = approval.of(edition, made)
    assert (standing.label, standing.by) == ("In review", "Hannah Whitlock")
    assert Campaign.objects.get().asked_at == standing.at
