"""The Django app of this room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "referral_portal.cases"
    label = "cases"
    verbose_name = "Cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the words of cases, and what follows from their news."""
        from referral_portal.cases import keeping, reactions, words  # noqa: F401 (importing reactions registers them)

        words.speak()
