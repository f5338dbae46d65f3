"""The Django app of this room."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Practice."""

    name = "practice"
    label = "practice"
    verbose_name = "Practice"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the words of promises."""
        from practice import words

        words.speak()
