"""What the worker does by itself for cases: check files that wait, forget what was never sent, let receipts lapse."""

from __future__ import annotations

from celery import shared_task

from referral_portal.cases import actions, clocks
from referral_portal.cases.choices import FileState
from referral_portal.cases.models import Case, CaseFile
from referral_portal.cases.states import CaseState

AT_ONCE = 200


@shared_task(name="cases.tidy")
def tidy() -> None:
    """Do what is due; each case and each file by itself, so that one in trouble holds up no other."""
    for file in CaseFile.objects.filter(state__in=[FileState.PENDING, FileState.SCANNING]).order_by("at")[:AT_ONCE]:
        actions.check_file(file=file)
    actions.forget_unsent()
    limit = clocks.now() - clocks.RECEIPT_LAPSES_AFTER
    for case in Case.objects.filter(status=CaseState.COMPLETED, completed_at__lt=limit)[:AT_ONCE]:
        actions.lapse(case=case)
