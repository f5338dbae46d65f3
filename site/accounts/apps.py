"""The Django app of this room."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "accounts"
    label = "accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what allauth announces, and to the end of each `migrate`, when every permission is there."""
        from accounts import groups, happenings  # noqa: F401  happenings register themselves

        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(groups.catch_up, sender=last, dispatch_uid="accounts.groups.catch_up")
