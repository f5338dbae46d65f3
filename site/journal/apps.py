"""The Django app of this room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    """Journal."""

    name = "journal"
    label = "journal"
    verbose_name = "Journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let guards come back after every migration."""
        from journal import guards

        post_migrate.connect(guards.stand_again, dispatch_uid="journal.guards")
