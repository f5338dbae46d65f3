"""The Django app of this room."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Goodword."""

    name = "config"
    label = "config"
    verbose_name = "Goodword"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what `check --deploy` refuses."""
        from config import checks  # noqa: F401
