"""A letter begins from the last one without what is over, from a template, or from a tip that suits the month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry
from newsletter.editions import actions, past
from newsletter.editions.models import EditionPage
from newsletter.editions.patterns import PATTERNS
from tests.factories import editions


@pytest.fixture
def event(location):
    begins = datetime(2026, 11, 10, 17, 30, tzinfo=location.zone)
    return editions.event(location, starts_at=begins, ends_at=begins + timedelta(hours=1))


@pytest.fixture
def tip(location):
    return editions.tip()


@pytest.fixture
def november(event, tip):
    return editions.edition(
        blocks=[
            editions.block("header", line=""),
            editions.block("event", event=event.pk, eyebrow="", text=""),
            editions.block("tip", tip=tip.pk, heading="", text="", button="Read"),
            editions.block("holiday", heading="A peaceful Thanksgiving.", text="", until="2026-11-27"),
            editions.block("testimonial", testimonial=editions.said().pk),
            editions.block("friend", heading="Know someone?", text="", button="Tell a friend"),
        ]
    )


def kinds(edition):
    return [block["type"] for block in edition.body.raw_data]


def newest(edition):
    return EditionPage.objects.get(pk=edition.pk).get_latest_revision_as_object()


def test_what_is_over_is_left_out_of_the_copy_and_listed(november, hannah):
    copy = newest(actions.new_from(edition=november, by=hannah))
    assert kinds(copy) == ["header", "tip", "testimonial", "friend"]
    assert [one["name"] for one in copy.left_out] == [
        "Event: Implants, explained",
        "Holiday greeting: A peaceful Thanksgiving.",
    ]
    assert [one["why"] for one in copy.left_out] == ["it was on Nov 10, 2026", "it was true until Nov 27, 2026"]
    assert len(november.body) == 6  # the letter itself is as it was


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda tip: tip.__class__.objects.filter(pk=tip.pk).update(review_by=date(2026, 12, 3)), "its review ran out"),
        (lambda tip: tip.unpublish(), "its page is not published"),
    ],
)
def test_a_tip_that_may_not_be_sent_is_left_out(change, why, november, tip, hannah):
    change(tip)
    copy = actions.new_from(edition=november, by=hannah)
    assert "tip" not in kinds(copy)
    assert any(why in one["why"] for one in copy.left_out)


def test_a_canceled_event_is_left_out_before_its_day(november, event, hannah):
    event.is_canceled, event.starts_at = True, event.starts_at + timedelta(days=60)
    event.ends_at = event.starts_at + timedelta(hours=1)
    event.save()
    copy = actions.new_from(edition=november, by=hannah)
    assert copy.left_out[0]["why"] == "it was canceled"


def test_words_that_were_taken_back_are_left_out(november, hannah):
    editions.taken_back(november.body[4].value["testimonial"])
    copy = actions.new_from(edition=november, by=hannah)
    assert "testimonial" not in kinds(copy)
    assert any("took back" in one["why"] for one in copy.left_out)


def test_a_copy_of_a_copy_begins_without_the_list(november, hannah, colette):
    copy = actions.new_from(edition=november, by=hannah)
    assert actions.new_from(edition=copy, by=colette).left_out == []


def test_what_still_holds_is_kept(november, hannah, event):
    kept, over = past.parted(november, date(2026, 11, 10))
    assert (len(kept), over) == (6, [])


def test_a_block_is_put_back_where_it_stood_and_only_once(november, hannah):
    copy = actions.new_from(edition=november, by=hannah)
    block = copy.left_out[0]["block"]["id"]
    written = actions.put_back(edition=copy, block=block, by=hannah)
    assert kinds(written) == ["header", "event", "tip", "testimonial", "friend"]
    assert kinds(newest(copy)) == kinds(EditionPage.objects.get(pk=copy.pk)) == kinds(written)
    assert len(written.left_out) == 1
    with pytest.raises(actions.NotThere):
        actions.put_back(edition=copy, block=block, by=hannah)
    assert Entry.objects.filter(verb="edition.put_back").count() == 1


def test_the_desk_sees_what_was_left_out_and_puts_it_back(november, desk):
    answer = desk.post("/admin/newsletters/new/?from=last", follow=True)
    shown = answer.content.decode()
    assert "2 blocks were left out" in shown
    assert "Left out, because it is over" in shown
    assert "Event: Implants, explained" in shown
    copy = EditionPage.objects.exclude(pk=november.pk).get()
    path = reverse("newsletters:left_out", args=[copy.pk])
    assert path in shown
    assert "it was on Nov 10, 2026" in desk.get(path).content.decode()
    assert kinds(newest(copy)) == ["header", "tip", "testimonial", "friend"]  # looking changes nothing
    assert desk.post(path, {"block": newest(copy).left_out[1]["block"]["id"]}).url == path
    assert "holiday" in kinds(newest(copy))
    assert desk.post(path).url == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert newest(copy).left_out == []
    assert "Nothing:" in desk.get(path).content.decode()


def test_a_block_that_was_never_there_is_not_found(november, desk):
    path = reverse("newsletters:left_out", args=[november.pk])
    assert desk.post(path, {"block": "no-such-block"}).status_code == 404


def test_a_letter_that_a_colleague_locked_stays_as_it_is(november, desk, hannah, colette):
    copy = actions.new_from(edition=november, by=hannah)
    copy.locked, copy.locked_by, copy.locked_at = True, colette, timezone.now()
    copy.save()
    path = reverse("newsletters:left_out", args=[copy.pk])
    assert desk.post(path, {"block": copy.left_out[0]["block"]["id"]}).status_code in {302, 403}
    assert len(newest(copy).left_out) == 2


@pytest.mark.parametrize("name", sorted(PATTERNS))
@pytest.mark.parametrize("has_tip", [True, False])
def test_a_letter_begins_as_a_pattern_and_can_be_composed(name, has_tip, desk, location):
    from newsletter.editions.letter import compose

    editions.archive()
    editions.tip(months=[]) if has_tip else None
    answer = desk.post(f"/admin/newsletters/new/?from={name}")
    edition = EditionPage.objects.get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[edition.pk])
    assert edition.subject
    assert not edition.live
    assert ("tip" in kinds(edition)) == has_tip
    edition.full_clean()
    assert compose(edition).html
    assert desk.get(answer.url).status_code == 200


def test_a_double_click_on_a_pattern_makes_one_draft(desk, location):
    editions.archive()
    answers = [desk.post("/admin/newsletters/new/?from=monthly") for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert EditionPage.objects.count() == 1


def test_a_letter_of_ours_is_a_template_once_it_is_marked(desk, edition):
    assert desk.post(f"/admin/newsletters/new/?from={edition.ref}").url == "/admin/newsletters/new/"
    EditionPage.objects.update(is_template=True)
    assert edition.subject in desk.get("/admin/newsletters/new/").content.decode()
    answer = desk.post(f"/admin/newsletters/new/?from={edition.ref}")
    copy = EditionPage.objects.exclude(pk=edition.pk).get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert not copy.is_template


@pytest.mark.parametrize("query", ["", "?from=", "?from=nothing", "?from=ED-XXXX", "?from=%00", "?from=MONTHLY"])
def test_what_is_no_way_to_begin_is_refused_in_words(query, desk, edition):
    answer = desk.post(f"/admin/newsletters/new/{query}", follow=True)
    assert "no letter to begin from" in answer.content.decode()
    assert EditionPage.objects.count() == 1


@pytest.mark.parametrize("query", ["month=2026-13", "month=%00", "month=1999-01", "tip=x", "tip=99999999999999999999"])
def test_an_odd_month_or_tip_is_as_none(query, desk, edition):
    assert desk.get(f"/admin/newsletters/new/?{query}").status_code == 200
    assert desk.post(f"/admin/newsletters/new/?from=news&{query}").status_code == 302


def test_hostile_words_of_a_tip_stay_words(desk, location):
    editions.archive()
    tip = editions.tip(title="<b>Bold</b> & co", lede="<script>alert(1)</script>", months=[])
    desk.post(f"/admin/newsletters/new/?from=monthly&tip={tip.pk}")
    hero = EditionPage.objects.get().body[1].value
    assert "<script>" not in hero["text"].source


def test_one_who_may_not_write_letters_is_not_let_in(client, rosa, location):
    from tests.cast import sign_in

    for path in ("/admin/newsletters/new/", "/admin/newsletters/calendar/", "/admin/newsletters/1/left-out/"):
        assert sign_in(client, rosa).get(path).status_code in {302, 403}
