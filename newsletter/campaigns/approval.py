"""Where a letter's approval stands, in words: for the list, the editor, the last question and the first screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from content import mjml
from journal.recording import SYSTEM
from newsletter.campaigns import audience
from newsletter.campaigns.approvers import ApprovalRule, name_of_user
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import ApprovalState
from newsletter.campaigns.written import letter_hash, newest
from newsletter.editions.letter import NoPractice
from newsletter.editions.models import EditionPage

LOST = "lost"
LABELS: dict[str, str | Promise] = {
    ApprovalState.NONE: _("Draft"),
    ApprovalState.ASKED: _("In review"),
    ApprovalState.CHANGE_ASKED: _("Change asked"),
    ApprovalState.APPROVED: _("Approved"),
    LOST: _("Changed since it was approved"),
}
TONES = {ApprovalState.ASKED: "info", ApprovalState.CHANGE_ASKED: "warn", ApprovalState.APPROVED: "ok", LOST: "warn"}


@dataclass(frozen=True)
class Standing:
    """Where one letter's approval stands.

    `state` is a value of ApprovalState, or "lost" where the letter says something else than what was approved.
    """

    state: str = ApprovalState.NONE
    is_needed: bool = False
    approver: str = ""
    by: str = ""
    at: datetime | None = None
    note: str = ""
    is_alone: bool = False

    @property
    def label(self) -> str | Promise:
        """Return it in one or a few words, for a tag."""
        return LABELS[self.state]

    @property
    def tone(self) -> str:
        """Return the tag's color: ok, warn, info or ""."""
        return TONES.get(self.state, "")

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say: a yes is needed, or one was asked for."""
        return self.is_needed or self.state != ApprovalState.NONE

    @property
    def is_in_the_way(self) -> bool:
        """Whether the letter may not leave for want of somebody's yes."""
        return self.is_needed and self.state != ApprovalState.APPROVED

    @property
    def sentence(self) -> str:
        """Return why the letter may not leave, "" where it may."""
        if not self.is_in_the_way:
            return ""
        words = {
            ApprovalState.NONE: gettext("It is not approved yet: %(who)s must read it first."),
            ApprovalState.ASKED: gettext("It waits for the approval of %(who)s."),
            ApprovalState.CHANGE_ASKED: gettext("%(by)s asked for a change."),
            LOST: gettext("It was changed after %(by)s approved it. Ask again, or take the change back."),
        }
        return words[self.state] % {"who": self.approver, "by": self.by}


def of(edition: EditionPage, rule: ApprovalRule | None = None) -> Standing:
    """Return where the approval of a letter stands; whatever was sent stands as it was approved.

    A change takes a yes back, and the very same letter again has it again: only what it says decides.

    Args:
        edition: the page.
        rule: the owner's, where it is known already, as in a list.
    """
    rule = rule or ApprovalRule.get()
    campaign: Campaign | None = getattr(edition, "campaign", None)
    if campaign is None:
        return Standing(is_needed=rule.is_needed, approver=rule.in_words if rule.is_needed else "")
    is_draft = campaign.has_not_left
    state: str = campaign.approval
    if state == ApprovalState.APPROVED and is_draft and not stands_now(campaign):
        state = LOST
    is_needed = rule.is_needed if is_draft else campaign.must_be_approved
    is_decided = state not in {ApprovalState.NONE, ApprovalState.ASKED}
    return Standing(
        state=state,
        is_needed=is_needed,
        approver=rule.in_words if is_needed else "",
        by=who(campaign.decided_by if is_decided else campaign.asked_by),
        at=campaign.decided_at if is_decided else campaign.asked_at,
        note=_note(edition) if state == ApprovalState.CHANGE_ASKED else "",
        is_alone=campaign.approved_alone,
    )


def stands(campaign: Campaign, written: EditionPage, letter: str) -> bool:
    """Return whether what would leave now is what somebody said yes to: this letter, to this segment of these readers.

    Args:
        campaign: with its approval.
        written: the letter's newest words.
        letter: their hash.
    """
    said_yes_to = (campaign.approved_hash, campaign.approved_segment, campaign.approved_for)
    leaving = (letter, audience.fitting(campaign.segment, written), written.written_for)
    return campaign.approval == ApprovalState.APPROVED and said_yes_to == leaving


def stands_now(campaign: Campaign) -> bool:
    """Return whether a yes stands for a letter that is not sent yet, as it is written and addressed at this moment."""
    edition = EditionPage.objects.get(pk=campaign.edition_id)
    return stands(campaign, newest(edition), hash_now(edition))


def hash_now(edition: EditionPage) -> str:
    """Return the hash of the letter as it stands now; "" where it cannot be made."""
    try:
        return letter_hash(newest(edition))
    except (mjml.Refused, NoPractice):
        return ""


def waiting_for(user: User) -> list[Campaign]:
    """Return the letters that wait for a decision of `user`, the oldest first."""
    waiting = list(Campaign.objects.waiting().order_by("asked_at", "pk"))
    if not waiting:
        return []
    rule = ApprovalRule.get()
    return [campaign for campaign in waiting if campaign.waits_for(user, rule=rule)]


def who(name: str) -> str:
    """Return the name of who did something, as the journal has them: `user:U-7K2M`."""
    if name == SYSTEM or not name.startswith("user:"):
        return gettext("The system") if name else ""
    user = User.objects.filter(ref=name.removeprefix("user:")).first()
    return name_of_user(user) if user else gettext("Somebody who has left")


def _note(edition: EditionPage) -> str:
    state = edition.current_workflow_state
    step = state.current_task_state if state else None
    return str(step.comment) if step else ""
