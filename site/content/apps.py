"""The Django app of this room."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Content."""

    name = "content"
    label = "content"
    verbose_name = "Content"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the words of what Wagtail's forms do."""
        from content import keeping, words  # noqa: F401
