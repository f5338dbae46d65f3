"""What the worker does by itself for offices: mark invitations that nobody used in time."""

from __future__ import annotations

from celery import shared_task

from referral_portal.offices import actions


@shared_task(name="offices.expire_invitations")
def expire_invitations() -> None:
    """Mark what is too old."""
    actions.expire_invitations()
