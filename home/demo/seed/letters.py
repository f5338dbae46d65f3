"""A tip and a letter for each of twelve months; ten are sent, two are being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from accounts.models import User
from content.models import Picture
from delivery.models import Dispatch, Message
from delivery.states import DispatchState, MessageState
from home.demo.cast import DOMAIN
from home.demo.seed import letter_blocks, mailbox, questions, shelves
from home.demo.seed.landscapes import VALLEYS, VALLEYS_ES, landscape, season_of
from home.demo.seed.still_lifes import STILL_LIFES
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from journal.recording import name_of
from newsletter.campaigns.audience import OF_PATIENTS, Readership, in_words_for_readers, segment_named
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import CampaignState
from newsletter.campaigns.written import letter_hash
from newsletter.editions.letter import compose
from newsletter.editions.models import EditionIndexPage, EditionPage, TipIndexPage, TipPage
from patients.models import Channel, ContactPoint, Purpose, Reader
from patients.segments import EVERYONE_WHO_GETS_LETTERS

SENT, TO_COME = 10, 2
LEDGER_ROWS = 300  # of each letter of the past: enough to see how a ledger reads
ENDS = {MessageState.ACCEPTED: 970, MessageState.FAILED: 14, MessageState.SKIPPED: 12, MessageState.UNKNOWN: 4}
REASONS = {MessageState.FAILED: "550 5.1.1 No such mailbox", MessageState.SKIPPED: "objected"}


@dataclass(frozen=True)
class Month:
    """A month of the story: its first practice day, and its words."""

    day: date
    words: dict[str, Any]

    @property
    def slug(self) -> str:
        """Return the letter's slug, as "november"."""
        return f"{self.day:%B}".lower()


def tell(story: Story) -> None:
    """Write month by month."""
    tips, archive = TipIndexPage.objects.get(), EditionIndexPage.objects.get()
    archive.title, archive.lede = texts("letters")["archive"]["title"], texts("letters")["archive"]["lede"]
    archive.save_revision().publish()
    hannah: User = story.met["staff"]["hannah"].user
    readers = with_mail(EVERYONE_WHO_GETS_LETTERS.readers())
    months = _months(story)
    for place, month in enumerate(months):
        is_sent, is_draft = place < SENT, place == SENT + TO_COME - 1
        checked = story.today - timedelta(days=4) if is_draft else months[SENT - 1].day - timedelta(days=12)
        tip = _tip(story, tips, month, checked)
        if not is_draft:
            _publish(tip, min(story.at(month.day, 9), story.at(months[SENT - 1].day, 7 if place >= SENT else 9)))
        asks = SENT - questions.ASKED_IN <= place < SENT
        edition = _edition(story, archive, month, tip, is_draft=is_draft, is_next=place == SENT, asks=asks)
        if is_sent:
            send(story, edition, month, hannah, readers)
        if place == SENT - 1:
            mailbox.keep_letter(edition.campaign.dispatch, story.met["patients"]["Margaret Ellison"])
        edition.save_revision(user=hannah)
    _date_the_letters(story)


def with_mail(readers: QuerySet[Reader]) -> list[Reader]:
    """Return the first of these readers who have an e-mail address, with their addresses."""
    addresses = ContactPoint.objects.filter(channel=Channel.EMAIL, is_primary=True).values("reader")
    found = readers.filter(pk__in=addresses).order_by("pk")[:LEDGER_ROWS]
    return list(found.prefetch_related("contact_points"))


