"""The Django app of this room."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Inbox."""

    name = "referral_portal.inbox"
    label = "inbox"
    verbose_name = "Inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the inline scripts out of Wagtail's choosers, and tell who owes an answer."""
        from referral_portal.inbox import choosers, reactions  # noqa: F401 (importing reactions registers them)

        choosers.without_inline_scripts()
