"""What the worker does for referrals every night."""

from celery import shared_task

from referral_portal.referrals import actions


@shared_task(name="referrals.expire")
def expire() -> None:
    """Erase friends who never answered within 90 days."""
    while actions.expire_old() >= 500:
        pass
