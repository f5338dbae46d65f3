"""The Django app of this room."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    """Newsletters."""

    name = "newsletter.editions"
    label = "editions"
    verbose_name = "Newsletters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter this room's words."""
        from newsletter.editions import words  # noqa: F401  they register themselves
