"""What visitors ask of us at the front door: each becomes a promise of somebody, by a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from content.public_forms import Refused
from practice import actions as practice_actions
from practice.follow_ups import FollowUp

VISITOR = "guest:visitor"


@transaction.atomic
def ask_for_visit(*, said: Mapping[str, Any], drawn_on: date) -> FollowUp:
    """Keep that somebody asks for a visit; sent twice, it is one.

    Args:
        said: what was filled in.
        drawn_on: the day of the page from which it was sent.

    Raises:
        Refused: where nobody could answer.
    """
    return _promise(FollowUp.Kind.VISIT, "Somebody asks for a visit", said, drawn_on)


@transaction.atomic
def write_to_us(*, said: Mapping[str, Any], drawn_on: date) -> FollowUp:
    """Keep what somebody wrote to us; sent twice, it is one.

    Raises:
        Refused: where nobody could answer.
    """
    return _promise(FollowUp.Kind.MESSAGE, "Somebody wrote to us", said, drawn_on)


def _promise(kind: str, what: str, said: Mapping[str, Any], drawn_on: date) -> FollowUp:
    once = f"{drawn_on.isoformat()} {json.dumps(dict(said), sort_keys=True)}"
    try:
        return practice_actions.promise(what=what, kind=kind, by=VISITOR, said=said, once=once)
    except practice_actions.NobodyHere as nobody:
        raise Refused(_("We cannot take this here yet. Please call us.")) from nobody
