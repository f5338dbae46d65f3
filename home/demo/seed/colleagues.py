"""Letters to offices and to the team, and Dr. Okafor's yes, which each letter needs before it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from accounts.models import User
from home.demo.seed import letters
from home.demo.seed.letters import Month
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from newsletter.campaigns import actions, approving, workflow
from newsletter.campaigns.approvers import ApprovalRule, Approver
from newsletter.campaigns.audience import READERSHIPS
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.written import letter_hash, newest
from newsletter.editions.models import EditionIndexPage, EditionPage
from newsletter.editions.readership import WrittenFor
from patients.models import Reader, ReaderKind

TO_OFFICES = timedelta(days=16)  # before today


def tell(story: Story) -> None:
    """Let the offices have got theirs, the team's be approved, and the next to all readers wait for Dr. Okafor."""
    hannah: User = story.met["staff"]["hannah"].user
    okafor: User = story.met["staff"]["okafor"].user
    sent_on = story.practice_day(story.today - TO_OFFICES)
    to_offices = _written(story, WrittenFor.OFFICES, sent_on)
    readers = letters.with_mail(Reader.objects.filter(kind=ReaderKind.OFFICE))
    letters.send(story, to_offices, Month(sent_on, {}), hannah, readers, readership=READERSHIPS[WrittenFor.OFFICES])
    to_offices.save_revision(user=hannah)
    rule = ApprovalRule(ref=story.ref("AR"), practice=story.met["practice"], who=Approver.OWNER)
    rule.save()
    workflow.follow(rule)
    to_the_team = _written(story, WrittenFor.TEAM, story.practice_day(story.today + timedelta(days=1)))
    to_the_team.save_revision(user=hannah)
    waiting = EditionPage.objects.filter(live=False, campaign__isnull=True, written_for=WrittenFor.PATIENTS)
    for edition in (to_the_team, waiting.earliest("issued_on")):
        actions.prepare(edition=edition, by=hannah)
        approving.ask(edition=edition, by=hannah)
    _approve(to_the_team, okafor)


def _written(story: Story, written_for: WrittenFor, day: date) -> EditionPage:
    words: dict[str, Any] = texts("colleagues")[written_for]
    opening = {"picture": None, "eyebrow": "", "heading": words["heading"], "greeting": "Hello {first_name|there},"}
    news = {"heading": words["news_heading"], "text": words["news"]}
    note = {"provider": story.met["providers"][words["by"]], "eyebrow": words["note_eyebrow"], "text": words["note"]}
    edition = EditionPage(
        ref=story.ref("ED"),
        title=words["subject"],
        slug=f"{written_for}-{day:%B}".lower(),
        subject=words["subject"],
        preheader=words["preheader"],
        issued_on=day,
        written_for=written_for,
        body=[("header", {"line": ""}), ("hero", opening | {"text": words["opening"]}), ("text", news), ("note", note)],
        live=False,
    )
    EditionIndexPage.objects.get(locale__language_code="en").add_child(instance=edition)
    return edition


def _approve(edition: EditionPage, by: User) -> None:
    campaign = Campaign.objects.get(edition=edition)
    edition = EditionPage.objects.get(pk=edition.pk)
    approving.approve(edition=edition, by=by, seen=letter_hash(newest(edition)), segment=campaign.segment)
