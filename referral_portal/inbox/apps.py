"""The Django app of this room."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Inbox."""

    name = "referral_portal.inbox"
    label = "inbox"
    verbose_name = "Inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the inline scripts out of Wagtail's choosers."""
        from referral_portal.inbox import choosers

        choosers.without_inline_scripts()
