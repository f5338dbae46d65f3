"""The Django app of this room."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Vault."""

    name = "vault"
    label = "vault"
    verbose_name = "Vault"
    default_auto_field = "django.db.models.BigAutoField"
