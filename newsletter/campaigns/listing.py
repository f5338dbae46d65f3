"""What the list of newsletters shows of each: where it stands, whose it is, when it left, what became of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content import languages
from delivery.models import Dispatch, Message
from delivery.states import DispatchState
from newsletter.campaigns import audience, results, tally
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import ApprovalState, CampaignState
from newsletter.editions.models import EditionPage
from patients import segments
from patients.models import Consent

MINUTES = 600  # seconds
BY_A_LINK = ("one_click", "mail_link")  # of the sources of a no: what came from a letter


class Stage(models.TextChoices):
    """Where a letter stands, as its editor sees it."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    ATTENTION = "attention", _("Needs attention")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    CANCELED = "canceled", _("Canceled")


STARTED = Q(campaign__state=CampaignState.STARTED)
FINISHED = Q(campaign__dispatch__state=DispatchState.FINISHED)
CANCELED = Q(campaign__state=CampaignState.CANCELLED) | Q(campaign__dispatch__state=DispatchState.CANCELLED)
ATTENTION = Q(campaign__state=CampaignState.ATTENTION) | STARTED & Q(campaign__dispatch__state=DispatchState.ATTENTION)
OF_STAGE: dict[str, Q] = {
    Stage.DRAFT: Q(campaign__isnull=True)
    | Q(campaign__state=CampaignState.DRAFT) & ~Q(campaign__approval__in=[ApprovalState.ASKED, ApprovalState.APPROVED]),
    Stage.REVIEW: Q(campaign__state=CampaignState.DRAFT, campaign__approval=ApprovalState.ASKED),
    Stage.APPROVED: Q(campaign__state=CampaignState.DRAFT, campaign__approval=ApprovalState.APPROVED),
    Stage.SCHEDULED: Q(campaign__state=CampaignState.SCHEDULED),
    Stage.ATTENTION: ATTENTION,
    Stage.SENDING: STARTED & ~FINISHED & ~CANCELED & ~ATTENTION,
    Stage.SENT: STARTED & FINISHED,
    Stage.CANCELED: CANCELED,
}
STAGES: dict[str, Stage] = {
    CampaignState.SCHEDULED: Stage.SCHEDULED,
    DispatchState.ATTENTION: Stage.ATTENTION,  # a campaign's own state is called the same
    DispatchState.FINISHED: Stage.SENT,
}
OF_APPROVAL: dict[str, Stage] = {ApprovalState.ASKED: Stage.REVIEW, ApprovalState.APPROVED: Stage.APPROVED}
TONES = {
    Stage.REVIEW: "warn",
    Stage.APPROVED: "ok",
    Stage.SCHEDULED: "info",
    Stage.ATTENTION: "warn",
    Stage.SENT: "ok",
    Stage.SENDING: "info",
    Stage.CANCELED: "bad",
}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the list; what it cannot be is nothing."""

    q: str = ""
    stage: str = ""
    language: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """Return what an address asks for."""
        stage, language = query.get("state", ""), query.get("language", "")
        return cls(
            " ".join(query.get("q", "").replace("\0", "").split())[:100],
            stage if stage in OF_STAGE else "",
            language if language in languages.OWN_NAMES else "",
        )

    @property
    def is_anything(self) -> bool:
        """Whether it narrows the list."""
        return bool(self.q or self.stage or self.language)

    def letters(self) -> QuerySet[EditionPage]:
        """Return the letters that are asked for, the newest first."""
        found: QuerySet[EditionPage] = EditionPage.objects.select_related("campaign__dispatch", "locale")
        for word in self.q.split():
            found = found.filter(Q(title__icontains=word) | Q(draft_title__icontains=word) | Q(subject__icontains=word))
        if self.stage:
            found = found.filter(OF_STAGE[self.stage])
        if self.language:
            found = found.filter(locale__language_code=self.language)
        return found.order_by("-issued_on", "-pk")


@dataclass(frozen=True)
class Line:
    """One letter of the list."""

    edition: EditionPage
    stage: str
    label: str | Promise
    audience: str | Promise = ""
    sent_at: datetime | None = None
    leaves_at: datetime | None = None
    accepted: int = 0
    letters: int = 0
    unsubscribed: int = 0
    spanish: int | None = None  # the id of its Spanish copy
    may_be_spanish: bool = False  # it is English, has no Spanish copy yet and has not left

    @property
    def tone(self) -> str:
        """Return the color of its state."""
        return TONES.get(Stage(self.stage), "")

    @property
    def has_results(self) -> bool:
        """Whether it has left, at least in part."""
        return self.sent_at is not None

    @property
    def language(self) -> str:
        """Return the letter's language, as it calls itself."""
        return languages.OWN_NAMES.get(self.edition.locale.language_code, "")


