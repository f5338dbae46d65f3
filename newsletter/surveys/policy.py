"""Until when a question may be answered, who follows a low answer up, and who may write questions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from content.policy import HoldersOnly
from delivery.models import Message
from newsletter.surveys.models import Answer, Survey
from practice import duty
from practice.models import StaffMember

ANSWERED_WITHIN = timedelta(days=90)
CHANGED_WITHIN = timedelta(days=14)
MOST_WORDS = 2_000
MOST_WORDS_KEPT = 8_000


def may_answer(message: Message, now: datetime) -> bool:
    """Return whether the links of a letter are still good for an answer."""
    return message.is_test or (message.reader_id is not None and now < message.queued_at + ANSWERED_WITHIN)


def may_change(answer: Answer, now: datetime) -> bool:
    """Return whether an answer may still be given anew: after some days another letter asks again."""
    return now < answer.given_at + CHANGED_WITHIN


def who_follows(survey: Survey, day: date) -> StaffMember | None:
    """Return who calls after a low answer of this day: the survey's own person or their deputy, else who is on duty."""
    chosen = survey.followed_by
    if chosen is not None and chosen.is_active:
        for member in (chosen, chosen.deputy):
            if member is not None and member.is_active and member.works(day):
                return member
    return duty.owner_on(day)


class NeverDeleted(HoldersOnly):
    """Lets holders of a permission make and change questions; letters name them, so one that is over stays."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` may do this."""
        return action != "delete" and super().user_has_permission(user, action)
