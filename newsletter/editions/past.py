"""Which blocks of a letter are over, so that a letter which begins as a copy of it leaves them out and says so."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from newsletter.editions.models import EditionPage


@dataclass(frozen=True)
class LeftOut:
    """One block that is over: where it stood, what it is, why it is over, and the block itself as it is kept."""

    place: int
    name: str
    why: str
    block: dict[str, Any]

    @property
    def id(self) -> str:
        """Return what names the block."""
        return str(self.block["id"])

    def as_json(self) -> dict[str, Any]:
        """Return what an edition keeps of it."""
        return asdict(self)


def parted(edition: EditionPage, day: date) -> tuple[list[dict[str, Any]], list[LeftOut]]:
    """Return the blocks of an edition that still hold on `day`, as they are kept, and those that do not."""
    kept: list[dict[str, Any]] = []
    over: list[LeftOut] = []
    blocks = json.loads(json.dumps(edition.body.get_prep_value(), cls=DjangoJSONEncoder))
    for place, (block, raw) in enumerate(zip(edition.body, blocks, strict=True)):
        why = _why_over(block.block_type, block.value, day)
        if why:
            name = f"{block.block.label}: {Truncator(_about(block.block_type, block.value)).chars(80)}"
            over.append(LeftOut(place, name, why, raw))
        else:
            kept.append(raw)
    return kept, over


def _why_over(kind: str, value: Any, day: date) -> str:
    rule = RULES.get(kind)
    return rule(value, day) if rule else ""


def _event(value: Any, day: date) -> str:
    page = value.get("event")
    if page is None:
        return _("its page is gone")
    event = page.specific
    if event.is_canceled:
        return _("it was canceled")
    if event.ends.date() < day:
        return _("it was on %(day)s") % {"day": date_format(event.day, "DATE_FORMAT")}
    return "" if event.live else _("its page is not published")


def _tip(value: Any, day: date) -> str:
    page = value.get("tip")
    if page is None:
        return _("its page is gone")
    tip = page.specific
    if tip.is_due_for_review(day):
        return _("its review ran out on %(day)s") % {"day": date_format(tip.review_by, "DATE_FORMAT")}
    return "" if tip.live else _("its page is not published")


def _holiday(value: Any, day: date) -> str:
    until = value.get("until")
    passed = until is not None and until < day
    return _("it was true until %(day)s") % {"day": date_format(until, "DATE_FORMAT")} if passed else ""


def _testimonial(value: Any, day: date) -> str:
    said = value.get("testimonial")
    return "" if said is not None and said.is_showing else _("whoever said it took back their yes")


def _about(kind: str, value: Any) -> str:
    if kind == "testimonial":
        return str(value["testimonial"].shown_name) if value.get("testimonial") else ""
    chosen = value.get(kind)
    return str(chosen) if chosen is not None else str(value.get("heading") or "")


RULES = {"event": _event, "tip": _tip, "holiday": _holiday, "testimonial": _testimonial}
