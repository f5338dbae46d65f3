"""What is done with what people said of us."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from content.models import Freshness
from content.testimonials import Testimonial
from journal.recording import Named, record
from practice import clocks


@transaction.atomic
def withdraw_testimonial(*, testimonial: Testimonial, by: Named | None, on: date | None = None) -> Testimonial:
    """Take somebody's words off every page, since they took their agreement back (45 CFR 164.508(b)(5)).

    Args:
        testimonial: what they said; a second time nothing more happens.
        by: who entered it; None is the system.
        on: the day on which they took it back; today by default.

    Returns:
        The row as it is now.
    """
    kept = Testimonial.objects.select_for_update().get(pk=testimonial.pk)
    if kept.withdrawn_on is not None:
        return kept
    kept.withdrawn_on, kept.is_shown = on or clocks.today(), False
    kept.save(update_fields=["withdrawn_on", "is_shown"])
    record("testimonial.withdrawn", subject=kept, by=by, about=kept.patient)
    Freshness.count_one()
    return kept
