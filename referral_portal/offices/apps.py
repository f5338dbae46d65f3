"""The Django app of this room."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    """Offices."""

    name = "referral_portal.offices"
    label = "offices"
    verbose_name = "Offices"
    default_auto_field = "django.db.models.BigAutoField"
