"""The Django app of this room."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    """Offices."""

    name = "referral_portal.offices"
    label = "offices"
    verbose_name = "Offices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the words of offices, and what follows from their news."""
        from referral_portal.offices import reactions, words  # noqa: F401 (importing reactions registers them)

        words.speak()
