"""The newsletters' screens in the admin: the number first, one send, and who may."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from delivery.models import Dispatch, Message
from journal.models import Entry
from newsletter.campaigns import actions
from newsletter.campaigns.models import Campaign
from newsletter.editions.actions import new_from
from newsletter.editions.models import EditionPage, TipPage
from tests.cast import sign_in
from tests.factories import editions, patients

SCREENS = ["send", "confirm", "results"]
ACTS = ["test", "send_now", "schedule", "undo", "pause", "resume", "cancel"]


def to(name, edition):
    return reverse(f"newsletters:{name}", args=[edition.pk])


def seen(edition):
    """Return what the last question names: the letter as it stands."""
    return actions.letter_hash(actions.newest(EditionPage.objects.get(pk=edition.pk)))


def send_now(desk, edition):
    return desk.post(to("send_now", edition), {"seen": seen(edition), "looked": "1", "at_once": "1"})


def test_the_addresses_are_those_of_the_interface(draft):
    assert reverse("newsletters:index") == "/admin/newsletters/"
    assert reverse("newsletters:new") == "/admin/newsletters/new/"
    for name, path in {"send": "send", "send_now": "send-now", "results": "results", "test": "test"}.items():
        assert to(name, draft) == f"/admin/newsletters/{draft.pk}/{path}/"


def test_from_the_checks_to_sent_it_is_two_clicks(desk, draft, readers):
    page = desk.get(to("send", draft)).content.decode()
    assert "Send to 3 people…" in page
    assert "in 2 letters" in page
    question = desk.get(to("confirm", draft)).content.decode()
    assert "Send to 3 people?" in question
    (looked_at,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', question)
    answer = desk.post(to("send_now", draft), {"seen": looked_at, "looked": "1", "at_once": "1"})
    assert answer.url == to("results", draft)
    shown = desk.get(answer.url)
    assert "of 2 letters are with" in shown.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in shown.content.decode()


def test_a_double_click_on_send_sends_once(desk, draft, readers):
    answers = [send_now(desk, draft) for _ in range(3)]
    assert {answer.url for answer in answers} == {to("results", draft)}
    assert Dispatch.objects.count() == 1
    assert Message.objects.count() == 2


def test_looking_changes_nothing(desk, draft, readers):
    for name in SCREENS:
        desk.get(to(name, draft))
        desk.head(to(name, draft))
    assert not Campaign.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", ACTS)
def test_acts_are_posts(name, desk, draft):
    assert desk.get(to(name, draft)).status_code == 405


def test_a_letter_that_changed_since_the_question_is_asked_about_again(desk, draft, readers):
    stale = seen(draft)
    draft.subject = "Changed meanwhile"
    draft.save_revision()
    answer = desk.post(to("send_now", draft), {"seen": stale, "looked": "1"}, follow=True)
    assert "The letter has changed since you looked" in answer.content.decode()
    assert not Dispatch.objects.exists()


def test_what_autosave_wrote_into_the_same_revision_is_a_change_too(desk, draft, readers):
    stale, revision = seen(draft), draft.latest_revision
    draft.subject = "Half a senten"
    draft.save_revision(overwrite_revision=revision)
    assert EditionPage.objects.get(pk=draft.pk).latest_revision_id == revision.pk
    desk.post(to("send_now", draft), {"seen": stale, "looked": "1"})
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("looked_at", [{}, {"seen": ""}, {"seen": "x"}, {"seen": "0" * 64}])
def test_who_has_not_looked_sends_nothing(looked_at, desk, draft, readers):
    desk.post(to("send_now", draft), looked_at)
    assert not Dispatch.objects.exists()


def test_a_letter_to_nobody_does_not_leave_and_can_leave_later(desk, draft):
    assert desk.get(to("confirm", draft)).url == to("send", draft)
    answer = desk.post(to("send_now", draft), {"seen": seen(draft), "looked": "1"}, follow=True)
    assert "Nobody would get it." in answer.content.decode()
    assert not Dispatch.objects.exists()
    patients.letter_reader()
    assert send_now(desk, draft).url == to("results", draft)


def test_a_letter_dated_ahead_says_that_it_goes_out_now(desk, draft, readers):
    assert "The date on it is Dec 1, 2026." in desk.get(to("send", draft)).content.decode()
    assert "Now; the date on it is Dec 1, 2026" in desk.get(to("confirm", draft)).content.decode()


def test_a_letter_of_today_says_only_now(desk, edition, readers):
    assert "the date on it" not in desk.get(to("send", edition)).content.decode()
    assert "the date on it" not in desk.get(to("confirm", edition)).content.decode()


def test_a_letter_with_a_fault_says_which_and_cannot_be_sent(desk, draft, readers):
    TipPage.objects.update(review_by=date(2026, 11, 1))
    page = desk.get(to("send", draft)).content.decode()
    assert "One thing stands in the way" in page
    assert "The review of “Is sparkling water hard on teeth?” has run out." in page
    assert 'aria-disabled="true"' in page
    assert desk.get(to("confirm", draft)).url == to("send", draft)
    answer = send_now(desk, draft)
    assert answer.url == to("send", draft)
    assert not Dispatch.objects.exists()


def test_nobody_to_send_to_is_said(desk, draft):
    page = desk.get(to("send", draft)).content.decode()
    assert "Nobody would get it." in page
    assert 'aria-disabled="true"' in page


def test_those_left_out_are_counted_with_their_reason(desk, draft, readers):
    patients.agree(readers[0], is_given=False)
    page = desk.get(to("send", draft)).content.decode()
    assert "1 person does not get it, and why" in page
    assert "1 unsubscribed" in page


def test_a_test_letter_goes_to_the_editor(desk, draft, hannah):
    answer = desk.post(to("test", draft), follow=True)
    assert hannah.email in answer.content.decode()
    assert Message.objects.get().is_test


def test_a_campaign_is_held_gone_on_with_and_stopped(desk, draft, readers):
    send_now(desk, draft)
    for name, words in (("pause", "Go on"), ("resume", "Pause"), ("cancel", "Canceled")):
        page = desk.post(to(name, draft), follow=True)
        assert words in page.content.decode()
    assert "Refresh" not in desk.get(to("results", draft))


def test_a_step_that_is_not_possible_is_said_and_shows_where_it_stands(desk, draft, readers):
    send_now(desk, draft)
    desk.post(to("cancel", draft))
    answer = desk.post(to("pause", draft), follow=True)
    assert answer.status_code == 200
    assert "no longer possible" in answer.content.decode()


def test_results_add_up_and_name_who_did_not_get_it(desk, draft, readers):
    send_now(desk, draft)
    letter = Message.objects.get(address="walter@home.example")
    Message.objects.filter(pk=letter.pk).update(
        state="failed", reason="550 <b>No such mailbox</b>", next_try_at=None, settled_at=letter.queued_at
    )
    page = desk.get(to("results", draft)).content.decode()
    assert str(readers[2]) in page
    assert "550 &lt;b&gt;No such mailbox" in page
    assert '<progress class="gw-progress" max="2" value="1"' in page


def test_before_it_is_sent_results_lead_to_the_checks(desk, draft):
    assert desk.get(to("results", draft)).url == to("send", draft)


def test_once_it_is_sent_the_checks_lead_to_the_results(desk, draft, readers):
    send_now(desk, draft)
    assert desk.get(to("send", draft)).url == to("results", draft)


@pytest.mark.parametrize("name", SCREENS + ACTS)
def test_an_unknown_letter_is_not_there(name, desk, draft):
    path = reverse(f"newsletters:{name}", args=[999_999])
    answer = desk.get(path) if name in SCREENS else desk.post(path)
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["rosa", "theo", "priya", "margaret", "dana"])
@pytest.mark.parametrize("name", [*SCREENS, *ACTS])
def test_who_may_not_write_letters_sees_and_does_nothing(who, name, draft, readers, client, request):
    sign_in(client, request.getfixturevalue(who))
    answer = client.get(to(name, draft)) if name in SCREENS else client.post(to(name, draft))
    assert answer.status_code in {302, 403}
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", [*SCREENS, *ACTS])
def test_a_visitor_is_sent_to_sign_in(name, draft, client):
    answer = client.get(to(name, draft)) if name in SCREENS else client.post(to(name, draft))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_the_list_shows_each_letter_and_where_it_stands(desk, draft, edition, readers):
    send_now(desk, draft)
    page = desk.get("/admin/newsletters/").content.decode()
    assert "December" in page
    assert "Sending" in page
    assert "0 / 2" in page
    assert "not sent" in page


def test_the_list_asks_the_same_questions_for_many_letters_as_for_one(
    desk, draft, hannah, readers, django_assert_max_num_queries
):
    send_now(desk, draft)
    tip = TipPage.objects.get()
    for month in range(1, 7):
        page = editions.edition(
            slug=f"m{month}", issued_on=date(2026, month, 3), blocks=editions.letter_blocks(tip_page=tip)
        )
        actions.start(edition=page, by=hannah)
    desk.get("/admin/newsletters/")
    with django_assert_max_num_queries(24):
        desk.get("/admin/newsletters/")


def test_an_empty_list_says_how_to_begin(desk):
    assert "There is no archive yet" in desk.get("/admin/newsletters/").content.decode()


def test_the_menu_leads_there(desk):
    assert "/admin/newsletters/" in desk.get("/admin/").content.decode()


def test_last_months_letter_is_copied_as_a_draft(desk, edition):
    assert desk.get("/admin/newsletters/new/?from=last").status_code == 200
    assert EditionPage.objects.count() == 1
    answer = desk.post("/admin/newsletters/new/?from=last")
    copy = EditionPage.objects.exclude(pk=edition.pk).get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert (copy.title, copy.slug, copy.live) == ("December 2026", "december", False)
    assert copy.issued_on.isoformat() == "2026-12-03"
    assert len(copy.body) == len(edition.body)


def test_two_copies_of_one_month_have_two_addresses(desk, edition):
    for minutes in (0, 2):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            desk.post("/admin/newsletters/new/?from=last")
    assert sorted(EditionPage.objects.values_list("slug", flat=True)) == ["december", "december-2", "november"]


@pytest.mark.parametrize("is_live", [True, False])
def test_a_double_click_on_new_makes_one_draft(desk, edition, is_live):
    if not is_live:
        edition.unpublish()  # then the draft is the newest letter, and the second click would begin from it
    answers = [desk.post("/admin/newsletters/new/?from=last") for _ in range(2)]
    assert EditionPage.objects.count() == 2
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].url == answers[1].url
    assert Entry.objects.filter(verb="edition.copied").count() == 1


def test_two_people_who_begin_at_once_have_a_draft_each(edition, hannah, colette):
    drafts = [new_from(edition=edition, by=user) for user in (hannah, colette, hannah)]
    assert drafts[0] == drafts[2] != drafts[1]


def test_a_draft_that_was_deleted_at_once_is_made_again(edition, hannah):
    new_from(edition=edition, by=hannah).delete()
    assert new_from(edition=edition, by=hannah).slug == "december"


def test_another_letter_is_another_draft(edition, hannah):
    other = editions.edition(title="October", slug="october", issued_on=date(2026, 10, 1), blocks=[])
    assert new_from(edition=edition, by=hannah) != new_from(edition=other, by=hannah)


def test_without_a_letter_there_is_nothing_to_copy(desk):
    answer = desk.post("/admin/newsletters/new/?from=last", follow=True)
    assert "no letter to begin from" in answer.content.decode()


def test_the_editor_has_the_checks_beside_the_text_and_the_way_to_send(desk, draft):
    page = desk.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "Letter checks" in page
    assert to("send", draft) in page
    assert "gw-inboxrow" in page


def test_the_screens_have_no_inline_script_or_style_of_ours(desk, draft, readers):
    from pathlib import Path

    for path in Path("templates/campaigns").glob("*.html"):
        said = path.read_text()
        assert "style=" not in said
        assert not re.search(r"<script(?! src=)", said)
        assert not re.search(r"\son\w+=", said)


def test_hostile_text_stays_text_on_every_screen(desk, draft, readers):
    hostile = "<script>alert(1)</script>"
    draft.subject = draft.title = hostile
    draft.save_revision()
    for name in ("send", "confirm"):
        assert hostile not in desk.get(to(name, draft)).content.decode()
    send_now(desk, draft)
    for path in (to("results", draft), "/admin/newsletters/"):
        assert hostile not in desk.get(path).content.decode()


def test_the_checks_ask_a_fixed_number_of_questions(desk, draft, readers, django_assert_max_num_queries):
    desk.get(to("send", draft))
    for _ in range(10):
        patients.letter_reader()
    with django_assert_max_num_queries(67):
        desk.get(to("send", draft))


def test_a_superuser_without_a_role_sends_nothing(draft, readers, margaret):
    margaret.is_superuser = True
    with pytest.raises(PermissionDenied):
        actions.start(edition=draft, by=margaret)


def test_a_letter_that_is_on_its_way_cannot_be_deleted(desk, draft, readers):
    send_now(desk, draft)
    answer = desk.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]), follow=True)
    assert answer.status_code == 200
    assert "cannot be deleted" in answer.content.decode()
    assert EditionPage.objects.filter(pk=draft.pk).exists()


def test_a_letter_that_is_on_its_way_cannot_be_deleted_among_others(desk, draft, edition, readers):
    send_now(desk, draft)
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    answer = desk.post(f"{path}?id={draft.pk}&id={edition.pk}", follow=True)
    assert "cannot be deleted" in answer.content.decode()
    assert EditionPage.objects.count() == 2


def test_the_archive_with_letters_that_were_sent_cannot_be_deleted(desk, draft, readers):
    send_now(desk, draft)
    answer = desk.post(reverse("wagtailadmin_pages:delete", args=[draft.get_parent().pk]), follow=True)
    assert "cannot be deleted" in answer.content.decode()
    assert EditionPage.objects.filter(pk=draft.pk).exists()


def test_a_draft_that_was_never_sent_can_be_deleted(desk, draft):
    desk.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    assert not EditionPage.objects.filter(pk=draft.pk).exists()


def test_a_tip_that_was_deleted_leaves_a_letter_that_says_what_is_missing(desk, draft, readers):
    TipPage.objects.get().delete()
    page = desk.get(to("send", draft)).content.decode()
    assert "Health tip, Tip: This field is required." in page