def stage_of(campaign: Campaign | None) -> str:
    """Return where a letter with this campaign stands."""
    if campaign is None or campaign.state == CampaignState.DRAFT:
        return OF_APPROVAL.get(campaign.approval if campaign else "", Stage.DRAFT)
    if campaign.stage in {CampaignState.CANCELLED, DispatchState.CANCELLED}:
        return Stage.CANCELED
    return STAGES.get(campaign.stage, Stage.SENDING)


def lines(editions: Iterable[EditionPage]) -> list[Line]:
    """Return what the list shows of each letter, with five questions however many there are."""
    page = list(editions)
    spanish = _spanish_of(page)
    campaigns = {edition.pk: edition.campaign for edition in page if hasattr(edition, "campaign")}
    accepted = results.accepted_of(campaigns.values())
    gone = unsubscribed_of(campaigns.values())
    labels = {one.name: one.label for one in segments.choices()} if campaigns else {}
    found = []
    for edition in page:
        campaign = campaigns.get(edition.pk)
        stage = stage_of(campaign)
        label = _("On the web, not sent") if stage == Stage.DRAFT and edition.live else Stage(stage).label
        is_english = edition.locale.language_code == languages.ENGLISH
        copy = spanish.get(edition.translation_key) if is_english else None
        tongue: dict[str, Any] = {
            "spanish": copy,
            "may_be_spanish": is_english and copy is None and stage == Stage.DRAFT,
        }
        if campaign is None:
            found.append(Line(edition, stage, label, **tongue))
            continue
        arrived, letters = accepted.get(campaign.pk, (0, 0))
        found.append(
            Line(
                edition,
                stage,
                campaign.stage_label if stage == Stage.SENDING else label,
                audience=labels.get(campaign.segment, _("A segment that was put away")),
                sent_at=campaign.started_at,
                leaves_at=campaign.send_at if campaign.has_not_left else None,
                accepted=arrived,
                letters=letters,
                unsubscribed=gone[campaign.pk],
                **tongue,
            )
        )
    return found


def _spanish_of(page: list[EditionPage]) -> dict[UUID, int]:
    copies = EditionPage.objects.filter(translation_key__in=[edition.translation_key for edition in page])
    return dict(copies.filter(locale__language_code="es").order_by().values_list("translation_key", "pk"))


def readers_of_spanish(lines: Iterable[Line]) -> int:
    """Return how many would rather read Spanish of those who get one of these letters that could be written in it.

    Each audience is asked for once; a letter that nobody addressed yet is for everyone whom it can reach. It is a hint:
    where many are asked, the same letters are not asked about again for some minutes.
    """
    letters = [line.edition for line in lines if line.may_be_spanish]
    asked = sorted({(audience.fitting(_segment_of(letter), letter), letter.written_for) for letter in letters})
    name = hashlib.sha256(repr(asked).encode()).hexdigest()
    return tally.kept(f"spanish:{name}", lambda: _of_spanish(asked), seconds=MINUTES) if asked else 0


def _of_spanish(asked: list[tuple[str, str]]) -> int:
    found: list[QuerySet[Any, Any]] = []
    for key, written_for in asked:
        with suppress(audience.NoSuchSegment):
            readership = audience.READERSHIPS[written_for]
            who = audience.recipients(audience.segment_named(key), readership)
            found += [kind.filter(language="es").order_by().values("pk") for kind in (who.adults, who.wards)]
    return found[0].union(*found[1:]).count() if found else 0


def _segment_of(edition: EditionPage) -> str:
    return edition.campaign.segment if hasattr(edition, "campaign") else ""


def unsubscribed_of(campaigns: Iterable[Campaign]) -> Counter[int]:
    """Return for each campaign how many people said no by a link of its letters; two questions."""
    started = {one.dispatch_id: one for one in campaigns if one.dispatch_id and one.started_at}
    if not started:
        return Counter()
    since = min(one.started_at for one in started.values() if one.started_at)
    said = Consent.objects.filter(is_given=False, source__in=BY_A_LINK, at__gte=since)
    who = set(said.order_by().values_list("evidence__message", "reader"))
    theirs = Message.objects.named(*{ref for ref, _reader in who if ref}).filter(
        dispatch__in=Dispatch.objects.filter(pk__in=started)
    )
    rows = theirs.only("dispatch").order_by()
    whence = {message.ref: message.dispatch_id for message in rows if message.dispatch_id}
    return Counter(started[whence[ref]].pk for ref, _reader in who if ref in whence)
