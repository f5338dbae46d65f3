"""The Django app of this room."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Referrals."""

    name = "referral_portal.referrals"
    label = "referrals"
    verbose_name = "Referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the words of our verbs and what follows from them."""
        from referral_portal.referrals import (
            attribution,
            criteria,
            keeping,  # noqa: F401  these register themselves
            reactions,  # noqa: F401
            words,  # noqa: F401
        )

        attribution.enter()
        criteria.enter()
