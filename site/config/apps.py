"""The Django app of this room."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Goodword."""

    name = "config"
    label = "config"
    verbose_name = "Goodword"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what `check --deploy` refuses, and let hints find our broker in every process."""
        from config import celery, checks  # noqa: F401