def _months(story: Story) -> list[Month]:
    """Return twelve months: the ten whose letter has gone out, and the two after."""
    words = {one["month"]: one for one in texts("letters")["months"]}
    first = story.today.replace(day=1)
    if story.at(story.practice_day(first), 9) > story.now:
        first = (first - timedelta(days=1)).replace(day=1)
    for _ in range(SENT - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    months = []
    for _ in range(SENT + TO_COME):
        months.append(Month(story.practice_day(first), words[first.month]))
        first = (first + timedelta(days=32)).replace(day=1)
    return months


def _valley(month: Month) -> Picture:
    number = month.day.month
    season, name = season_of(number), f"valley-{number:02d}.jpg"
    title, drawn = f"The valley in {month.day:%B}", landscape(number)
    words = {"alt": VALLEYS[season], "alt_es": VALLEYS_ES[season]}
    return shelves.picture(name, title=title, **words, drawn=drawn, on=shelves.LETTERS)


def _still_life(month: Month) -> Picture:
    draw, alt, alt_es = STILL_LIFES[month.day.month]
    name, title = f"tip-{month.words['slug']}.jpg", month.words["title"]
    return shelves.picture(name, title=title, alt=alt, alt_es=alt_es, drawn=draw().jpeg(), on=shelves.LETTERS)


def _tip(story: Story, tips: TipIndexPage, month: Month, latest: date) -> TipPage:
    """Return a new tip that was reviewed before it came out, on `latest` at the latest."""
    words = month.words
    reviewed_on = min(month.day - timedelta(days=12), latest)
    plain = {name: words[name].strip() for name in ("title", "slug", "lede", "body", "in_brief", "caption")}
    page = TipPage(
        **plain,
        topic_id=words["topic"],
        sources=words["sources"].strip(),
        picture=_still_life(month),
        reviewer=story.met["providers"][words["reviewer"]],
        reviewed_on=reviewed_on,
        review_by=reviewed_on + timedelta(days=730),
        months=sorted({month.day.month, month.day.month % 12 + 1}),
        search_description=words["lede"],
        live=False,
    )
    tips.add_child(instance=page)
    page.save_revision()
    return page


def _publish(tip: TipPage, at: datetime) -> None:
    """Let a tip have come out with its month; the next letter's is out already, so that the letter can go."""
    tip.save_revision().publish()
    Page.objects.filter(pk=tip.pk).update(first_published_at=at, last_published_at=at)


def _edition(
    story: Story, archive: EditionIndexPage, month: Month, tip: TipPage, *, is_draft: bool, is_next: bool, asks: bool
) -> EditionPage:
    """Return a new edition; a draft is written to two thirds and says so by what is missing."""
    words = month.words
    write = letter_blocks.begun if is_draft else letter_blocks.written
    body = write(story, month.day, words, tip, _valley(month))
    if is_next:
        body.insert([name for name, _value in body].index("appointment_call") + 1, letter_blocks.for_the_lapsed())
    if asks:
        body.insert([name for name, _value in body].index("friend"), questions.block(story))
    edition = EditionPage(
        ref=story.ref("ED"),
        title=words["subject"],
        slug=month.slug,
        subject=words["subject"],
        preheader="" if is_draft else words["preheader"],
        issued_on=month.day,
        body=body,
        live=False,
    )
    archive.add_child(instance=edition)
    return edition


def send(
    story: Story,
    edition: EditionPage,
    month: Month,
    by: User,
    readers: list[Reader],
    *,
    readership: Readership = OF_PATIENTS,
) -> None:
    """Let a letter have gone out: its campaign, its dispatch, and some rows of its ledger.

    Args:
        story: so far.
        edition: the letter.
        month: when it went out.
        by: who sent it.
        readers: who may have got it, with their addresses.
        readership: whom it can reach at all.
    """
    edition.save_revision(user=by).publish()
    edition.refresh_from_db()
    letter = compose(edition)
    at = story.at(month.day, 8, 30)
    everyone = segment_named(readership.everyone)
    dispatch = Dispatch.objects.create(
        ref=story.ref("DS"),
        occasion=f"told:{edition.ref}",
        purpose=Purpose.OWN_SERVICES,
        topic=readership.topic,
        audience=in_words_for_readers(everyone, readership),
        state=DispatchState.FINISHED,
        letter=letter.as_json(),
        opened_at=at,
        started_at=at,
        frozen_at=at,
        ended_at=at + timedelta(minutes=2),
    )
    campaign = Campaign(ref=story.ref("CA"), edition=edition, segment=everyone.name, dispatch=dispatch)
    campaign.state, campaign.revision, campaign.letter_hash = (
        CampaignState.STARTED,
        edition.latest_revision_id,
        letter_hash(edition),
    )
    campaign.made_at, campaign.started_at, campaign.started_by = at - timedelta(days=1), at, name_of(by)
    campaign.save()
    dispatch.occasion = name_of(campaign)
    dispatch.save(update_fields=["occasion"])
    got_it = [reader for reader in readers if reader.added_at < at]
    Message.objects.bulk_create(_row(story, dispatch, reader, at) for reader in got_it)
    name = name_of(campaign)
    story.entry("campaign.prepared", name, by=name_of(by), at=campaign.made_at, edition=edition.ref)
    story.entry("campaign.started", name, by=name_of(by), at=at, edition=edition.ref, letters=len(got_it))


def _row(story: Story, dispatch: Dispatch, reader: Reader, at: datetime) -> Message:
    point = next(one for one in reader.contact_points.all() if one.channel == Channel.EMAIL)
    state = story.weighted(ENDS)
    row = Message(dispatch=dispatch, reader=reader, purpose=dispatch.purpose, topic=dispatch.topic)
    row.language = reader.language
    row.address, row.address_hash, row.state = point.address, point.address_hash, state
    row.message_id = f"{row.ref.lower()}@{DOMAIN}"
    row.reason, row.next_try_at, row.attempts = REASONS.get(state, ""), None, int(state != MessageState.SKIPPED)
    row.queued_at, row.settled_at = at, at + timedelta(seconds=story.dice.uniform(1, 100))
    return row


def _date_the_letters(story: Story) -> None:
    """Let each letter have stood in the archive since it was sent."""
    for edition in EditionPage.objects.filter(live=True):
        at = story.at(edition.issued_on, 8, 30)
        Page.objects.filter(pk=edition.pk).update(first_published_at=at, last_published_at=at)
