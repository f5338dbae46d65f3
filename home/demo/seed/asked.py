"""What visitors asked on the website lately: answered, waiting for today, and an office that wants an account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from home.demo.seed.story import Story
from practice.follow_ups import FollowUp, FollowUpContents, FollowUpNote
from practice.models import StaffMember
from referral_portal.offices.models import Office


@dataclass(frozen=True)
class Asked:
    """One thing that a visitor asked: how many practice days ago, and by which day it is due."""

    kind: str
    what: str
    days_ago: int
    due_in: int
    owner: str
    said: dict[str, Any]
    note: str = ""
    is_done: bool = False


VISIT = {"been": "no", "times": ["early"], "how": "call", "agrees": "visit-contact-2026-11"}
ASKED = (
    Asked(
        FollowUp.Kind.VISIT,
        "Somebody asks for a visit",
        3,
        -2,
        "rosa",
        {
            **VISIT,
            "been": "yes",
            "about": "check-up",
            "days": ["1", "3"],
            "first_name": "Paula",
            "last_name": "Hedley",
            "phone": "(360) 555-0171",
        },
        note="Booked for Thursday morning.",
        is_done=True,
    ),
    Asked(
        FollowUp.Kind.MESSAGE,
        "Somebody wrote to us",
        1,
        0,
        "rosa",
        {
            "full_name": "Gil Moreno",
            "reach": "(360) 555-0172",
            "text": "My mother is 84 and walks with a frame. Is there a step at your door?",
        },
    ),
    Asked(
        FollowUp.Kind.VISIT,
        "Somebody asks for a visit",
        0,
        1,
        "rosa",
        {
            **VISIT,
            "about": "bothers",
            "days": ["0", "1"],
            "times": ["early", "late"],
            "first_name": "Ines",
            "last_name": "Farrow",
            "phone": "(360) 555-0173",
            "short_notice": True,
        },
    ),
    Asked(
        FollowUp.Kind.OFFICE,
        "An office asks for an account",
        0,
        1,
        "colette",
        {
            "office_name": "Tidewater Family Dental",
            "kind": "general",
            "your_name": "Ida Crane",
            "role": "Front desk",
            "email": "ida@tidewater-family.example",
            "phone": "(360) 555-0174",
            "news_by": "portal",
            "street": "8 Quay Street",
            "city": "Port Ellery",
            "state": "WA",
            "zip_code": "98299",
            "doctors": "Dr. Lou Tide",
        },
    ),
)


def tell(story: Story) -> None:
    """Write what visitors asked, with when somebody read and settled it."""
    for one in ASKED:
        _write(story, one)


def _write(story: Story, one: Asked) -> None:
    owner: StaffMember = story.met["staff"][one.owner]
    day = story.days_on(story.practice_day(story.today, -1), -one.days_ago)
    made_at = min(story.at(day, 10, 20), story.now - timedelta(minutes=40))
    start = story.practice_day(story.today, 1) if one.due_in >= 0 else story.practice_day(story.today, -1)
    follow_up = FollowUp(
        ref=story.ref("FU"),
        kind=one.kind,
        what=one.what,
        owner=owner,
        due_on=story.days_on(start, one.due_in),
        made_at=made_at,
    )
    if one.kind == FollowUp.Kind.OFFICE:
        follow_up.concerns = f"office:{_office(story, one.said).ref}"
    by = f"user:{owner.user.ref}" if owner.user else "system:goodword"
    subject = f"follow_up:{follow_up.ref}"
    story.entry("follow_up.made", subject, by="guest:visitor", at=made_at, kind=one.kind)
    if one.is_done:
        follow_up.done_at, follow_up.done_by = made_at + timedelta(hours=3), by
        story.entry("follow_up.done", subject, by=by, at=follow_up.done_at)
    follow_up.save(force_insert=True)
    FollowUpContents.objects.create(follow_up=follow_up, text=json.dumps(one.said))
    if one.note:
        FollowUpNote.objects.create(follow_up=follow_up, text=one.note, by=by, at=made_at + timedelta(hours=2))
        story.entry("follow_up.noted", subject, by=by, at=made_at + timedelta(hours=2))


def _office(story: Story, said: dict[str, Any]) -> Office:
    facts = {name: said[name] for name in ("kind", "phone", "news_by", "street", "city", "state", "zip_code")}
    return Office.objects.create(
        ref=story.ref("OF"),
        code=story.code("office"),
        name=said["office_name"],
        status=Office.Status.APPLIED,
        **facts,
    )
