"""The Django app of this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Journal."""

    name = "journal"
    label = "journal"
    verbose_name = "Journal"
    default_auto_field = "django.db.models.BigAutoField"
