"""The Django app of this room."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys."""

    name = "newsletter.surveys"
    label = "surveys"
    verbose_name = "Surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter this room's words, what it keeps of people, what segments may ask, and what follows an answer."""
        from newsletter.surveys import criteria, keeping, reactions, words  # noqa: F401  they register themselves

        criteria.enter()
