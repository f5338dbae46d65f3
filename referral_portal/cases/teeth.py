"""Teeth as a chart shows them: four quadrants, seen from the patient's side; Universal numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referral_portal.cases.choices import PERMANENT_TEETH, PRIMARY_TEETH, Area, ToothSet

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from referral_portal.cases.models import Case


@dataclass(frozen=True)
class Quadrant:
    """One quarter of the mouth with its teeth in drawn order."""

    label: Promise
    permanent: tuple[str, ...]
    primary: tuple[str, ...]
    is_lower: bool = False


QUADRANTS = (
    Quadrant(gettext_lazy("Upper, patient\u2019s right"), PERMANENT_TEETH[:8], PRIMARY_TEETH[:5]),
    Quadrant(gettext_lazy("Upper, patient\u2019s left"), PERMANENT_TEETH[8:16], PRIMARY_TEETH[5:10]),
    Quadrant(
        gettext_lazy("Lower, patient\u2019s right"),
        tuple(reversed(PERMANENT_TEETH[24:])),
        tuple(reversed(PRIMARY_TEETH[15:])),
        is_lower=True,
    ),
    Quadrant(
        gettext_lazy("Lower, patient\u2019s left"),
        tuple(reversed(PERMANENT_TEETH[16:24])),
        tuple(reversed(PRIMARY_TEETH[10:15])),
        is_lower=True,
    ),
)


def in_words(case: Case) -> str:
    """Return where in the mouth, as "tooth 3", "teeth 3, 4", "upper right", "tooth not sure", or ""."""
    if case.tooth_set == ToothSet.UNSURE:
        return _("tooth not sure")
    teeth = case.tooth_list
    if not teeth:
        return ""
    if case.tooth_set == ToothSet.QUADRANT:
        return ", ".join(str(Area(area).label).lower() for area in teeth if area in Area.values)
    listed = ", ".join(teeth)
    return _("tooth %(teeth)s") % {"teeth": listed} if len(teeth) == 1 else _("teeth %(teeth)s") % {"teeth": listed}


def wish(case: Case) -> str:
    """Return what the office asks for, as "Root canal, tooth 3"."""
    where = in_words(case)
    reason = str(case.get_reason_display())
    return f"{reason}, {where}" if where else reason
