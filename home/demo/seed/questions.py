"""The question that the last letters asked, what readers answered, and Teo, who waits for a call today."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import Any

from delivery.models import Dispatch, Message
from delivery.states import MessageState
from home.demo.seed.story import ZONE, Story
from home.demo.seed.texts import texts
from newsletter.surveys.models import Answer, Survey, Theme
from newsletter.surveys.reactions import said_in
from patients.models import Patient
from practice.follow_ups import FollowUp, FollowUpContents, FollowUpNote
from practice.models import StaffMember

ASKED_IN = 4  # of the letters that went out, the last ones
ANSWERED = 0.13  # of those whom a letter reached
SCORES = {5: 66, 4: 22, 3: 8, 2: 3, 1: 1}
WROTE = 0.35
BUSY = timedelta(hours=2)


def ask(story: Story) -> None:
    """Write the question, before the letters that ask it."""
    words = {name: texts("answers")[name] for name in ("question", "question_es", "low_words_es", "high_words_es")}
    more = texts("answers")["more_es"]
    story.met["survey"] = Survey.objects.create(
        ref=story.ref("QU"), **words, more_es=more, made_at=story.now - timedelta(days=150)
    )


def block(story: Story) -> tuple[str, dict[str, Any]]:
    """Return the block of a letter that asks it."""
    return "survey", {"survey": story.met["survey"], "eyebrow": "One question"}


def tell(story: Story) -> None:
    """Let readers of the last letters have answered, and colleagues have read it."""
    dice = random.Random(f"answers{story.size.seed}")  # noqa: S311  a story, not a secret
    themes = {theme.name: theme for theme in Theme.objects.all()}
    letters = Dispatch.objects.filter(campaign__isnull=False, started_at__isnull=False).order_by("-started_at")
    teo: Patient = story.met["patients"]["Teo Marsh"]
    found: dict[Answer, list[str]] = {}
    said = [*texts("answers")["said"]]
    dice.shuffle(said)
    for dispatch in letters[:ASKED_IN]:
        reached = dispatch.messages.filter(state=MessageState.ACCEPTED).exclude(reader=teo.reader)
        for message in reached.select_related("reader__patient").order_by("pk"):
            if dice.random() < ANSWERED:
                answer, about = _answer(story, message, dice, said)
                found[answer] = about
    last = letters[0].messages.filter(reader=teo.reader).first()
    given_at = story.now - timedelta(hours=16)
    score, words = 2, texts("answers")["teo"]
    of_teo = _kept(story, Answer(message=last, reader=teo.reader, score=score, words=words, given_at=given_at))
    found[of_teo] = ["Waiting"]
    Answer.objects.bulk_create(found)
    tags: Any = Answer.themes.through
    tags.objects.bulk_create(
        tags(answer_id=answer.pk, theme_id=themes[name].pk) for answer, names in found.items() for name in names
    )
    for answer in found:
        _journal(story, answer)
        if answer.is_low:
            _follow_up(story, answer, is_done=answer is not of_teo)


def _answer(
    story: Story, message: Message, dice: random.Random, said: list[dict[str, Any]]
) -> tuple[Answer, list[str]]:
    """Return an answer, with words that nobody else wrote while there are some left."""
    (score,) = dice.choices(list(SCORES), list(SCORES.values()))
    left = [one for one in said if one["score"] == score]
    nothing: dict[str, Any] = {"words": "", "themes": []}
    chosen = left[0] if left and dice.random() < WROTE else nothing
    if chosen in said:
        said.remove(chosen)
    given_at = min(message.queued_at + timedelta(hours=dice.expovariate(1 / 30)), story.now - BUSY)
    made = Answer(message=message, reader=message.reader, score=score, words=chosen["words"], given_at=given_at)
    return _kept(story, made), chosen["themes"]


def _kept(story: Story, answer: Answer) -> Answer:
    answer.ref, answer.survey = story.ref("AN"), story.met["survey"]
    return answer


def _journal(story: Story, answer: Answer) -> None:
    assert answer.reader is not None
    by, about = f"reader:{answer.reader.ref}", answer.journal_about
    story.entry("answer.given", f"answer:{answer.ref}", by=by, at=answer.given_at, about=about, score=answer.score)


def _follow_up(story: Story, answer: Answer, *, is_done: bool) -> None:
    """Let somebody have called after a low answer; of Teo's, somebody has to today."""
    owner: StaffMember = story.met["staff"]["colette"]
    assert owner.user is not None
    by, day = f"user:{owner.user.ref}", answer.given_at.astimezone(ZONE).date()
    made = FollowUp(
        ref=story.ref("FU"),
        kind=FollowUp.Kind.ANSWER,
        what=f"Answered {answer.label}",
        concerns=answer.journal_about,
        owner=owner,
        due_on=day if is_done else story.today,
        made_at=answer.given_at,
    )
    subject = f"follow_up:{made.ref}"
    assert answer.reader is not None
    story.entry("follow_up.made", subject, by=f"reader:{answer.reader.ref}", at=answer.given_at, kind=made.kind)
    if is_done:
        made.done_at, made.done_by = _later(story, answer.given_at), by
        story.entry("follow_up.done", subject, by=by, at=made.done_at)
    made.save(force_insert=True)
    FollowUpContents.objects.create(follow_up=made, text=json.dumps(said_in(answer)))
    if made.done_at is not None:
        FollowUpNote.objects.create(follow_up=made, text="Called and said sorry.", by=by, at=made.done_at)
        story.entry("follow_up.noted", subject, by=by, at=made.done_at)


def _later(story: Story, at: datetime) -> datetime:
    return min(story.soon_after(at, 60), story.now - timedelta(minutes=5))
